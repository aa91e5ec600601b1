"""Keys at work: GraphQL requests, and publishing, at the endpoints of served APIs."""

from __future__ import annotations

import dataclasses
import sys
from datetime import timedelta
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

import pytest

from pytest_appsync import Api, ApiKeyRules, AppSync, HttpAnswer, Server
from tests.asking import Answer, ask
from tests.installed_model import needs
from tests.prepared import run_with_boto3

UNAUTHORIZED = {
    "errors": [
        {
            "errorType": "UnauthorizedException",
            "message": "You are not authorized to make this call.",
        }
    ]
}
NO_KEY = {
    "errors": [
        {
            "errorType": "UnauthorizedException",
            "message": "Valid authorization header not provided.",
        }
    ]
}
ORDERS: dict[str, Any] = {"data": {"orders": [{"id": 1}]}}


@pytest.fixture
def api(appsync: AppSync, appsync_server: Server) -> Api:
    return appsync.add_api("orders")


def post(api: Api, key: str | None, body: Any = None, **headers: str) -> Answer:
    if key is not None:
        headers["x-api-key"] = key
    uri = api.uris["HTTP" if api.kind == "EVENT" else "GRAPHQL"]
    return ask(uri, "", {"query": "{ orders { id } }"} if body is None else body, headers)


def test_rotate_use_the_new_key_and_the_old_one_stops(
    appsync: AppSync, appsync_server: Server
) -> None:
    api = appsync.add_api("orders")
    old = appsync.add_api_key(api)
    appsync.answer_graphql(api, ORDERS)
    assert post(api, old.id).json == ORDERS
    client = appsync.client()
    new = client.create_api_key(apiId=api.id)["apiKey"]
    client.delete_api_key(apiId=api.id, id=old.id)
    refused, answered = post(api, old.id), post(api, new["id"])
    assert (refused.status, refused.code, refused.json) == (
        401,
        "UnauthorizedException",
        UNAUTHORIZED,
    )
    assert (answered.status, answered.json) == (200, ORDERS)
    assert [request.status for request in appsync.graphql_requests] == [200, 401, 200]
    keys = [request.key and request.key.id for request in appsync.graphql_requests]
    assert keys == [old.id, None, new["id"]]
    request = appsync.graphql_requests[-1]
    assert (request.api, request.query, request.variables) == (api, "{ orders { id } }", {})
    assert request.note is None


def test_without_a_key(appsync: AppSync, api: Api) -> None:
    answer = post(api, None)
    assert (answer.status, answer.code, answer.json) == (401, "UnauthorizedException", NO_KEY)
    assert [request.status for request in appsync.graphql_requests] == [401]


def test_an_unknown_key_and_that_of_another_api(appsync: AppSync, api: Api) -> None:
    other = appsync.add_api_key(appsync.add_api())
    for key in ("da2-unknown", "", other.id):
        assert post(api, key).json == UNAUTHORIZED


def test_an_expired_key(appsync: AppSync, api: Api) -> None:
    key = appsync.add_api_key(api)
    assert post(api, key.id).status == 200
    appsync.clock.advance(days=8)
    assert post(api, key.id).json == UNAUTHORIZED
    assert [request.key and request.key.expired for request in appsync.graphql_requests] == [
        False,
        True,
    ]
    appsync.clock.advance(days=61)
    post(api, key.id)
    assert appsync.graphql_requests[-1].key is None


SLOW = dataclasses.replace(ApiKeyRules.DA2, propagation=timedelta(seconds=30))


@pytest.mark.appsync(key_rules=SLOW)
def test_a_key_that_is_not_yet_known(appsync: AppSync, api: Api) -> None:
    key = appsync.client().create_api_key(apiId=api.id)["apiKey"]
    assert post(api, key["id"]).json == UNAUTHORIZED
    appsync.clock.advance(seconds=31)
    assert post(api, key["id"]).status == 200


