"""The simulation, scripted and looked at over HTTP, as tests in other languages do it."""

from __future__ import annotations

import contextlib
import inspect
import re
import time
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from pytest_appsync import AppSync, HttpAnswer, Server
from tests.asking import Answer, ask


@pytest.fixture
def url(appsync_server: Server) -> str:
    return f"{appsync_server.url}/_pytest_appsync/"


def post(url: str, word: str, headers: dict[str, str] | None = None, /, **keywords: Any) -> Answer:
    return ask(url, word, keywords, headers)


def create(url: str, api_id: str) -> Answer:
    return ask(url.partition("/_")[0], f"/v1/apis/{api_id}/apikeys", {})


def test_seeds_apis_and_keys(appsync: AppSync, url: str) -> None:
    made = post(url, "add_api", name="orders", api_id="x" * 26, region="eu-west-1")
    assert made.status == 200
    [api] = appsync.apis("eu-west-1")
    assert (made.json["id"], made.json["uris"]) == (api.id, api.uris)
    expires = int(time.time()) // 3600 * 3600 + 7200
    key = post(url, "add_api_key", api=api.id, description="d", expires=expires).json
    [seeded] = appsync.api_keys(api)
    assert (key["id"], key["expires"], key["description"]) == (seeded.id, expires, "d")
    assert ask(url, f"api_keys?api={api.id}").json == [key]
    assert ask(url, "apis?region=eu-west-1").json == [made.json]
    assert ask(url, "apis").json == []


def test_what_was_left_cannot_be_changed() -> None:
    appsync = AppSync()
    with contextlib.ExitStack() as stack:
        with appsync:
            server = stack.enter_context(appsync.serve())
        for word in ("begin_again", "add_api"):
            answer = post(f"{server.url}/_pytest_appsync/", word)
            assert answer.status == 400
            assert "after this simulation was left changes nothing" in answer.json["message"]


def test_fails_and_withdraws(appsync: AppSync, url: str) -> None:
    api = appsync.add_api()
    made = post(url, "fail", operation="create_api_key", error="LimitExceededException", after=1)
    assert made.json == {
        "handle": 1,
        "written": "fail('create_api_key', 'LimitExceededException', after=1)",
        "hits": 0,
    }
    assert [create(url, api.id).status for _ in range(2)] == [200, 429]
    assert ask(url, "script").json == [{**made.json, "hits": 1}]
    assert "no handle 1.0" in post(url, "withdraw", handle=1.0).json["message"]
    assert post(url, "withdraw", handle=1).json["hits"] == 1
    assert create(url, api.id).status == 200
    calls = ask(url, "calls").json
    assert [call["http_status"] for call in calls] == [200, 429, 200]
    assert calls[1]["error_code"] == "LimitExceededException"
    assert calls[1]["attempts"][0]["http_status"] == 429
    assert calls[0]["params"] == {"apiId": api.id}


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        ("ReadTimeoutError", ReadTimeoutError),
        ({"status": 502, "body": "<h1>"}, HttpAnswer(502, {}, "<h1>")),
        ({"status": 503, "headers": {"Retry-After": "1"}}, HttpAnswer(503, {"Retry-After": "1"})),
    ],
)
@pytest.mark.appsync(strict=False)
def test_fails_in_any_way(appsync: AppSync, url: str, error: Any, meant: Any) -> None:
    assert post(url, "fail", operation="CreateApiKey", error=error).status == 200
    with appsync.fail("CreateApiKey", meant) as same:
        [first, second] = ask(url, "script").json
    assert first["written"] == second["written"] == same.written


