"""What one call costs, what a simulation costs, and what becomes of them when there are many."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import statistics
import threading
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any
from unittest import mock

import boto3
import botocore
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from measuring import Row, Work, side_by_side, timed

from pytest_appsync import ApiKeyRules, AppSync, regions
from pytest_appsync.appsync import lifecycle_of
from pytest_appsync.clients.client_call import ClientCall
from pytest_appsync.clients.responses import RawBody
from pytest_appsync.service.apis import Kind
from pytest_appsync.service.clock import ServiceClock
from pytest_appsync.service.resources import api_keys, apis
from pytest_appsync.service.rules import ServiceRules
from pytest_appsync.service.service import Service
from pytest_appsync.simulation import entered

BOUNDLESS = dataclasses.replace(ApiKeyRules.DA2, quota=10**9)
API_ID = "a" * 26
BODY = b'{"apiKey": {"id": "da2-4zf5gg2jlrfrzf5pjw77lx73yu", "expires": 1784631600}}'
HEADERS = {
    "x-amzn-RequestId": "3f2a7f8e-6a44-4c5e-9a58-0d6f0d6f0d6f",
    "Date": "Mon, 23 Nov 2026 00:00:00 GMT",
    "Content-Type": "application/json",
    "Content-Length": str(len(BODY)),
}
CALLS = 50
"""In a round: AWS lets an API have as many keys."""


def constant_answer(request: Any, **_: Any) -> AWSResponse:
    return AWSResponse(request.url, 200, HEADERS, RawBody(BODY))  # type: ignore[arg-type]


def floor_client(config: Config | None = None) -> Any:
    """The least that answers through botocore's own pipeline."""
    client = boto3.client("appsync", config=config)
    events: Any = client.meta.events
    events.register("before-send.appsync", constant_answer)
    return client


def in_a_simulation(client: Any, calls: int = CALLS) -> float:
    """Seconds of one CreateApiKey."""
    with AppSync() as appsync:
        api_id = appsync.add_api().id
        return timed(lambda: client.create_api_key(apiId=api_id), calls)


def create_api_key() -> Iterator[Row]:
    client, signed = boto3.client("appsync"), floor_client()
    unsigned = floor_client(Config(signature_version=botocore.UNSIGNED))
    sides = [
        lambda: in_a_simulation(client),
        lambda: timed(lambda: signed.create_api_key(apiId=API_ID), CALLS),
        lambda: timed(lambda: unsigned.create_api_key(apiId=API_ID), CALLS),
    ]
    values: list[list[float]] = [[], [], []]
    for number in range(80):
        for offset in range(3):
            side = (number + offset) % 3
            values[side].append(sides[side]())
    ours, floor, unsigned_floor = (values_of[5:] for values_of in values)
    yield Row("CreateApiKey", ours, floor, 0.90, peer_is="botocore's floor, signed")
    yield Row("CreateApiKey", ours, unsigned_floor, None, peer_is="botocore's floor, unsigned")
    yield own_share(client)