def test_an_api_that_takes_no_keys(appsync: AppSync, appsync_server: Server) -> None:
    client: Any = appsync.client()
    more = [{"authenticationType": "API_KEY"}]
    statuses = []
    for additional in ([], more):
        made = client.create_graphql_api(
            name="iam", authenticationType="AWS_IAM", additionalAuthenticationProviders=additional
        )["graphqlApi"]
        key = client.create_api_key(apiId=made["apiId"])["apiKey"]["id"]
        headers = {"x-api-key": key}
        statuses.append(ask(made["uris"]["GRAPHQL"], "", {"query": "{a}"}, headers).status)
    assert statuses == [401, 200]


@pytest.mark.parametrize(
    ("authorization", "kind"),
    [("AWS4-HMAC-SHA256 Credential=...", "IAM"), ("eyJhbGciOi.J9.x", "a token")],
)
def test_iam_and_tokens_are_let_in_and_say_so(
    appsync: AppSync, api: Api, authorization: str, kind: str
) -> None:
    appsync.answer_graphql(api, ORDERS)
    assert post(api, None, Authorization=authorization).json == ORDERS
    [request] = appsync.graphql_requests
    assert request.note == f"let in with {kind}, which is not checked"
    assert request.key is None


@pytest.mark.parametrize("authorization", ["", " ", "\t"])
def test_an_empty_token_is_none(appsync: AppSync, api: Api, authorization: str) -> None:
    answer = post(api, None, Authorization=authorization)
    assert (answer.status, answer.code, answer.json) == (401, "UnauthorizedException", NO_KEY)
    assert appsync.graphql_requests[0].note is None


@pytest.mark.parametrize(
    ("first", "second", "with_iam", "with_token"),
    [
        ("API_KEY", None, 401, 401),
        ("API_KEY", "AWS_IAM", 200, 401),
        ("AWS_IAM", None, 200, 401),
        ("OPENID_CONNECT", "API_KEY", 401, 200),
        ("AMAZON_COGNITO_USER_POOLS", None, 401, 200),
        ("API_KEY", "AWS_LAMBDA", 401, 200),
    ],
)
def test_a_way_to_authorize_that_the_api_does_not_have(
    appsync: AppSync,
    appsync_server: Server,
    first: str,
    second: str | None,
    with_iam: int,
    with_token: int,
) -> None:
    more = [] if second is None else [{"authenticationType": second}]
    client: Any = appsync.client()
    made = client.create_graphql_api(
        name="orders", authenticationType=first, additionalAuthenticationProviders=more
    )["graphqlApi"]
    for authorization, status in (("AWS4-HMAC-SHA256 ...", with_iam), ("eyJhb.J9.x", with_token)):
        headers = {"Authorization": authorization}
        answer = ask(made["uris"]["GRAPHQL"], "", {"query": "{a}"}, headers)
        assert answer.status == status
        if status == 401:
            assert (answer.code, answer.json) == ("UnauthorizedException", NO_KEY)


@pytest.mark.parametrize("before", ["", "Bearer "])
def test_a_key_is_no_token(appsync: AppSync, api: Api, before: str) -> None:
    key = appsync.add_api_key(api)
    answer = post(api, None, Authorization=f"{before}{key.id}")
    assert (answer.status, answer.code, answer.json) == (401, "UnauthorizedException", NO_KEY)
    assert [request.status for request in appsync.graphql_requests] == [401]


def test_a_lambda_may_take_a_key_for_a_token(appsync: AppSync, appsync_server: Server) -> None:
    client: Any = appsync.client()
    made = client.create_graphql_api(name="orders", authenticationType="AWS_LAMBDA")["graphqlApi"]
    headers = {"Authorization": "da2-" + "a" * 26}
    assert ask(made["uris"]["GRAPHQL"], "", {"query": "{a}"}, headers).status == 200


# --- web pages ---

ASKS = {
    "Origin": "http://localhost:3000",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type,x-api-key",
}