@pytest.mark.appsync(strict=False)
def test_scripts_all_the_rest(appsync: AppSync, url: str) -> None:
    api = appsync.add_api("orders")
    scripted: dict[str, dict[str, Any]] = {
        "respond": {"operation": "ListApiKeys", "result": {"apiKeys": []}, "times": 1},
        "delay": {"operation": "CreateApiKey", "seconds": 100, "when": {"apiId": api.id}},
        "throttle": {"rate": 1000},
        "deny": {"operation": "DeleteApiKey"},
        "chaos": {"rate": 0, "seed": 1, "operations": ["DeleteApiKey"]},
        "answer_graphql": {"api": api.id, "answer": {"data": {"a": 1}}, "times": 1},
    }
    for word, keywords in scripted.items():
        made = post(url, word, **keywords)
        assert made.status == 200, made.json
        assert made.json["written"].startswith(f"{word}(")
    assert post(url, "set_delay_factor", factor=0).json == {"factor": 0}
    assert create(url, api.id).status == 200, "at once"
    assert ask(url.partition("/_")[0], f"/v1/apis/{api.id}/apikeys").json == {"apiKeys": []}
    key = {"x-api-key": appsync.api_keys(api)[0].id}
    [served] = appsync.apis()
    assert ask(served.uris["GRAPHQL"], "", {"query": "{a}"}, key).json == {"data": {"a": 1}}
    refusal = {"status": 503, "body": "busy"}
    assert post(url, "answer_graphql", api=api.id, answer=refusal).status == 200
    assert ask(served.uris["GRAPHQL"], "", {"query": "{a}"}, key).body == b"busy"
    [first, second] = ask(url, "graphql_requests").json
    assert (first["query"], first["status"], second["status"]) == ("{a}", 200, 503)
    assert first["key"]["id"] == key["x-api-key"]


def test_shows_what_json_does_not_know(appsync: AppSync, url: str) -> None:
    api = appsync.add_api()
    appsync.client().start_schema_creation(apiId=api.id, definition=b"type Query { a: Int }")
    appsync.fail("ListApiKeys", "InternalFailureException", times=1)
    ask(url.partition("/_")[0], f"/v1/apis/{api.id}/apikeys")
    first, second = ask(url, "calls").json
    assert first["params"]["definition"] == "type Query { a: Int }"
    assert first["user_agent"] is None
    assert first["site"][2] == "test_shows_what_json_does_not_know"
    assert second["attempts"][0]["met"].startswith("fail('ListApiKeys'")


def test_what_json_cannot_show_is_refused(appsync: AppSync, url: str) -> None:
    client: Any = appsync.client(config=Config(parameter_validation=False))
    client.meta.events.register("before-call.appsync", lambda params, **_: params.update(body=b"{"))
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(client.exceptions.BadRequestException):
        client.create_api_key(apiId=endless)
    answer = ask(url, "calls")
    assert (answer.status, answer.json) == (400, {"message": "Circular reference detected"})


def test_moves_the_clock(appsync: AppSync, url: str) -> None:
    now = ask(url, "clock").json["now"]
    assert post(url, "advance_clock", days=1, hours=1).json["now"] == pytest.approx(
        now + 90000, abs=60
    )
    post(url, "set_clock", now=4102444800)
    assert appsync.clock.now() == pytest.approx(4102444800, abs=60)
    refused = post(url, "set_clock", now="soon")
    assert (refused.status, refused.json) == (
        400,
        {"message": "`now` must be a datetime or seconds since the epoch, not 'soon'"},
    )


def test_begins_again(appsync: AppSync, url: str) -> None:
    api = appsync.add_api()
    post(url, "fail", operation="DeleteApiKey", error="NotFoundException")
    post(url, "advance_clock", days=1)
    create(url, api.id)
    began = ask(url, "begin_again", b"")
    assert began.json == {"unmet": ["fail('DeleteApiKey', 'NotFoundException')"]}
    for word in ("apis", "calls", "graphql_requests", "script"):
        assert ask(url, word).json == []
    assert appsync.clock.now() == pytest.approx(time.time(), abs=60)
    assert create(url, api.id).status == 404
    assert len(appsync.calls) == 1, "the test's own object looks at the new one"
    assert appsync.client().list_graphql_apis()["graphqlApis"] == []
    fresh = post(url, "add_api", name="fresh").json
    assert fresh["uris"]["GRAPHQL"].startswith(url.partition("/_")[0])
    assert post(url, "withdraw", handle=1).status == 400


