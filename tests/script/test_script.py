"""Scripted failures, answers and delays, through real boto3 clients."""

from __future__ import annotations

import builtins
import io
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore import exceptions as botocore_exceptions
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

from pytest_appsync import Api, AppSync, HttpAnswer
from pytest_appsync.model import errors
from pytest_appsync.record.graphql_requests import GraphqlRequest
from pytest_appsync.script.handles import Scripted
from pytest_appsync.script.script import Script
from tests.script.outcomes import outcome

TRANSPORT_ERRORS: list[type[BotoCoreError]] = [
    ConnectTimeoutError,
    ReadTimeoutError,
    EndpointConnectionError,
    ConnectionClosedError,
    SSLError,
    ProxyConnectionError,
]


@pytest.fixture
def api(appsync: AppSync) -> Api:
    return appsync.add_api("orders")


# --- fail: when ---


def test_times_after_and_turns(appsync: AppSync, api: Api, once: Any) -> None:
    first = appsync.fail("CreateApiKey", "LimitExceededException", times=2, after=1)
    second = appsync.fail("create_api_key", "UnauthorizedException", times=1)
    outcomes = [outcome(once.create_api_key, apiId=api.id) for _ in range(5)]
    assert outcomes == [
        "ok",  # let through by the first, and so by those behind it
        "LimitExceededException",
        "LimitExceededException",
        "UnauthorizedException",
        "ok",
    ]
    assert (first.hits, second.hits) == (2, 1)
    assert not first.live


def test_after_lets_calls_through_with_all_their_attempts(appsync: AppSync, api: Api) -> None:
    appsync.fail("CreateApiKey", "NotFoundException", after=1)
    appsync.throttle("CreateApiKey", rate=1, burst=1)
    appsync.client().list_api_keys(apiId=api.id)
    client = appsync.client()
    client.create_api_key(apiId=api.id)
    assert appsync.calls[-1].http_status == 200
    with pytest.raises(client.exceptions.NotFoundException):
        client.create_api_key(apiId=api.id)


def test_a_failure_without_times_holds_until_it_is_withdrawn(
    appsync: AppSync, api: Api, once: Any
) -> None:
    fault = appsync.fail("CreateApiKey", "BadRequestException")
    assert {outcome(once.create_api_key, apiId=api.id) for _ in range(10)} == {
        "BadRequestException"
    }
    fault.withdraw()
    assert outcome(once.create_api_key, apiId=api.id) == "ok"
    with appsync.fail("CreateApiKey", "UnauthorizedException") as scoped:
        assert outcome(once.create_api_key, apiId=api.id) == "UnauthorizedException"
    assert outcome(once.create_api_key, apiId=api.id) == "ok"
    assert scoped.hits == 1
    assert repr(scoped) == "<fail('CreateApiKey', 'UnauthorizedException'): 1 hit>"


def test_when_is_a_dict_or_a_callable(appsync: AppSync, api: Api, once: Any) -> None:
    appsync.fail("CreateApiKey", "NotFoundException", when={"description": "a"})
    appsync.fail("CreateApiKey", "UnauthorizedException", when=lambda params: "expires" in params)
    create = once.create_api_key
    assert outcome(create, apiId=api.id, description="a") == "NotFoundException"
    assert outcome(create, apiId=api.id, description="b") == "ok"
    assert outcome(create, apiId=api.id, expires=1) == "UnauthorizedException"


def test_when_may_call_appsync_itself(appsync: AppSync, api: Api, once: Any) -> None:
    def is_crowded(params: Any) -> bool:
        return len(once.list_api_keys(apiId=params["apiId"])["apiKeys"]) >= 2

    appsync.fail("CreateApiKey", "ApiKeyLimitExceededException", when=is_crowded)
    outcomes = [outcome(once.create_api_key, apiId=api.id) for _ in range(3)]
    assert outcomes == ["ok", "ok", "ApiKeyLimitExceededException"]


def test_when_may_use_up_the_times_itself(appsync: AppSync, api: Api, once: Any) -> None:
    """A call from within a predicate is served first."""
    inner: list[str] = []

    def fits(params: Any) -> bool:
        if params["description"] == "outer":
            inner.append(outcome(once.create_api_key, apiId=api.id, description="inner"))
        return True

    fault = appsync.fail("CreateApiKey", "NotFoundException", times=1, when=fits)
    assert outcome(once.create_api_key, apiId=api.id, description="outer") == "ok"
    assert inner == ["NotFoundException"]
    assert fault.hits == 1


def test_threads_share_the_times(appsync: AppSync, api: Api, once: Any) -> None:
    fault = appsync.fail("CreateApiKey", "UnauthorizedException", times=7)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: outcome(once.create_api_key, apiId=api.id), range(40)))
    assert outcomes.count("UnauthorizedException") == fault.hits == 7


# --- fail: what ---