def test_a_web_page_may_ask(appsync: AppSync, api: Api) -> None:
    asked = ask(api.uris["GRAPHQL"], method="OPTIONS", headers=ASKS)
    assert (asked.status, asked.body) == (200, b"")
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert asked.headers["Access-Control-Allow-Headers"] == "content-type,x-api-key"
    assert asked.headers["Access-Control-Max-Age"] == "172800"
    assert not appsync.graphql_requests, "it is no request of the page's own"
    appsync.answer_graphql(api, ORDERS)
    key = appsync.add_api_key(api).id
    for answer in (post(api, key, Origin="http://localhost:3000"), post(api, "da2-other")):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "x-amzn-ErrorType" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("names", [None, "", "x-api-key\xe9", "a(b)"])
def test_names_of_headers_that_are_none_are_not_repeated(api: Api, names: str | None) -> None:
    headers = {} if names is None else {"Access-Control-Request-Headers": names}
    asked = ask(api.uris["GRAPHQL"], method="OPTIONS", headers=headers)
    assert asked.status == 200
    assert "Access-Control-Allow-Headers" not in asked.headers


def test_a_test_can_answer_as_a_proxy_does(appsync: AppSync, api: Api) -> None:
    headers = {"access-control-allow-origin": "https://orders.example"}
    appsync.answer_graphql(api, HttpAnswer(200, headers, "{}"))
    answer = post(api, appsync.add_api_key(api).id)
    assert answer.headers.get_all("Access-Control-Allow-Origin") == ["https://orders.example"]


# --- real-time endpoints ---


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("with_key", [False, True])
def test_there_are_no_subscriptions(
    appsync: AppSync, api: Api, method: str, with_key: bool
) -> None:
    headers = {"x-api-key": appsync.add_api_key(api).id} if with_key else {}
    headers |= {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    url = api.uris["REALTIME"].replace("ws://", "http://")
    body = {"query": "{ orders }"} if method == "POST" else None
    answer = ask(url, "?header=e30=&payload=e30=", body, headers)
    assert (answer.status, answer.code) == (400, "BadRequestException")
    [error] = answer.json["errors"]
    assert error["message"] == "pytest-appsync has no subscriptions."
    assert [request.status for request in appsync.graphql_requests] == [400]


# --- bodies and answers ---


@pytest.mark.parametrize("body", [b"", b" \n"])
def test_an_empty_body(appsync: AppSync, api: Api, body: bytes) -> None:
    answer = post(api, appsync.add_api_key(api).id, body)
    assert (answer.status, answer.code) == (400, "MalformedHttpRequestException")
    assert answer.json["errors"][0]["message"] == "Request body is empty."
    assert appsync.graphql_requests[0].status == 400


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"1", {}, {"query": 1}, {"query": " "}])
def test_a_body_that_is_no_query(appsync: AppSync, api: Api, body: Any) -> None:
    answer = post(api, appsync.add_api_key(api).id, body)
    assert (answer.status, answer.code) == (400, "MalformedHttpRequestException")
    assert answer.json["errors"][0]["message"] == "Unable to parse GraphQL query."


NO_QUERIES = [
    "not a query at all",
    "{ a ",
    "query ($a: Int { a }",
    "{ a(b: \ud800) }",
    "{a" * 2000 + "}" * 2000,
]


