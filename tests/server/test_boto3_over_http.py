"""boto3 in another process: its retries, its record, and many calls at once."""

from __future__ import annotations

import gc
import os
import random
import threading
from pathlib import Path

import botocore
import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from pytest_appsync import AppSync, HttpAnswer, Server
from pytest_appsync.appsync import lifecycle_of
from tests.prepared import fork_python
from tests.server.children import in_a_child
from tests.thoroughness import examples

CREATE = "result = client.create_api_key(apiId=given['api'], description='d')"


def test_a_call_with_its_retries(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api("orders")
    appsync.fail("CreateApiKey", "LimitExceededException", times=1)
    appsync.fail("CreateApiKey", EndpointConnectionError, times=1)
    began = appsync.clock.now()
    result = in_a_child(appsync_server, CREATE, api=api.id)
    [call] = appsync.calls
    seen = [(each.http_status, each.error_code, each.slept) for each in call.attempts]
    assert seen == [
        (429, "LimitExceededException", 0),
        (None, "EndpointConnectionError", 0),
        (200, None, 0),
    ]
    assert (call.operation, call.region) == ("CreateApiKey", "us-east-1")
    assert call.params == {"apiId": api.id, "description": "d"}
    assert call.result == {"apiKey": result["apiKey"]}
    assert (call.http_status, call.error_code, call.site) == (200, None, None)
    assert f"otocore/{botocore.__version__}" in (call.user_agent or "")
    assert appsync.clock.now() - began < 60, "the other process has slept, not the clock"


def test_a_stream_is_recorded_as_bytes(appsync: AppSync, appsync_server: Server) -> None:
    no_text = b"\xff"
    appsync.fail("GetIntrospectionSchema", "InternalFailureException", times=1)
    appsync.respond("GetIntrospectionSchema", {"schema": no_text})
    read = "x = client.get_introspection_schema(apiId='a', format='SDL')['schema'].read()"
    read += "; result = list(x)"
    assert in_a_child(appsync_server, read) == list(no_text)
    [call] = appsync.calls
    assert (call.http_status, call.error_code) == (200, None)
    assert call.result == {"schema": no_text}


def test_a_blob_fits_as_text(appsync: AppSync, appsync_server: Server) -> None:
    appsync.respond(
        "StartSchemaCreation", {"status": "FAILED"}, when={"definition": "type Query { ä: ID }"}
    )
    start = "result = client.start_schema_creation(apiId='a', definition='type Query { ä: ID }')"
    assert in_a_child(appsync_server, start)["status"] == "FAILED"


def test_the_report_tells_where_an_api_is(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api("orders", region="eu-central-1")
    script = """
result = []
for params in {"apiId": given["api"]}, {"apiId": given["api"][::-1]}:
    try:
        client.list_types(**params, format="SDL")
    except client.exceptions.NotFoundException as error:
        result.append(error.response["Error"]["Message"])
"""
    assert len(in_a_child(appsync_server, script, api=api.id)) == 2
    described = lifecycle_of(appsync).simulation.describe()
    assert f"   API {api.id} is in eu-central-1, and this client in us-east-1\n2. " in described
    assert described.count("and this client in") == 1


def test_a_call_of_this_process_has_a_site_and_no_user_agent(appsync: AppSync) -> None:
    api = appsync.add_api()
    appsync.client().create_api_key(apiId=api.id)
    assert appsync.calls[0].user_agent is None
    assert appsync.calls[0].site is not None


def test_modeled_exceptions_and_metadata(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    appsync.fail("DeleteApiKey", HttpAnswer(502, body="<h1>no gateway</h1>"), times=5)
    script = """
from botocore.exceptions import ClientError
result = []
try:
    client.create_api_key(apiId="none")
except client.exceptions.NotFoundException as error:
    result.append([error.response["Error"]["Message"], error.response["message"]])
try:
    client.update_api_key(apiId=given["api"], id="da2-x")
except client.exceptions.ClientError as error:
    result.append(error.response["ResponseMetadata"]["HTTPStatusCode"])
few = boto3.client("appsync", config=Config(retries={"mode": "standard", "total_max_attempts": 1}))
try:
    few.delete_api_key(apiId=given["api"], id="da2-x")
except ClientError as error:
    result.append(error.response["Error"]["Code"])
"""
    found = in_a_child(appsync_server, script, api=api.id)
    message = "GraphQL API none not found."
    assert found == [[message, message], 404, "502"]
    assert [call.error_code for call in appsync.calls] == ["NotFoundException"] * 2 + ["502"]


def test_a_delay_over_the_clients_timeout(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    appsync.delay("CreateApiKey", 60, times=1)
    script = """
config = Config(read_timeout=0.5, retries={"mode": "standard", "total_max_attempts": 1})
client = boto3.client("appsync", config=config)
try:
    result = client.create_api_key(apiId=given["api"])
except ReadTimeoutError as error:
    result = type(error).__name__
"""
    assert in_a_child(appsync_server, script, api=api.id) == "ReadTimeoutError"
    assert len(appsync.api_keys(api)) == 1, "the operation has taken effect"


def test_a_signed_call_of_another_region_and_a_page(
    appsync: AppSync, appsync_server: Server
) -> None:
    for number in range(30):
        appsync.add_api(f"api-{number}", region="eu-west-1")
    script = """
client = boto3.client("appsync", region_name="eu-west-1")
pages = client.get_paginator("list_graphql_apis").paginate()
result = [[api["name"] for api in page["graphqlApis"]] for page in pages]
"""
    pages = in_a_child(appsync_server, script)
    assert [len(page) for page in pages] == [10, 10, 10]
    assert {call.region for call in appsync.calls} == {"eu-west-1"}


def test_a_schema_in_bytes(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    script = """
schema = b"type Query { orders: [String] }"
result = client.start_schema_creation(apiId=given["api"], definition=schema)["status"]
"""
    assert in_a_child(appsync_server, script, api=api.id) == "PROCESSING"
    assert appsync.calls[0].params["definition"] == b"type Query { orders: [String] }"


THREADS = """
import threading
results = []
def work():
    for _ in range(8):
        try:
            client.create_api_key(apiId=given["api"])
            results.append(None)
        except client.exceptions.ApiKeyLimitExceededException as error:
            results.append(error.response["Error"]["Code"])
threads = [threading.Thread(target=work) for _ in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
result = [results.count(None), len(results)]
"""


def test_sixteen_threads_of_eight_calls_leave_fifty_keys(
    appsync: AppSync, appsync_server: Server
) -> None:
    api = appsync.add_api()
    assert in_a_child(appsync_server, THREADS, api=api.id) == [50, 128]
    assert len(appsync.api_keys(api)) == 50
    assert len(appsync.calls) == 128
    assert all(len(call.attempts) == 1 for call in appsync.calls)


FAULTS = """
import threading
client = boto3.client("appsync", config=Config(
    read_timeout=0.5, retries={"mode": "standard", "total_max_attempts": 1}))
def work():
    for _ in range(given["times"]):
        try:
            client.list_api_keys(apiId=given["api"])
        except Exception:
            pass
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
result = None
"""


@pytest.mark.appsync(strict=False)
def test_many_calls_with_faults_leave_nothing_behind(appsync: AppSync) -> None:
    times = examples(20, 125)
    api = appsync.add_api()
    chance = random.Random(1)

    def by_chance(params: object) -> bool:
        return chance.random() < 0.1

    appsync.fail("ListApiKeys", ReadTimeoutError, times=8)
    appsync.fail("ListApiKeys", EndpointConnectionError, when=by_chance)
    appsync.fail("ListApiKeys", HttpAnswer(200, {"Content-Length": "99"}, "{"), when=by_chance)
    appsync.chaos(0.2, seed=1)
    fork_python("-c", "")  # the first one leaves two pipes open
    gc.collect()
    threads, files = threading.active_count(), open_files()
    with appsync.serve() as server:
        in_a_child(server, FAULTS, api=api.id, times=times)
    assert len(appsync.calls) == 8 * times
    met = {call.error_code for call in appsync.calls}
    assert met == {
        None,
        "EndpointConnectionError",
        "InternalFailureException",
        "ReadTimeoutError",
    }
    gc.collect()
    # Fewer, where what an earlier test has begun has ended meanwhile.
    assert threading.active_count() <= threads
    assert open_files() <= files


def open_files() -> int:
    folder = Path("/proc/self/fd")
    return len(os.listdir(folder)) if folder.exists() else 0