def test_a_retry_after_the_beginning_is_a_call_of_its_own(appsync: AppSync, url: str) -> None:
    invocation = {"amz-sdk-invocation-id": "1"}
    for _ in range(2):
        assert ask(url.partition("/_")[0], "/v1/apis", headers=invocation).status == 200
        assert [len(call.attempts) for call in appsync.calls] == [1]
        post(url, "begin_again")


@pytest.mark.parametrize(
    ("word", "body", "status", "message"),
    [
        ("fails", {}, 404, "control has no word to POST 'fails'; did you mean 'fail'?"),
        ("", {}, 404, "control has no word to POST ''"),
        ("calls", {}, 405, "calls is asked for with GET"),
        ("fail", None, 405, "fail is asked for with POST"),
        ("callz", None, 404, "control has no word to GET 'callz'; did you mean 'calls'?"),
        (
            "fail",
            {"operaton": 1},
            400,
            "fail has no keyword 'operaton'; did you mean 'operation'?",
        ),
        ("calls?x=1", None, 400, "calls has no keyword 'x'"),
        ("fail", {"operation": "CreateApiKey"}, 400, "fail: missing a required argument: 'error'"),
        ("fail", {"operation": "CreateApiKy", "error": "X"}, 400, "did you mean 'CreateApiKey'?"),
        (
            "fail",
            {"operation": "CreateApiKey", "error": "LimitExceeded"},
            400,
            "did you mean 'LimitExceededException'?",
        ),
        ("fail", {"operation": "CreateApiKey", "error": 1}, 400, "`error` must be a code"),
        (
            "fail",
            {"operation": "CreateApiKey", "error": {"stats": 1}},
            400,
            "an answer has no member 'stats'; did you mean 'status'?",
        ),
        (
            "fail",
            {"operation": "CreateApiKey", "error": {"body": ""}},
            400,
            "an answer needs a `status`",
        ),
        ("add_api_key", {"api": "none"}, 400, "the simulation has no API 'none'"),
        ("add_api", b"{", 400, "the body is not JSON"),
        ("add_api", b"[" * 100_000, 400, "the body is not JSON"),
        ("add_api", b"\xff", 400, "the body is not JSON"),
        ("add_api", b"[]", 400, "the body is not a JSON object"),
        ("withdraw", {"handle": 1}, 400, "the simulation has no handle 1"),
        ("withdraw", {"handle": True}, 400, "the simulation has no handle True"),
        ("set_delay_factor", {"factor": -1}, 400, "`delay_factor` must be a number"),
        ("advance_clock", {}, 400, "clock.advance() needs a timedelta or keywords such as days=1"),
        ("advance_clock", {"days": None}, 400, "clock.advance() needs a timedelta or keywords"),
        ("advance_clock", {"days": 1e300}, 400, "moves by no more than 999999999 days at once"),
        ("advance_clock", {"days": float("inf")}, 400, "moves by no more than 999999999 days"),
        ("advance_clock", {"days": float("nan")}, 400, "`days` must be a number, not NaN"),
        ("advance_clock", {"hours": ""}, 400, "`hours` must be a number, not ''"),
        ("advance_clock", {"weeks": True}, 400, "`weeks` must be a number, not True"),
        ("chaos", {"rate": 1, "seed": 1, "operations": 5}, 400, "`operations` must be a list"),
        ("chaos", {"rate": 1, "seed": 1, "errors": True}, 400, "`errors` must be a list"),
        (
            "chaos",
            {"rate": 1, "seed": 1, "errors": [[]]},
            400,
            "has no documented error []",
        ),
        ("chaos", {"rate": 1, "seed": "\ud800"}, 400, "`seed` must be a whole number or Unicode"),
        (
            "fail",
            {"operation": "CreateApiKey", "error": "LimitExceededException", "retry_after": 1e308},
            400,
            "`retry_after` must be a number of seconds from 0",
        ),
        (
            "fail",
            {"operation": "CreateApiKey", "error": {"status": 200, "headers": {"X": "\n"}}},
            400,
            "cannot be sent over HTTP",
        ),
    ],
)
def test_refuses_with_help(url: str, word: str, body: Any, status: int, message: str) -> None:
    answer = ask(url, word, body)
    assert answer.status == status
    assert message in answer.json["message"]