@pytest.mark.parametrize("query", NO_QUERIES, ids=lambda text: text[:20].encode("utf-8", "replace"))
def test_a_text_that_is_no_graphql(
    appsync: AppSync, api: Api, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    appsync.answer_graphql(api, ORDERS, times=2)
    key, body = appsync.add_api_key(api).id, {"query": query, "variables": {"a": 1}}
    assert post(api, "da2-unknown", body).json == UNAUTHORIZED, "the key comes first"
    answer = post(api, key, body)
    assert (answer.status, answer.code) == (400, "MalformedHttpRequestException")
    assert answer.json["errors"][0]["message"] == "Unable to parse GraphQL query."
    refused = appsync.graphql_requests[-1]
    assert (refused.status, refused.query, refused.variables) == (400, query, {"a": 1})
    # Without the extra nothing reads it. A folder `graphql` of the application is no extra.
    for instead in (None, ModuleType("graphql")):
        monkeypatch.setitem(sys.modules, "graphql", instead)
        assert post(api, key, body).json == ORDERS


def test_a_request_with_a_key_is_the_first_that_imports_graphql() -> None:
    code = (
        "import sys; from pytest_appsync import AppSync; from tests.asking import ask\n"
        "with AppSync() as appsync, appsync.serve():\n"
        "    api = appsync.add_api(); key = appsync.add_api_key(api).id\n"
        "    for key_id, imported in (('da2-none', False), (key, True)):\n"
        "        headers = {'x-api-key': key_id}\n"
        "        ask(api.uris['GRAPHQL'], '', {'query': '{ a }'}, headers)\n"
        "        assert ('graphql' in sys.modules) is imported"
    )
    run_with_boto3(code)


@pytest.mark.parametrize(
    "query",
    [
        "query A { a } query B { b } fragment C on D { e }",
        "mutation ($a: [Int!]! = [1]) @c { a(b: $a, c: {d: RED}) { ... on D { e } ...F } }",
        "# a comment\nsubscription { a }",
    ],
)
def test_any_graphql_is_answered(appsync: AppSync, api: Api, query: str) -> None:
    appsync.answer_graphql(api, ORDERS)
    assert post(api, appsync.add_api_key(api).id, {"query": query}).json == ORDERS


@pytest.mark.parametrize("query", ["query A($id: ID) { a(id: $id) }", "mutation A { a }"])
def test_a_get_has_the_query_in_its_url(appsync: AppSync, api: Api, query: str) -> None:
    appsync.answer_graphql(api, ORDERS)
    key = appsync.add_api_key(api).id
    given = {"query": query, "variables": '{"id": "ä"}', "operationName": "A"}
    answer = ask(api.uris["GRAPHQL"], f"?{urlencode(given)}", headers={"x-api-key": key})
    assert (answer.status, answer.json) == (200, ORDERS)
    [request] = appsync.graphql_requests
    assert (request.query, request.variables) == (query, {"id": "ä"})
    assert request.operation_name == "A"
    assert ask(api.uris["GRAPHQL"], f"?{urlencode(given)}").json == NO_KEY


@pytest.mark.parametrize("url", ["", "?query=", "?query=meow", "?variables=%7B%7D"])
def test_a_get_without_a_query(appsync: AppSync, api: Api, url: str) -> None:
    headers = {"x-api-key": appsync.add_api_key(api).id}
    answer = ask(api.uris["GRAPHQL"], url, headers=headers)
    assert (answer.status, answer.code) == (400, "MalformedHttpRequestException")
    assert answer.json["errors"][0]["message"] == "Unable to parse GraphQL query."


@pytest.mark.parametrize(("method", "upgrade"), [("PUT", None), ("GET", "websocket")])
def test_another_method_and_a_subscription_have_no_answer_here(
    appsync: AppSync, api: Api, method: str, upgrade: str | None
) -> None:
    headers = {"x-api-key": appsync.add_api_key(api).id}
    headers |= {} if upgrade is None else {"Upgrade": upgrade}
    answer = ask(api.uris["GRAPHQL"], "?query=%7Ba%7D", headers=headers, method=method)
    assert (answer.status, answer.code) == (400, "BadRequestException")


@pytest.mark.parametrize("body", [None, {"query": "{ a }"}])
def test_a_client_that_offers_http_2_is_answered(
    appsync: AppSync, api: Api, body: dict[str, str] | None
) -> None:
    """Java's HttpClient and ``curl --http2`` offer it with each request over plain HTTP."""
    headers = {"x-api-key": appsync.add_api_key(api).id, "Upgrade": "h2c"}
    assert ask(api.uris["GRAPHQL"], "?query=%7Ba%7D", body, headers).status == 200


def test_nothing_scripted_is_null_with_a_note(appsync: AppSync, api: Api) -> None:
    answer = post(api, appsync.add_api_key(api).id)
    assert (answer.status, answer.json) == (200, {"data": None})
    assert "answered without data" in (appsync.graphql_requests[0].note or "")
    post(api, None, Authorization="x")
    assert "not checked; answered without data" in (appsync.graphql_requests[1].note or "")


def test_a_callable_of_the_request(appsync: AppSync, api: Api) -> None:
    appsync.answer_graphql(
        api,
        lambda request: {"data": {"asked": [request.variables, request.operation_name]}},
        times=1,
    )
    refusal = HttpAnswer(503, {"Retry-After": "1"}, "busy")
    appsync.answer_graphql(api, lambda request: refusal, times=1)
    appsync.answer_graphql(api, refusal)
    key = appsync.add_api_key(api).id
    body = {"query": "query Q($a: Int) { a }", "variables": {"a": 1}, "operationName": "Q"}
    assert post(api, key, body).json == {"data": {"asked": [{"a": 1}, "Q"]}}
    for _ in range(2):
        answer = post(api, key, body)
        assert (answer.status, answer.body, answer.headers["Retry-After"]) == (503, b"busy", "1")
    assert [request.status for request in appsync.graphql_requests] == [200, 503, 503]


def test_an_answer_is_of_one_api_and_can_be_withdrawn(appsync: AppSync, api: Api) -> None:
    other = appsync.add_api("other")
    with appsync.answer_graphql(api.id, ORDERS) as handle:
        assert post(other, appsync.add_api_key(other).id).json == {"data": None}
        assert post(api, appsync.add_api_key(api).id).json == ORDERS
    assert post(api, appsync.add_api_key(api).id).json == {"data": None}
    assert handle.hits == 1
    assert repr(handle).startswith("<answer_graphql('orders', {'data'")


def test_an_answer_that_no_request_met_fails_the_test() -> None:
    def f(request: object) -> HttpAnswer:
        raise NotImplementedError

    def script() -> None:
        with AppSync() as appsync:
            appsync.answer_graphql(appsync.add_api("orders"), f, times=2)

    with pytest.raises(AssertionError, match=r"answer_graphql\('orders', f, times=2\)"):
        script()


def serve_one(appsync: AppSync) -> None:
    with appsync.serve() as server:
        [api] = appsync.apis()
        assert server.url in api.uris["GRAPHQL"]
        assert post(api, appsync.add_api_key(api).id).status == 500


@pytest.mark.parametrize("name", ["data", "errors", "successful", "failed"])
def test_one_of_the_parts_of_an_answer_is_enough(appsync: AppSync, name: str) -> None:
    api = appsync.add_api()
    appsync.answer_graphql(api, {name: []})
    with appsync.serve():
        answer = post(api, appsync.add_api_key(api).id)
    assert (answer.json, answer.headers["Content-Type"]) == ({name: []}, "application/json")


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (None, TypeError, "`answer` must be a dict, a callable or an HttpAnswer, not None"),
        ({"orders": []}, ValueError, r"and \{'orders': \[\]\} has neither"),
        ({"data": object()}, TypeError, "`answer` must be JSON, and {'data': <object"),
        ({"data": float("nan")}, TypeError, "`answer` must be JSON"),
    ],
)
def test_refuses_what_is_no_answer(
    appsync: AppSync, answer: Any, error: type[Exception], message: str
) -> None:
    api = appsync.add_api()
    with pytest.raises(error, match=message):
        appsync.answer_graphql(api, answer)
    with pytest.raises(LookupError):
        appsync.answer_graphql("none", ORDERS)
    with pytest.raises(ValueError, match="times"):
        appsync.answer_graphql(api, ORDERS, times=0)
    appsync.answer_graphql(api, lambda request: answer)
    with pytest.raises(error, match=message):
        serve_one(appsync)


