"""The requests to the endpoints of APIs: GraphQL, and publishing to Event APIs."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.record.graphql_requests import GraphqlRequest
from pytest_appsync.sdl.document import is_graphql
from pytest_appsync.server import publishing
from pytest_appsync.server.refusal import (
    RefusedError,
    bad_request,
    malformed,
    not_authorized,
    unauthorized,
)
from pytest_appsync.server.requests import ReceivedRequest
from pytest_appsync.service.apis import Kind, StoredApi
from pytest_appsync.simulation.simulation import Simulation

_HOST = r"(?P<id>[a-z0-9]+)\.appsync-(?P<realtime>realtime-)?api\.[^/]+"
_AT_PATH = re.compile(rf"/{_HOST}(?P<path>/graphql|/event|/event/realtime)")
_AT_HOST = re.compile(_HOST)
_PATHS = frozenset({"/graphql", "/event", "/event/realtime"})

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amz-user-agent,"
    "x-amzn-ErrorMessage,Date,x-amz-schema-version",
}
"""The headers with which AppSync lets web pages of every origin read its answers (the answers to
OPTIONS in "[CDK] AppSync", DevelopersIO, May 2022; recordings of browsers)."""

_HEADER_NAMES = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z, \t-]+")

_KEY = re.compile(r"(?:Bearer\s+)?da[12]-[a-z0-9]+", re.IGNORECASE)
"""A key in the header ``Authorization``. Only a Lambda function could take it for a token."""


class Target(NamedTuple):
    """The endpoint that a request is for: the id in its host's name, and what is asked there."""

    host_id: str
    is_realtime: bool


def target_of(request: ReceivedRequest) -> Target | None:
    """The endpoint that a request is for, or ``None``: by its path, or else by its host."""
    by_path = _AT_PATH.fullmatch(request.path)
    path = request.path if by_path is None else by_path["path"]
    found = by_path or (_AT_HOST.fullmatch(request.host) if path in _PATHS else None)
    if found is None:
        return None
    return Target(found["id"], bool(found["realtime"]) or path == "/event/realtime")


def reply(request: ReceivedRequest, target: Target, simulation: Simulation) -> HttpAnswer:
    """The answer of an API's endpoint to a request, which is recorded.

    What a browser asks before a web page's request is not recorded.

    :raises Exception: what code of the test raises.
    """
    try:
        if request.method == "OPTIONS":
            answer = _preflight(request)
        else:
            answer = _answer(request, target, simulation)
    except RefusedError as refused:
        answer = refused.answer
    return HttpAnswer(answer.status, {**_CORS, **answer.headers}, answer.body)


def _preflight(request: ReceivedRequest) -> HttpAnswer:
    """The answer to a browser that asks whether a web page may send a request."""
    headers = {"Access-Control-Max-Age": "172800"}
    asked = request.headers.get("Access-Control-Request-Headers", "")
    if _HEADER_NAMES.fullmatch(asked):
        headers["Access-Control-Allow-Headers"] = asked
    return HttpAnswer(200, headers)


def _answer(request: ReceivedRequest, target: Target, simulation: Simulation) -> HttpAnswer:
    service = simulation.service
    with service.lock:
        found = service.at_host(target.host_id)
        if found is None:
            raise RefusedError("NotFoundException", 404, f"No API has the host {target.host_id}.")
        region, api = found
        recorded = GraphqlRequest(region.snapshot(api))
    simulation.graphql_requests.append(recorded)
    try:
        with service.lock:
            _let_in(request, target, api, recorded, region.clock.now())
        _read_body(request, recorded)
        if api.kind == "EVENT":
            with service.lock:
                publishing.check(api, recorded.variables or {}, by_key=recorded.key is not None)
        answer = _scripted(recorded, simulation)
    except RefusedError as refused:
        recorded.status = refused.answer.status
        raise
    recorded.status = answer.status
    return answer