def own_share(client: Any) -> Row:
    """From botocore's handing the request over to its getting the answer back.

    In real time, because the processor's clock costs more than what is measured; so each
    round's values are medians of its calls, which a neighbour that interrupts one does not move.
    """
    answer = ClientCall.answer
    answers: list[float] = []

    def timed_answer(*arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return answer(*arguments)
        finally:
            answers.append(time.perf_counter() - began)

    shares, wholes = [], []
    with mock.patch.object(ClientCall, "answer", timed_answer):
        for _ in range(60):
            with AppSync() as appsync:
                api_id = appsync.add_api().id
                answers.clear()
                work = lambda: client.create_api_key(apiId=api_id)  # noqa: B023, E731
                calls = [timed(work, 1, time.perf_counter) for _ in range(CALLS)]
            shares.append(statistics.median(answers))
            wholes.append(statistics.median(calls))
    return Row("our share of it, handler to answer", shares, wholes, 0.10, peer_is="the call")


def against_moto() -> Iterator[Row]:
    client = boto3.client("appsync")
    # Not before: once moto is imported, its handler is in every client.
    import moto as peer

    mock_aws: Any = peer.mock_aws
    ours: list[float] = []
    moto: list[float] = []
    for _ in range(30):
        ours.append(in_a_simulation(client))
        with mock_aws():
            theirs = boto3.client("appsync")
            api = theirs.create_graphql_api(name="orders", authenticationType="API_KEY")
            moto_id = api["graphqlApi"]["apiId"]
            work = lambda: theirs.create_api_key(apiId=moto_id)  # noqa: B023, E731
            theirs.create_api_key(apiId=moto_id)
            moto.append(timed(work, CALLS))
    yield Row("CreateApiKey", ours, moto, None, peer_is="moto")

    def enter_ours() -> None:
        with AppSync():
            pass

    def enter_moto() -> None:
        with mock_aws():
            pass

    ours, moto = [], []
    for _ in range(30):
        ours.append(timed(enter_ours, 20))
        moto.append(timed(enter_moto, 2))
    yield Row("entering and leaving", ours, moto, 1 / 50, peer_is="`mock_aws()`")


def exhausted_retries() -> Iterator[Row]:
    """Of the mode that botocore has by default since 1.44, and of the one that it had before."""
    yield from (exhausted("standard", 3), exhausted("legacy", 5))


def exhausted(mode: str, attempts: int) -> Row:
    retries: Any = {"retries": {"mode": mode}}
    client: Any = boto3.client("appsync", config=Config(**retries))
    many: list[float] = []
    one: list[float] = []
    for number in range(45):
        # A new simulation for each round: its retry quota lasts for some 35 retries.
        with AppSync(strict=False, key_rules=BOUNDLESS) as appsync:
            api_id = appsync.add_api().id
            appsync.fail("CreateApiKey", "LimitExceededException", when={"description": "no"})

            def succeed() -> None:
                client.create_api_key(apiId=api_id, description="yes")  # noqa: B023

            def exhaust() -> None:
                with contextlib.suppress(ClientError):
                    client.create_api_key(apiId=api_id, description="no")  # noqa: B023

            for work, values in ((exhaust, many), (succeed, one))[:: 1 if number % 2 else -1]:
                values.append(timed(work, 8))
            assert {len(call.attempts) for call in appsync.calls} == {1, attempts}
    what = f"{attempts} attempts of 429, {mode} retries"
    return Row(what, many[5:], one[5:], 1.1 * attempts, peer_is="one success")


def threads() -> Iterator[Row]:
    def rounds(client: Any, of: int, api_id: str) -> Work:
        def work() -> None:
            workers = [threading.Thread(target=some, args=(400 // of,)) for _ in range(of)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()

        def some(calls: int) -> None:
            for _ in range(calls):
                client.create_api_key(apiId=api_id)

        return work

    floor = floor_client()
    eight, one = side_by_side(
        rounds(floor, 8, API_ID), rounds(floor, 1, API_ID), rounds=12, times=1
    )
    explains = Row("8 threads, botocore's floor", eight, one, None, peer_is="1 thread")
    with AppSync(key_rules=BOUNDLESS) as appsync:
        api_id = appsync.add_api().id
        client = boto3.client("appsync")
        eight, one = side_by_side(
            rounds(client, 8, api_id), rounds(client, 1, api_id), rounds=15, times=1
        )
    yield Row("8 threads, 400 calls", eight, one, None, peer_is="1 thread, 400 calls")
    yield explains


APIS, KEYS = 10_000, 50


def many() -> Iterator[Row]:
    """Memory, and each operation in a full service against an almost empty one."""
    limits: Any = {"key_rules": BOUNDLESS, "graphql_api_quota": 10**9}
    small, large = AppSync(**limits), AppSync(**limits)
    small_ids = seed(small, 1, 1)
    tracemalloc.start()
    began, _ = tracemalloc.get_traced_memory()
    large_ids = seed(large, APIS, KEYS)
    ended, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = (ended - began) / (APIS * KEYS)
    yield Row(f"a key, of {APIS * KEYS:,}", [size], [400.0], 1.0, "byte", "allowed")
    yield record()
    client = boto3.client("appsync")
    for name in [*api_keys.OPERATIONS, *apis.OPERATIONS]:
        if "Environment" in name:
            continue
        values: list[list[float]] = [[], []]
        for number in range(52):
            for side in (0, 1) if number % 2 else (1, 0):
                simulation, ids = ((large, large_ids), (small, small_ids))[side]
                values[side].append(asked(simulation, client, name, ids))
        full, empty = (values_of[2:] for values_of in values)
        yield Row(f"{name}, full service", full, empty, 1.1, peer_is="1 API, 1 key")


RESOURCES = 100


def resources() -> Iterator[Row]:
    """What a resource costs, and operations on one API of many that have a hundred each.

    They are asked of the service itself: botocore's part would hide what they cost.
    """

    def filled(count: int) -> tuple[Service, str]:
        limits = ServiceRules(graphql_api_quota=10**9)
        service = Service(ServiceClock(), BOUNDLESS, regions.partition_of, limits)
        for _ in range(count):
            api = service.region("us-east-1").add("orders", "GRAPHQL", {}).id
            for number in range(RESOURCES):
                params = {"apiId": api, "name": f"d{number}", "type": "NONE"}
                service.perform("CreateDataSource", params, "us-east-1")
        return service, api

    one = filled(1)
    tracemalloc.start()
    began, _ = tracemalloc.get_traced_memory()
    many = filled(APIS)
    ended, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = (ended - began) / (APIS * RESOURCES)
    yield Row(f"a resource, of {APIS * RESOURCES:,}", [size], [2048.0], 1.0, "byte", "allowed")

    def asking(at: tuple[Service, str], steps: list[tuple[str, dict[str, Any]]]) -> Work:
        service, api = at

        def work() -> None:
            for operation, params in steps:
                service.perform(operation, {"apiId": api, **params}, "us-east-1")

        return work

    new = {"name": "new", "type": "NONE"}
    asked: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "GetDataSource": [("GetDataSource", {"name": "d50"})],
        "ListDataSources": [("ListDataSources", {})],
        "UpdateDataSource": [("UpdateDataSource", {"name": "d50", "type": "NONE"})],
        "Create- and DeleteDataSource": [("CreateDataSource", new), ("DeleteDataSource", new)],
    }
    for name, steps in asked.items():
        full, alone = side_by_side(asking(many, steps), asking(one, steps), rounds=40, times=500)
        yield Row(f"{name}, full service", full, alone, 1.1, peer_is="1 API")
    few, lots = with_types(1), with_types(TYPES)
    yield from (type_beside_its_text(1), type_beside_its_text(1000))
    for name, steps in {
        "GetType": [("GetType", {"typeName": "T0", "format": "SDL"})],
        "GetResolver": [("GetResolver", {"typeName": "T0", "fieldName": "a"})],
    }.items():
        full, alone = side_by_side(asking(lots, steps), asking(few, steps), rounds=40, times=500)
        yield Row(f"{name}, {TYPES:,} types", full, alone, 1.1, peer_is="1 type")


TYPES = 1000


def with_types(count: int, fields: int = 1) -> tuple[Service, str]:
    """An API with so many types of so many fields, of which the first has a resolver."""
    service = Service(ServiceClock(), BOUNDLESS, regions.partition_of)
    api = service.region("us-east-1").add("orders", "GRAPHQL", {}).id
    more = "".join(f" a{number}: Int" for number in range(1, fields))
    types = " ".join(f"type T{number} {{ a: Int{more} }}" for number in range(count))
    sdl = f"schema {{ query: T0 }} {types}".encode()
    service.perform("StartSchemaCreation", {"apiId": api, "definition": sdl}, "us-east-1")
    field = {"apiId": api, "typeName": "T0", "fieldName": "a"}
    pipeline = {"kind": "PIPELINE", "pipelineConfig": {}}
    service.perform("CreateResolver", {**field, **pipeline}, "us-east-1")
    return service, api


def type_beside_its_text(fields: int) -> Row:
    """What a type takes more than was said of it."""
    tracemalloc.start()
    began, _ = tracemalloc.get_traced_memory()
    service, api = with_types(RESOURCES, fields)
    gc.collect()  # the syntax trees refer to themselves
    ended, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    asked = {"apiId": api, "format": "SDL"}
    said = len(service.perform("GetIntrospectionSchema", asked, "us-east-1")["schema"])
    size = (ended - began - said) / RESOURCES
    what = f"a type of {said // RESOURCES:,} characters, beside them"
    return Row(what, [size], [2048.0], 1.0, "byte", "allowed")


MODES = [{"authType": "API_KEY"}]
EVENT_CONFIG = {
    "authProviders": MODES,
    "connectionAuthModes": MODES,
    "defaultPublishAuthModes": MODES,
    "defaultSubscribeAuthModes": MODES,
}


Ids = tuple[str, str, str]


def seed(simulation: AppSync, apis: int, keys: int) -> Ids:
    """GraphQL APIs with keys, and an Event API behind all of them.

    :returns: the ids of an API, a key of it, and the Event API.
    """
    for _ in range(apis):
        api = simulation.add_api()
        for _ in range(keys):
            key = simulation.add_api_key(api)
    return api.id, key.id, simulation.add_api("events", kind="EVENT").id


def asked(simulation: AppSync, client: Any, operation: str, ids: Ids) -> float:
    """Seconds of one call of ``operation``, which leaves the service as large as it was."""
    # A simulation that is entered again would begin empty.
    entered.enter(lifecycle_of(simulation).simulation)
    try:
        graphql, key, events = ids
        named = {"name": "orders", "authenticationType": "API_KEY"}
        call = getattr(client, xform_name(operation))
        made: list[str] = []
        arguments: dict[str, Any] = {
            "CreateApiKey": {"apiId": graphql},
            "ListApiKeys": {"apiId": graphql, "maxResults": 1},
            "UpdateApiKey": {"apiId": graphql, "id": key},
            "CreateGraphqlApi": named,
            "GetGraphqlApi": {"apiId": graphql},
            "ListGraphqlApis": {"maxResults": 1},
            "UpdateGraphqlApi": {"apiId": graphql, **named},
            "CreateApi": {"name": "events", "eventConfig": EVENT_CONFIG},
            "GetApi": {"apiId": events},
            "UpdateApi": {"apiId": events, "name": "events", "eventConfig": EVENT_CONFIG},
            "ListApis": {"maxResults": 1},
        }
        if operation == "DeleteApiKey":
            made = [client.create_api_key(apiId=graphql)["apiKey"]["id"] for _ in range(10)]
            return timed(lambda: call(apiId=graphql, id=made.pop()), 10)
        if operation in ("DeleteGraphqlApi", "DeleteApi"):
            kind: Kind = "EVENT" if operation == "DeleteApi" else "GRAPHQL"
            made = [simulation.add_api(kind=kind).id for _ in range(10)]
            return timed(lambda: call(apiId=made.pop()), 10)
        if operation.startswith(("List", "Get", "Update")):
            return timed(lambda: call(**arguments[operation]), 10)
        answers: list[Any] = []
        seconds = timed(lambda: answers.append(call(**arguments[operation])), 10)
        for answer in answers:
            if operation == "CreateApiKey":
                client.delete_api_key(apiId=graphql, id=answer["apiKey"]["id"])
            elif operation == "CreateApi":
                client.delete_api(apiId=answer["api"]["apiId"])
            else:
                client.delete_graphql_api(apiId=answer["graphqlApi"]["apiId"])
        return seconds
    finally:
        entered.leave(lifecycle_of(simulation).simulation)


def record() -> Row:
    """What is kept of each call, until its simulation is forgotten."""
    calls = 100_000
    client = boto3.client("appsync")
    with AppSync(key_rules=BOUNDLESS) as appsync:
        api = appsync.add_api()
        key = appsync.add_api_key(api)
        ask = lambda: client.update_api_key(apiId=api.id, id=key.id, description="x")  # noqa: E731
        timed(ask, 10)
        tracemalloc.start()
        began, _ = tracemalloc.get_traced_memory()
        timed(ask, calls)
        ended, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return Row(
        f"a call's record, of {calls:,}",
        [(ended - began) / calls],
        [2048.0],
        1.0,
        "byte",
        "allowed",
    )