@pytest.mark.parametrize("kind", TRANSPORT_ERRORS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(("mode", "attempts"), [("legacy", 5), ("standard", 3), ("adaptive", 3)])
def test_transport_errors_meet_botocores_retries(
    appsync: AppSync, kind: Any, mode: Any, attempts: int
) -> None:
    client = boto3.client("appsync", config=Config(retries={"mode": mode}))
    appsync.fail("CreateApiKey", kind)
    with pytest.raises(kind) as raised:
        client.create_api_key(apiId="any")
    [call] = appsync.calls
    assert [a.error_code for a in call.attempts] == [kind.__name__] * attempts
    assert (call.http_status, call.error_code) == (None, kind.__name__)
    assert "https://appsync.us-east-1.amazonaws.com/v1/apis/any/apikeys" in str(raised.value)


def test_a_transport_error_may_be_a_name(appsync: AppSync, once: Any) -> None:
    appsync.fail("CreateApiKey", "ReadTimeoutError", times=1)
    with pytest.raises(ReadTimeoutError, match="/v1/apis/any/apikeys"):
        once.create_api_key(apiId="any")
    with pytest.raises(ValueError, match="did you mean 'ReadTimeoutError'"):
        appsync.fail("CreateApiKey", "ReadTimeOut")


def test_an_exception_that_is_not_botocores_is_refused(appsync: AppSync) -> None:
    python = builtins.ConnectionError  # botocore has one of the same name
    with pytest.raises(TypeError, match=r"Did you mean botocore\.exceptions\.ConnectionError\?$"):
        appsync.fail("CreateApiKey", python)
    with pytest.raises(TypeError, match=r"an HttpAnswer$"):
        appsync.fail("CreateApiKey", TimeoutError)


def test_when_takes_ids_and_no_objects(appsync: AppSync, api: Api) -> None:
    key = appsync.add_api_key(api)
    with pytest.raises(TypeError, match=r"`when` .* apiId is an object .*: Api\(.*its `id`$"):
        appsync.fail("CreateApiKey", "NotFoundException", when={"apiId": api})
    with pytest.raises(TypeError, match=r"`when` .* id is an object .*: ApiKey\(.*its `id`$"):
        appsync.fail("DeleteApiKey", "NotFoundException", when={"apiId": api.id, "id": key})


def test_a_transport_error_may_be_an_instance(appsync: AppSync, once: Any) -> None:
    mine = EndpointConnectionError(endpoint_url="https://where.example.com")
    appsync.fail("ListApiKeys", mine)
    with pytest.raises(EndpointConnectionError) as raised:
        once.list_api_keys(apiId="any")
    assert raised.value is mine


def test_every_class_of_botocores_http_layer_can_be_had(appsync: AppSync, once: Any) -> None:
    classes = [
        value
        for value in vars(botocore_exceptions).values()
        if isinstance(value, type)
        and issubclass(
            value, (botocore_exceptions.HTTPClientError, botocore_exceptions.ConnectionError)
        )
    ]
    assert len(classes) > 6
    for kind in classes:
        with appsync.fail("ListApiKeys", kind), pytest.raises(kind):
            once.list_api_keys(apiId="any")


def test_a_modeled_class_stands_for_its_code(appsync: AppSync, once: Any) -> None:
    appsync.fail("ListApiKeys", once.exceptions.UnauthorizedException)
    with pytest.raises(once.exceptions.UnauthorizedException):
        once.list_api_keys(apiId="any")


def test_the_message_can_be_chosen(appsync: AppSync, once: Any) -> None:
    appsync.fail("ListApiKeys", "UnauthorizedException", message="Not on a Sunday")
    with pytest.raises(ClientError, match="Not on a Sunday"):
        once.list_api_keys(apiId="any")


def test_raw_answers(appsync: AppSync, once: Any) -> None:
    page = HttpAnswer(502, {"Content-Type": "text/html"}, "<html><h1>Bad Gateway</h1></html>")
    with appsync.fail("CreateApiKey", page), pytest.raises(ClientError) as refused:
        once.create_api_key(apiId="any")
    assert refused.value.response["Error"] == {"Code": "502", "Message": "Bad Gateway"}
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 502

    with appsync.fail("CreateApiKey", HttpAnswer(500)), pytest.raises(ClientError) as refused:
        once.create_api_key(apiId="any")
    assert refused.value.response["Error"]["Code"] == "500"

    # What botocore makes of a body that was cut off is botocore's own affair: nothing.
    with appsync.fail("CreateApiKey", HttpAnswer(200, body=b'{"apiKey": {"id": "da2-')):
        assert "apiKey" not in once.create_api_key(apiId="any")
    with appsync.fail("CreateApiKey", HttpAnswer(200)):
        assert "apiKey" not in once.create_api_key(apiId="any")

    teapot = HttpAnswer.error("TeapotException", 418, "Short and stout")
    with appsync.fail("CreateApiKey", teapot), pytest.raises(ClientError) as refused:
        once.create_api_key(apiId="any")
    assert refused.value.response["Error"] == {
        "Code": "TeapotException",
        "Message": "Short and stout",
    }


def test_a_raw_502_is_retried(appsync: AppSync, api: Api) -> None:
    appsync.fail("CreateApiKey", HttpAnswer(502, body="<h1>Bad Gateway</h1>"), times=1)
    appsync.client().create_api_key(apiId=api.id)
    assert [a.http_status for a in appsync.calls[-1].attempts] == [502, 200]


# --- lost ---


def test_a_lost_answer_takes_effect_once_an_attempt(appsync: AppSync, api: Api) -> None:
    appsync.fail("CreateApiKey", ReadTimeoutError, times=1, lost=True)
    answer = appsync.client().create_api_key(apiId=api.id)
    orphan, kept = appsync.api_keys(api)
    assert kept.id == answer["apiKey"]["id"] != orphan.id


def test_a_lost_answer_to_a_delete_makes_the_retry_a_404(appsync: AppSync, api: Api) -> None:
    key = appsync.add_api_key(api)
    appsync.fail("DeleteApiKey", HttpAnswer(503), times=1, lost=True)
    client = appsync.client()
    with pytest.raises(client.exceptions.NotFoundException):
        client.delete_api_key(apiId=api.id, id=key.id)
    assert [a.http_status for a in appsync.calls[-1].attempts] == [503, 404]


def test_a_refusal_that_got_lost_changes_nothing(appsync: AppSync, once: Any) -> None:
    appsync.fail("CreateApiKey", "InternalFailureException", lost=True)
    assert outcome(once.create_api_key, apiId="none") == "InternalFailureException"


# --- respond ---


def test_a_canned_answer(appsync: AppSync) -> None:
    client = appsync.client()
    appsync.respond("StartSchemaCreation", {"status": "PROCESSING"})
    assert (
        client.start_schema_creation(apiId="any", definition=b"type Query { a: Int }")["status"]
        == "PROCESSING"
    )
    sdl = b"type Query { a: Int }"
    appsync.respond("GetIntrospectionSchema", {"schema": sdl}, when={"format": "SDL"})
    appsync.respond("GetIntrospectionSchema", {"schema": b"{}"}, when={"format": "JSON"})
    answers = [
        client.get_introspection_schema(apiId="any", format=form)["schema"].read()
        for form in ("SDL", "JSON")
    ]
    assert answers == [sdl, b"{}"]


def test_canned_answers_take_turns_with_failures(appsync: AppSync, once: Any) -> None:
    appsync.respond("ListTypes", {"types": []}, times=1)
    appsync.fail("ListTypes", "InternalFailureException", times=1)
    appsync.respond("ListTypes", lambda params: {"types": [{"name": params["apiId"]}]})
    assert once.list_types(apiId="any", format="SDL")["types"] == []
    assert outcome(once.list_types, apiId="any", format="SDL") == "InternalFailureException"
    assert once.list_types(apiId="mine", format="SDL")["types"] == [{"name": "mine"}]


def test_a_canned_answer_may_stand_in_for_the_simulation(appsync: AppSync, once: Any) -> None:
    appsync.respond("ListApiKeys", {"apiKeys": [{"id": "da2-old", "expires": 0}]})
    assert once.list_api_keys(apiId="any")["apiKeys"] == [{"id": "da2-old", "expires": 0}]


def test_a_callable_may_return_a_stream(appsync: AppSync, once: Any) -> None:
    appsync.respond("GetIntrospectionSchema", lambda _: {"schema": io.BytesIO(b"type Query")})
    answer = once.get_introspection_schema(apiId="any", format="SDL")
    assert answer["schema"].read() == b"type Query"


def test_a_callables_result_is_held_to_shape_and_constraints_too(
    appsync: AppSync, once: Any
) -> None:
    appsync.respond("ListTypes", lambda _: {"type": []})
    with pytest.raises(ValueError, match="did you mean 'types'"):
        once.list_types(apiId="any", format="SDL")
    appsync.respond("StartSchemaCreation", lambda _: {"status": "DONE"})
    with pytest.raises(ValueError, match="enum value set"):
        once.start_schema_creation(apiId="any", definition=b"")


def test_what_aws_was_recorded_to_send_may_be_answered(appsync: AppSync, once: Any) -> None:
    """The service model has a pattern for names, asks for a tag, and forbids those of AWS."""
    by_aws = {"aws:cloudformation:stack-name": "orders"}
    apis = [{"name": "My AppSync App", "tags": {}}, {"name": "orders", "tags": by_aws}]
    appsync.respond("ListGraphqlApis", {"graphqlApis": apis})
    assert once.list_graphql_apis()["graphqlApis"] == apis


@pytest.mark.parametrize(("member", "broken"), [("name", "\ud800"), ("tags", {"aws:": "any"})])
def test_it_may_not_be_anything(appsync: AppSync, member: str, broken: object) -> None:
    with pytest.raises(ValueError, match=f"graphqlApi.{member}.*: Member must"):
        appsync.respond("GetGraphqlApi", {"graphqlApi": {member: broken}})


@pytest.mark.parametrize(
    ("operation", "result", "message"),
    [
        (
            "ListApiKeys",
            {"apikeys": []},
            "ListApiKeys has no member 'apikeys'; did you mean 'apiKeys'",
        ),
        (
            "CreateApiKey",
            {"apiKey": {"identity": "x"}},
            r"CreateApiKey.apiKey has no member 'identity'.* Allowed: id",
        ),
        ("CreateApiKey", {"apiKey": {"expires": "soon"}}, "Invalid type for parameter apiKey.exp"),
        ("ListApiKeys", {"apiKeys": {}}, "Invalid type for parameter apiKeys"),
        ("ListApiKeys", [], "`result` must be a dict for ListApiKeys"),
        ("DeleteApiKey", {"apiKey": {}}, "DeleteApiKey has no member 'apiKey'"),
        (
            "StartSchemaCreation",
            {"status": "DONE"},
            r"does not fit StartSchemaCreation: StartSchemaCreation.status='DONE': Member must "
            r"satisfy enum value set: \[PROCESSING, ACTIVE,",
        ),
        (
            "CreateApiCache",
            {"apiCache": {"ttl": 3601}},
            "CreateApiCache.apiCache.ttl=3601: Member must have value less than or equal to 3600",
        ),
        (
            "CreateGraphqlApi",
            {"graphqlApi": {"openIDConnectConfig": {"issuer": "any", "authTTL": 2**63}}},
            "openIDConnectConfig.authTTL=9223372036854775808: Member must fit into 64 bits",
        ),
        (
            "CreateResolver",
            {"resolver": {"maxBatchSize": 2001}},
            "resolver.maxBatchSize=2001: Member must have value less than or equal to 2000",
        ),
        (
            "CreateResolver",
            {"resolver": {"maxBatchSize": -1}},
            "maxBatchSize, value: -1|maxBatchSize=-1: Member must have value greater",
        ),
        (
            "ListTypes",
            {"types": [{"name": "Query"}, {"name": "my type"}]},
            r"ListTypes.types\[\].name='my type': Member must satisfy regular expression pattern",
        ),
        (
            "GetGraphqlApi",
            {"graphqlApi": {"tags": {"aws:mine!": "x"}}},
            "GetGraphqlApi.graphqlApi.tags.key='aws:mine!': Member must satisfy regular expression",
        ),
        (
            "GetGraphqlApi",
            {"graphqlApi": {"tags": {"mine": "x" * 257}}},
            r"tags.mine='x+\.\.\. .*: Member must have length less than or equal to 256",
        ),
    ],
)
def test_a_result_of_the_wrong_shape_is_refused(
    appsync: AppSync, operation: str, result: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        appsync.respond(operation, result)


# --- delay ---


@pytest.mark.parametrize("seconds", [30, 30.0, timedelta(seconds=30)])
def test_a_delay_moves_the_clock_only(appsync: AppSync, api: Api, once: Any, seconds: Any) -> None:
    appsync.delay("CreateApiKey", seconds, times=1)
    began, clock_began = time.monotonic(), appsync.clock.now()
    once.create_api_key(apiId=api.id)
    once.create_api_key(apiId=api.id)
    took = time.monotonic() - began
    assert took < 5
    assert appsync.clock.now() - clock_began == pytest.approx(30 + took, abs=0.2)


def test_a_delay_over_the_read_timeout_leaves_an_orphan(appsync: AppSync, api: Api) -> None:
    client = appsync.client(config=Config(read_timeout=5))
    appsync.delay("CreateApiKey", 5.5, times=1)
    began = appsync.clock.now()
    client.create_api_key(apiId=api.id)
    [call] = appsync.calls
    assert [a.error_code for a in call.attempts] == ["ReadTimeoutError", None]
    assert len(appsync.api_keys(api)) == 2
    assert 5 < appsync.clock.now() - began < 20


# --- causes ---


def test_throttling_has_a_cause(appsync: AppSync, api: Api, once: Any) -> None:
    throttle = appsync.throttle("CreateApiKey", rate=2, burst=3)
    create = once.create_api_key
    limited = "LimitExceededException"
    assert [outcome(create, apiId=api.id) for _ in range(4)] == ["ok"] * 3 + [limited]
    appsync.clock.advance(seconds=1)
    assert [outcome(create, apiId=api.id) for _ in range(3)] == ["ok", "ok", limited]
    assert outcome(once.list_api_keys, apiId=api.id) == "ok"
    assert throttle.hits == 2
    appsync.clock.advance(days=-1)
    assert outcome(create, apiId=api.id) == limited
    appsync.clock.advance(seconds=10)
    assert [outcome(create, apiId=api.id) for _ in range(4)] == ["ok"] * 3 + [limited]


def test_one_bucket_for_all_operations(appsync: AppSync, api: Api, once: Any) -> None:
    appsync.throttle(rate=1)
    assert outcome(once.create_api_key, apiId=api.id) == "ok"
    assert outcome(once.create_api_key, apiId=api.id) == "LimitExceededException"
    assert outcome(once.list_api_keys, apiId=api.id) == "ThrottlingException"


def test_botocores_retries_ride_out_the_throttling(appsync: AppSync, api: Api) -> None:
    throttle = appsync.throttle("CreateApiKey", rate=5)
    client = boto3.client("appsync", config=Config(retries={"mode": "legacy"}))
    for _ in range(50):
        client.create_api_key(apiId=api.id)
    assert len(appsync.api_keys(api)) == 50
    assert throttle.hits > 10


def run_chaos(seed: int) -> list[str]:
    with AppSync() as appsync:
        api = appsync.add_api()
        appsync.chaos(0.5, seed=seed)
        client = appsync.client(config=Config(retries={"total_max_attempts": 1}))
        return [outcome(client.create_api_key, apiId=api.id) for _ in range(40)]


def test_chaos_is_reproducible() -> None:
    assert run_chaos(1) == run_chaos(1) != run_chaos(2)
    outcomes = set(run_chaos(1))
    assert outcomes == {"ok", "LimitExceededException", "InternalFailureException"}


@pytest.mark.parametrize(
    ("operations", "errors"),
    [(["create_api_key"], ["ServiceUnavailable"]), ("create_api_key", "ServiceUnavailable")],
    ids=["lists", "text"],
)
def test_chaos_can_be_narrowed(
    appsync: AppSync, api: Api, once: Any, operations: Any, errors: Any
) -> None:
    chaos = appsync.chaos(1, seed=1, operations=operations, errors=errors)
    assert outcome(once.create_api_key, apiId=api.id) == "ServiceUnavailable"
    assert outcome(once.list_api_keys, apiId=api.id) == "ok"
    assert chaos.hits == 1
    chaos.withdraw()
    assert outcome(once.create_api_key, apiId=api.id) == "ok"


def test_chaos_chooses_among_the_documented_errors_that_botocore_retries(once: Any) -> None:
    documented = errors("CreateApiKey", observed=False)
    with AppSync(strict=False) as appsync:
        api = appsync.add_api()
        appsync.chaos(1, seed=1)
        met = {outcome(once.create_api_key, apiId=api.id) for _ in range(60)}
    assert met == {error.code for error in documented if error.retryable}


# --- what scripts are made of ---


def test_a_callable_that_raises_has_met_nothing(appsync: AppSync, once: Any) -> None:
    results: list[Any] = [{"types": []}, ZeroDivisionError()]

    def result(params: Any) -> Any:
        if isinstance(results[-1], Exception):
            raise results.pop()
        return results[-1]

    first = appsync.respond("ListTypes", result, times=1)
    second = appsync.fail("ListTypes", "NotFoundException", times=1)
    with pytest.raises(ZeroDivisionError):
        once.list_types(apiId="any", format="SDL")
    assert (first.hits, first.live) == (0, True)
    assert outcome(once.list_types, apiId="any", format="SDL") == "ok"
    assert outcome(once.list_types, apiId="any", format="SDL") == "NotFoundException"
    assert (first.hits, second.hits) == (1, 1)


def test_an_exception_without_a_message_of_its_own_says_where_it_comes_from(
    appsync: AppSync, once: Any
) -> None:
    appsync.fail("ListTypes", ProxyConnectionError)
    with pytest.raises(ProxyConnectionError) as raised:
        once.list_types(apiId="any", format="SDL")
    assert raised.value.kwargs.keys() == {"proxy_url"}
    appsync.fail("ListFunctions", HTTPClientError)
    with pytest.raises(HTTPClientError, match="simulated by pytest-appsync"):
        once.list_functions(apiId="any")


def test_a_delay_for_a_client_that_waits_for_ever(appsync: AppSync, api: Api) -> None:
    appsync.delay("CreateApiKey", 10**6, times=1)
    appsync.client(config=Config(read_timeout=None)).create_api_key(apiId=api.id)
    assert len(appsync.calls[-1].attempts) == 1


def test_a_canned_stream_is_given_more_than_once(appsync: AppSync, once: Any) -> None:
    appsync.respond("GetIntrospectionSchema", {"schema": io.BytesIO(b"type Query")})
    for _ in range(2):
        answer = once.get_introspection_schema(apiId="any", format="SDL")
        assert answer["schema"].read() == b"type Query"


def test_a_script_keeps_what_it_was_told(appsync: AppSync, api: Api, once: Any) -> None:
    when = {"description": "a"}
    fault = appsync.fail("CreateApiKey", "NotFoundException", when=when)
    when["description"] = "b"
    assert outcome(once.create_api_key, apiId=api.id, description="a") == "NotFoundException"
    assert fault.hits == 1


def test_callables_cannot_change_the_record(appsync: AppSync, once: Any) -> None:
    def forget(params: Any) -> dict[str, Any]:
        params.clear()
        return {"types": []}

    appsync.respond("ListTypes", forget, when=lambda params: bool(forget(params)))
    once.list_types(apiId="any", format="SDL")
    assert appsync.calls[-1].params == {"apiId": "any", "format": "SDL"}


def test_scripts_see_what_botocores_handlers_made_of_the_parameters(
    appsync: AppSync, api: Api
) -> None:
    client: Any = boto3.client("appsync")
    client.meta.events.register(
        "provide-client-params.appsync.CreateApiKey",
        lambda params, **_: {**params, "description": "injected"},
    )
    appsync.fail("CreateApiKey", "NotFoundException", when={"description": "injected"})
    assert outcome(client.create_api_key, apiId=api.id) == "NotFoundException"
    assert appsync.calls[-1].params == {"apiId": api.id, "description": "injected"}


def test_one_exception_may_be_raised_often(appsync: AppSync, once: Any) -> None:
    mine = ReadTimeoutError(endpoint_url="https://where.example.com")
    appsync.fail("ListApiKeys", mine)
    depths = []
    for _ in range(3):
        with pytest.raises(ReadTimeoutError) as raised:
            once.list_api_keys(apiId="any")
        depths.append(len(raised.traceback))
    assert len(set(depths)) == 1


def test_chaos_says_how_to_have_it_again(appsync: AppSync) -> None:
    chaos = appsync.chaos(0.0, seed=0, operations=(name for name in ["create_api_key"]))
    assert repr(chaos) == "<chaos(0.0, seed=0, operations=['CreateApiKey']): 0 hits>"


# --- misuse ---


@pytest.mark.parametrize(
    ("misuse", "message"),
    [
        (lambda a: a.fail("CreateApiKeys", "X"), "did you mean 'CreateApiKey'"),
        (lambda a: a.fail("CREATEAPIKEY", "X"), "did you mean 'CreateApiKey'"),
        (lambda a: a.fail(None, "X"), "AppSync has no operation None"),
        (lambda a: a.fail("CreateApiKey", "LimitExceeded"), "did you mean 'LimitExceededExc"),
        (lambda a: a.fail("ListApiKeys", "LimitExceededException"), "HttpAnswer.error"),
        (
            lambda a: a.fail("CreateApiKey", "NotFoundException", times=0),
            "`times` must be a whole number, 1 or more",
        ),
        (lambda a: a.fail("CreateApiKey", "NotFoundException", times=True), "not True"),
        (lambda a: a.fail("CreateApiKey", "NotFoundException", times=1.5), "not 1.5"),
        (
            lambda a: a.fail("CreateApiKey", "NotFoundException", after=-1),
            "`after` must be a whole number of calls, 0 or more, not -1",
        ),
        (lambda a: a.fail("CreateApiKey", "NotFoundException", after=True), "`after` must be"),
        (lambda a: a.fail("CreateApiKey", "NotFoundException", after=1.5), "`after` must be"),
        (lambda a: a.fail("CreateApiKey", "NotFoundException", after="1"), "`after` must be"),
        (
            lambda a: a.fail("CreateApiKey", "NotFoundException", when={"apiid": "x"}),
            "CreateApiKey has no parameter 'apiid'; did you mean 'apiId'",
        ),
        (
            lambda a: a.fail("CreateApiKey", "NotFoundException", when="x"),
            "`when` must be a dict of parameters or a callable that takes them, not 'x'",
        ),
        (lambda a: a.fail("CreateApiKey", ValueError), "is not an error that fail"),
        (lambda a: a.fail("CreateApiKey", ValueError("x")), "ReadTimeoutError"),
        (lambda a: a.fail("CreateApiKey", ClientError), "is not an error that fail"),
        (lambda a: a.fail("CreateApiKey", 500), "500 is not an error"),
        (
            lambda a: a.fail("CreateApiKey", HttpAnswer(500), message="x"),
            "`message` goes with an error code, not with HttpAnswer(status=500",
        ),
        (
            lambda a: a.fail("EvaluateCode", "InternalFailureException", lost=True),
            "`lost` must be False for EvaluateCode: it is not simulated",
        ),
        (lambda a: a.respond("ListTypes", {}, times=-1), "`times` must be"),
        (lambda a: a.respond("ListTypes", {}, when={"api": "x"}), "did you mean 'apiId'"),
        (
            lambda a: a.delay("CreateApiKey", 0),
            "`seconds` must be a timedelta or seconds: a number over 0",
        ),
        (lambda a: a.delay("CreateApiKey", timedelta(-1)), "not datetime.timedelta(days=-1)"),
        (lambda a: a.delay("CreateApiKey", float("nan")), "not nan"),
        (lambda a: a.delay("CreateApiKey", 1e308), "not 1e+308"),
        (
            lambda a: a.respond("GetIntrospectionSchema", {"schema": "\ud800"}),
            "GetIntrospectionSchema.schema='\\ud800'",
        ),
        (
            lambda a: a.throttle("CreateApiKey", rate=0),
            "`rate` must be calls a second, over 0, not 0",
        ),
        (
            lambda a: a.throttle("CreateApiKey", rate=1, burst=0.5),
            "`burst` must be a number of calls, 1 or more, not 0.5",
        ),
        (lambda a: a.throttle("Create", rate=1), "AppSync has no operation 'Create'"),
        (lambda a: a.chaos(1.5, seed=1), "`rate` must be a probability, 0 to 1, not 1.5"),
        (lambda a: a.chaos(1, seed=1, errors=["Nope"]), "'Nope'"),
        (lambda a: a.chaos(1, seed=1, errors=[]), "`errors` must have at least one code"),
        (lambda a: a.chaos(1, seed=1, operations=["Nope"]), "AppSync has no operation 'Nope'"),
        (
            lambda a: a.chaos(1, seed=1, operations=["CreateApiKey", "get_resolver"]),
            "`operations`: AWS documents no retried error of GetResolver. Give `errors`",
        ),
        (lambda a: a.chaos(1, seed=None), "to give the same run again, not None"),
        (lambda a: a.chaos(1, seed="\ud800"), "Unicode text, not '\\ud800'"),
        (lambda a: a.chaos(1, seed=1, operations=[]), "`operations` must have at least one"),
        (lambda a: a.chaos(1, seed=1, operations=5), "must be a list of text or None, not 5"),
        (lambda a: a.chaos(1, seed=1, errors=True), "`errors` must be a list of text or None"),
        (
            lambda a: a.chaos(
                1, seed=1, operations=["ListTypes"], errors=["ApiKeyLimitExceededException"]
            ),
            "`operations` has no documented error 'ApiKeyLimitExceededException'",
        ),
        (lambda a: a.chaos(1, seed=1, errors=[[]]), "`operations` has no documented error"),
        (
            lambda a: a.fail("CreateApiKey", "LimitExceededException", retry_after=1e308),
            "`retry_after` must be a number of seconds from 0",
        ),
        (
            lambda a: a.fail("CreateApiKey", "NotFoundException", lost="no"),
            "`lost` must be True or False, not 'no'",
        ),
        (
            lambda a: a.fail("CreateApiKey", "NotFoundException", message=5),
            "`message` must be text, not 5",
        ),
        (lambda a: HttpAnswer(500, None), "`headers` must be a dict of text, not None"),  # type: ignore[arg-type]
        (lambda a: HttpAnswer(700), "100 to 599, not 700"),
        (lambda a: HttpAnswer("500"), "`status` must be a whole number, not '500'"),  # type: ignore[arg-type]
        (lambda a: HttpAnswer(500, body={}), "`body` must be bytes or text, not {}"),  # type: ignore[arg-type]
        (lambda a: a.errors("CreateApiKye"), "did you mean 'CreateApiKey'"),
    ],
)
def test_misuse_is_refused_at_once(
    appsync: AppSync, misuse: Callable[[AppSync], Any], message: str
) -> None:
    with pytest.raises((ValueError, TypeError)) as refused:
        misuse(appsync)
    assert message in str(refused.value)


def test_an_attempt_that_is_signed_twice_uses_up_one_turn(appsync: AppSync, api: Api) -> None:
    """Some handlers sign for themselves, and botocore asks for the signer each time."""
    client: Any = appsync.client(config=Config(retries={"max_attempts": 0}))
    fault = appsync.fail("CreateApiKey", "LimitExceededException", times=1)
    signer = client._request_signer
    client.meta.events.register_first(
        "request-created.appsync",
        lambda request, operation_name, **_: signer.sign(operation_name, request),
    )
    with pytest.raises(client.exceptions.LimitExceededException):
        client.create_api_key(apiId=api.id)
    assert fault.hits == 1


@pytest.mark.appsync(strict=False)
def test_a_dict_means_that_the_call_has_the_parameter(
    appsync: AppSync, api: Api, once: Any
) -> None:
    none = appsync.fail("CreateApiKey", "BadRequestException", when={"description": None})
    empty = appsync.fail("CreateApiKey", "BadRequestException", when={"description": ""})
    once.create_api_key(apiId=api.id)
    once.create_api_key(apiId=api.id, description="other")
    assert none.hits == empty.hits == 0
    with pytest.raises(ClientError):
        once.create_api_key(apiId=api.id, description="")
    assert (none.hits, empty.hits) == (0, 1)
    assert appsync.fail("CreateApiKey", "BadRequestException", when={}).hits == 0
    with pytest.raises(ClientError):
        once.create_api_key(apiId=api.id)


def steps(work: Callable[[], object]) -> int:
    """How many lines of Python run, each turn of a loop among them. Time depends on neighbours."""
    count = 0

    def trace(frame: object, event: str, argument: object) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.appsync(strict=False)
@pytest.mark.parametrize("ended", ["withdrawn", "used up"])
def test_handles_that_have_ended_cost_nothing(
    appsync: AppSync, api: Api, once: Any, ended: str
) -> None:
    once.list_api_keys(apiId=api.id)
    floor = steps(lambda: once.list_api_keys(apiId=api.id))
    for number in range(20_000):
        if ended == "used up":
            handle = appsync._simulation.script.add(
                Scripted(operation="ListApiKeys", written=f"fail({number})", times=1)
            )
            handle.meet()
        else:
            appsync._simulation.script.add(
                Scripted(operation="ListApiKeys", written=f"fail({number})")
            ).withdraw()
    once.list_api_keys(apiId=api.id)  # puts them aside
    assert floor > 1000
    assert steps(lambda: once.list_api_keys(apiId=api.id)) < 2 * floor
    report = appsync._simulation.describe()
    assert report.count("fail(") == 50
    assert "fail(19999)" in report
    assert "... and 19950 earlier" in report


def test_strict_misses_what_was_withdrawn_and_shows_the_latest() -> None:
    def use() -> None:
        with AppSync() as appsync:
            for _ in range(60):
                appsync.fail("DeleteApiKey", "BadRequestException", times=1).withdraw()
            appsync.client().list_graphql_apis()
            appsync.fail("UpdateApiKey", "BadRequestException")

    with pytest.raises(AssertionError) as raised:
        use()
    message = str(raised.value)
    assert message.count("fail('DeleteApiKey'") == 49
    assert message.count("fail('UpdateApiKey'") == 1
    assert "... and 11 earlier" in message


def test_strict_remembers_all_that_have_ended() -> None:
    def use() -> None:
        with AppSync() as appsync:
            for operation in ("DeleteApiKey", "UpdateApiKey"):
                appsync.fail(operation, "BadRequestException").withdraw()
                appsync.client().list_graphql_apis()  # puts it aside
            appsync.fail("ListGraphqlApis", "BadRequestException", times=1)
            with pytest.raises(ClientError):
                appsync.client().list_graphql_apis()

    with pytest.raises(AssertionError) as unmet:
        use()
    named = [
        word for word in ("DeleteApiKey", "UpdateApiKey") if f"fail('{word}'" in str(unmet.value)
    ]
    assert named == ["DeleteApiKey", "UpdateApiKey"]
    assert "fail('ListGraphqlApis'" not in str(unmet.value)


def test_a_script_can_be_walked_while_it_grows() -> None:
    script = Script()
    first, second = (
        script.add(Scripted(operation="CreateApiKey", written=written))
        for written in ("one", "two")
    )
    seen = []
    for scripted in script:
        seen.append(scripted)
        script.add(Scripted(operation="CreateApiKey", written="more"))
    assert seen == [first, second]


class Later:
    """It can be awaited, and is no coroutine."""

    def __await__(self) -> Iterator[None]:
        yield


def test_a_callable_whose_result_is_awaited_is_refused(appsync: AppSync) -> None:
    appsync.fail("ListGraphqlApis", "InternalFailureException", when=lambda _: Later())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`when` must be a plain function, not one that is awaited"):
        appsync.client().list_graphql_apis()
    appsync.respond("ListDomainNames", lambda _: Later())  # type: ignore[arg-type,return-value]
    with pytest.raises(TypeError, match="`result` must be a plain function, not one that is"):
        appsync.client().list_domain_names()


@pytest.mark.appsync(strict=False)
def test_a_graphql_answer_that_is_awaited_is_refused(appsync: AppSync) -> None:
    async def answer(request: GraphqlRequest) -> dict[str, Any]:
        return {"data": None}

    api = appsync.add_api()
    handle = appsync.answer_graphql(api, answer)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`answer` must be a plain function, not one that is"):
        handle.produce(GraphqlRequest(api))


def test_a_delay_may_be_for_some_calls_only(appsync: AppSync) -> None:
    appsync.delay("ListGraphqlApis", 3, when=lambda params: params.get("maxResults") == 5)
    client = appsync.client()
    before = appsync.clock.now()
    client.list_graphql_apis(maxResults=4)
    assert appsync.clock.now() - before < 3
    client.list_graphql_apis(maxResults=5)
    assert appsync.clock.now() - before >= 3


def test_a_denial_may_end(appsync: AppSync) -> None:
    appsync.deny("ListGraphqlApis", times=1)
    client = appsync.client()
    with pytest.raises(ClientError, match="AccessDenied"):
        client.list_graphql_apis()
    client.list_graphql_apis()