def _let_in(
    request: ReceivedRequest, target: Target, api: StoredApi, recorded: GraphqlRequest, now: float
) -> None:
    """Record with which key or signature the request is let in. The caller holds the lock.

    :raises RefusedError: where it is not let in.
    """
    if target.is_realtime:  # there the key is no header
        raise bad_request("pytest-appsync has no subscriptions.")
    key_id = request.headers.get("x-api-key")
    if key_id is None:
        authorization = request.headers.get("Authorization", "").strip()
        kind = "IAM" if authorization.startswith("AWS4-") else "a token"
        is_key = _KEY.fullmatch(authorization) and "AWS_LAMBDA" not in _authentication_types(api)
        if not authorization or is_key or not _takes(api, kind):
            # amplify-js #4270, #4373
            raise unauthorized("Valid authorization header not provided.")
        recorded.note = f"let in with {kind}, which is not checked"
        return
    key = api.keys.get(key_id.strip())  # white space around a header's value is no part of it
    if key is not None and not key.is_deleted(now):
        recorded.key = key.snapshot(now)
    if key is None or not key.lets_in(now) or not _takes(api, "API_KEY"):
        raise not_authorized()


def _scripted(recorded: GraphqlRequest, simulation: Simulation) -> HttpAnswer:
    """The scripted answer, or one without data; of an Event API, that all was published."""
    handle = simulation.script.take_graphql(recorded)
    if handle is not None:
        try:
            return handle.produce(recorded)
        except BaseException:
            simulation.script.give_back(handle)
            raise
    if recorded.api.kind == "EVENT":
        return _json_answer(
            publishing.published(recorded.variables or {}, simulation.service.identifiers)
        )
    nothing = "answered without data: appsync.answer_graphql(api, ...) says with what"
    recorded.note = f"{recorded.note}; {nothing}" if recorded.note else nothing
    return _json_answer({"data": None})


_TAKEN_BY = {
    "API_KEY": {"API_KEY"},
    "IAM": {"AWS_IAM"},
    "a token": {"AMAZON_COGNITO_USER_POOLS", "AWS_LAMBDA", "OPENID_CONNECT"},
}
"""The authentication types that accept what a request has."""


def _takes(api: StoredApi, brought: str) -> bool:
    """Whether the API has such an authentication type. An API without any accepts all."""
    kinds = _authentication_types(api)
    return not kinds or not kinds.isdisjoint(_TAKEN_BY[brought])


def _authentication_types(api: StoredApi) -> set[Any]:
    members = api.members
    if api.kind == "EVENT":
        return {
            each.get("authType") for each in members.get("eventConfig", {}).get("authProviders", ())
        }
    more = members.get("additionalAuthenticationProviders") or ()
    kinds = {members.get("authenticationType")} - {None}
    return kinds | {each.get("authenticationType") for each in more}


def _read_body(request: ReceivedRequest, recorded: GraphqlRequest) -> None:
    content = _content(request, recorded.api.kind)
    if recorded.api.kind == "EVENT":
        recorded.variables = content
        return
    query, variables = content.get("query"), content.get("variables")
    if isinstance(query, str) and query.strip():
        recorded.query = query
        recorded.variables = variables if isinstance(variables, dict) else {}
        name = content.get("operationName")
        recorded.operation_name = name if isinstance(name, str) else None
    if recorded.query is None or not is_graphql(recorded.query):
        raise malformed("Unable to parse GraphQL query.")


def _content(request: ReceivedRequest, kind: Kind) -> dict[str, Any]:
    """What a request asks for: its body, or the query string of a GraphQL request by GET."""
    # AppSync takes both (graphql/graphql-over-http #81, localstack/localstack #10182).
    is_websocket = request.headers.get("Upgrade", "").strip().lower() == "websocket"
    if request.method == "GET" and kind == "GRAPHQL" and not is_websocket:
        query = request.query
        return {**query, "variables": _read_json(query.get("variables", ""))}
    if request.method != "POST":
        raise bad_request(
            "pytest-appsync answers POST here, and GET for GraphQL; it has no subscriptions."
        )
    if not request.body.strip():
        raise malformed("Request body is empty.")
    return _read_json(request.body)


def _read_json(text: str | bytes) -> dict[str, Any]:
    """A JSON object, or an empty one where there is none."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    return content if isinstance(content, dict) else {}


def _json_answer(content: dict[str, Any]) -> HttpAnswer:
    return HttpAnswer(200, {"Content-Type": "application/json"}, json.dumps(content))