def test_an_api_that_is_gone(appsync: AppSync, api: Api) -> None:
    key = appsync.add_api_key(api)
    appsync.client().delete_graphql_api(apiId=api.id)
    answer = post(api, key.id)
    assert (answer.status, answer.code) == (404, "NotFoundException")
    assert not appsync.graphql_requests


def test_by_the_name_of_its_host(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api("orders")
    appsync.answer_graphql(api, ORDERS)
    _, host, path = api.uris["GRAPHQL"].removeprefix("http://").split("/")
    headers = {"Host": host, "x-api-key": appsync.add_api_key(api).id}
    answer = ask(appsync_server.url, f"/{path}", {"query": "{a}"}, headers)
    assert answer.json == ORDERS
    assert ask(appsync_server.url, "/other", {}, headers).status == 403


def test_a_report_shows_the_requests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from urllib.request import Request, urlopen

        def test_it(appsync, appsync_server):
            api = appsync.add_api("orders")
            key = appsync.add_api_key(api)
            headers = {"x-api-key": key.id}
            urlopen(Request(api.uris["GRAPHQL"], b'{"query": "{ orders }"}', headers)).close()
            assert not appsync.graphql_requests
        """
    )
    result = pytester.runpytest("-p", "no:hypothesispytest")
    result.stdout.fnmatch_lines(["GraphQL: <'{ orders }' to orders with da2-*: 200 (answered*"])


# --- Event APIs ---

PUBLISHED = {"channel": "/default/orders", "events": ['{"id": 1}', '{"id": 2}']}


@needs("CreateApi")
def test_publishing_to_an_event_api(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api("events", kind="EVENT")
    assert post(api, None, PUBLISHED).json == NO_KEY
    assert post(api, "da2-unknown", PUBLISHED).json == UNAUTHORIZED
    key = appsync.add_api_key(api)
    answer = post(api, key.id, PUBLISHED).json
    assert answer["failed"] == []
    assert [each["index"] for each in answer["successful"]] == [0, 1]
    [*_, request] = appsync.graphql_requests
    assert (request.key, request.variables, request.query) == (key, PUBLISHED, None)
    assert "/default/orders" in repr(request)
    assert request.note is None
    appsync.answer_graphql(api, {"failed": [], "successful": []})
    assert post(api, key.id, PUBLISHED).json == {"failed": [], "successful": []}
    for body in ({}, {"channel": "x"}, {"events": [], "channel": 1}):
        assert post(api, key.id, body).code == "MalformedHttpRequestException"


@needs("CreateApi")
def test_a_seed_makes_the_identifiers_of_events_the_same() -> None:
    seen = []
    for _ in range(2):
        with AppSync(seed=7) as appsync, appsync.serve():
            api = appsync.add_api("events", kind="EVENT")
            key = appsync.add_api_key(api)
            seen.append(
                [each["identifier"] for each in post(api, key.id, PUBLISHED).json["successful"]]
            )
    assert seen[0] == seen[1]
    assert len(set(seen[0])) == 2


KEYS, IAM = [{"authType": "API_KEY"}], [{"authType": "AWS_IAM"}]


def made_event_api(appsync: AppSync, *, providers: Any = KEYS, publish: Any = KEYS) -> Api:
    """One that the application has made; it has no channel namespace yet."""
    client: Any = appsync.client()
    config = {
        "authProviders": providers,
        "connectionAuthModes": providers,
        "defaultPublishAuthModes": publish,
        "defaultSubscribeAuthModes": providers,
    }
    made = client.create_api(name="events", eventConfig=config)["api"]["apiId"]
    [api] = [each for each in appsync.apis() if each.id == made]
    return api


@needs("CreateApi")
@pytest.mark.parametrize(
    ("providers", "by_default", "of_the_namespace", "status"),
    [
        (IAM, IAM, None, 401),
        (KEYS, KEYS, None, 200),
        (KEYS + IAM, IAM, None, 401),
        (KEYS + IAM, IAM, KEYS, 200),
        (KEYS + IAM, KEYS, IAM, 401),
        (KEYS + IAM, KEYS, [], 200),
    ],
)
def test_a_key_lets_publish_where_the_namespace_or_else_the_api_says_so(
    appsync: AppSync,
    appsync_server: Server,
    providers: Any,
    by_default: Any,
    of_the_namespace: Any,
    status: int,
) -> None:
    api = made_event_api(appsync, providers=providers, publish=by_default)
    own = {} if of_the_namespace is None else {"publishAuthModes": of_the_namespace}
    appsync.client().create_channel_namespace(apiId=api.id, name="default", **own)
    assert post(api, appsync.add_api_key(api).id, PUBLISHED).status == status
    signed = post(api, None, PUBLISHED, Authorization="AWS4-HMAC-SHA256 ...")
    assert signed.status == (401 if providers == KEYS else 200)


@needs("CreateApi")
def test_only_channels_of_a_namespace_that_is_there(
    appsync: AppSync, appsync_server: Server
) -> None:
    api, seeded = made_event_api(appsync), appsync.add_api(kind="EVENT")
    key, other = appsync.add_api_key(api).id, appsync.add_api_key(seeded).id
    refused = post(api, key, PUBLISHED)
    assert (refused.status, refused.code) == (401, "UnauthorizedException")
    assert refused.json == {"errors": [{"errorType": "UnauthorizedException"}]}
    assert post(seeded, other, PUBLISHED).status == 200, "nothing was said of it"
    for each in (api, seeded):
        appsync.client().create_channel_namespace(apiId=each.id, name="orders")
    assert [post(api, key, PUBLISHED).status, post(seeded, other, PUBLISHED).status] == [401, 401]
    assert [post(api, key, {**PUBLISHED, "channel": "orders/new"}).status] == [200]
    appsync.client().delete_channel_namespace(apiId=api.id, name="orders")
    assert post(api, key, {**PUBLISHED, "channel": "orders/new"}).status == 401
    assert [request.status for request in appsync.graphql_requests] == [
        *(401, 200, 401, 401, 200, 401)
    ]


@needs("CreateApi")
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"channel": "a/b/c/d/e"}, None),
        ({"channel": "/a/b/c/d/e/f"}, "1 to 5 segments"),
        ({"channel": ""}, "1 to 5 segments"),
        ({"channel": "/"}, "1 to 5 segments"),
        ({"channel": "//a"}, "1 to 5 segments"),
        ({"channel": f"/default/{'x' * 50}"}, None),
        ({"channel": "/default/a-1/B"}, None),
        *(
            ({"channel": f"/default/{segment}"}, "must have 1 to 50 letters, digits and dashes")
            for segment in ("*", "a b", "x" * 51, "é", "a\n", "\n", "a.b", "-a", "a-", "\ud800")
        ),
        ({"channel": "/de fault/a"}, "The segment 'de fault' of the channel must have"),
        ({"events": ["1"] * 5}, None),
        ({"events": ["1"] * 6}, "Input exceeded 5 event limit"),
        ({"events": []}, "not 0."),
        ({"events": ["1", {"id": 1}]}, "The event at index 1 is not valid JSON as text."),
        ({"events": ["{"]}, "The event at index 0 is not valid JSON"),
        ({"events": ["1", "NaN"]}, "The event at index 1 is not valid JSON"),
        ({"events": ['{"a": -Infinity}']}, "The event at index 0 is not valid JSON"),
        ({"events": ['"NaN"', '"Infinity"']}, None),
        ({"events": ["[" * 100_000]}, "is not valid JSON"),
        ({"events": [f'"{"x" * (240 * 1024 - 2)}"']}, None),
        ({"events": [f'"{"x" * (240 * 1024 - 1)}"']}, "index 0 is longer than 240 KB."),
    ],
    ids=str,
)
def test_what_can_be_published(
    appsync: AppSync, appsync_server: Server, changed: dict[str, Any], message: str | None
) -> None:
    api = appsync.add_api("events", kind="EVENT")
    answer = post(api, appsync.add_api_key(api).id, {**PUBLISHED, **changed})
    if message is None:
        assert answer.status == 200
        assert len(answer.json["successful"]) == len({**PUBLISHED, **changed}["events"])
    else:
        assert (answer.status, answer.code) == (400, "BadRequestException")
        assert message in answer.json["errors"][0]["message"]