ODD: list[Any] = [
    *(None, True, 0, -1, 2.5, 1e308, 10**400, float("nan"), "", "Create", "\ud800"),
    *([], [1], {}, {"status": 1}, {"status": 200, "headers": {"X": "\r"}}),
]
NEEDED: dict[str, dict[str, Any]] = {
    "answer_graphql": {"api": "orders", "answer": {"data": None}},
    "add_api_key": {"api": "orders"},
    "chaos": {"rate": 0.5, "seed": 1},
    "delay": {"operation": "ListTypes", "seconds": 1},
    "deny": {"operation": "ListTypes"},
    "fail": {"operation": "ListTypes", "error": "InternalFailureException"},
    "outage": {"lasting": 1},
    "respond": {"operation": "ListTypes", "result": {}},
    "throttle": {"rate": 1},
}
PYTHONS_OWN = re.compile(
    r"\b(NoneType|object (is|has|of)|attribute|iterable|unhashable|operand|unsupported|"
    r"codec|convert|positional|magnitude)\b|too large"
)


@pytest.mark.appsync(strict=False)
@pytest.mark.parametrize("word", [*NEEDED, "add_api", "advance_clock", "set_clock", "withdraw"])
def test_a_value_of_another_kind_is_refused_in_plain_words(
    appsync: AppSync, url: str, word: str
) -> None:
    appsync.add_api(api_id="orders")
    method = getattr(AppSync, word, None)
    keywords = list(inspect.signature(method).parameters)[1:] if method else ["now", "handle"]
    if word == "advance_clock":
        keywords = list(inspect.signature(appsync.clock.advance).parameters)[1:]
    for keyword in keywords:
        for value in ODD:
            answer = post(url, word, **{**NEEDED.get(word, {}), keyword: value})
            assert answer.status in (200, 400), (keyword, value)
            if answer.status == 400:
                assert not PYTHONS_OWN.search(answer.json["message"]), answer.json["message"]
                assert len(answer.json["message"]) < 1000
    assert ask(url, "script").status == ask(url, "apis").status == ask(url, "clock").status == 200


def test_other_methods_are_none(url: str) -> None:
    answer = ask(url, "fail", method="DELETE")
    assert answer.status == 405
    assert "Allowed: GET, POST" in answer.json["message"]


# --- no web page may drive it ---


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Origin": "http://localhost:3000"}, "there is an Origin header"),
        ({"Origin": "null"}, "there is an Origin header"),
        ({"Host": "rebound.example:80"}, "not by 'rebound.example'"),
        ({"Host": "localhost.example"}, "not by 'localhost.example'"),
        ({"Host": ""}, "not by ''"),
        ({"Host": "127.0.0.1.example"}, "not by '127.0.0.1.example'"),
        ({"Host": "a:b:c"}, "not by ''"),
    ],
)
def test_a_web_page_is_refused(
    appsync: AppSync, url: str, headers: dict[str, str], said: str
) -> None:
    answer = post(url, "add_api", headers, name="evil")
    assert answer.status == 403
    assert said in answer.json["message"]
    assert not appsync.apis()
    elsewhere = ask(url.partition("/_")[0], "/v1/apis", headers=headers)
    assert elsewhere.status == 200, "on this path alone"


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]:1", "10.0.0.1"]
)
def test_an_address_or_this_machine_is_no_web_page(url: str, host: str) -> None:
    assert ask(url, "clock", headers={"Host": host}).status == 200


def test_a_container_that_knows_a_name_is_told_what_to_send(url: str) -> None:
    refused = ask(url, "clock", headers={"Host": "host.docker.internal:4100"})
    told = re.search("`Host: (.*)`", refused.json["message"])
    assert told is not None
    assert ask(url, "clock", headers={"Host": told[1]}).status == 200


def test_the_name_that_the_server_was_given_is_not_foreign(appsync: AppSync) -> None:
    with appsync.serve(host="localhost") as server:
        assert server.url.startswith("http://localhost:")
        assert ask(server.url, "/_pytest_appsync/clock").status == 200
