"""The notes in a report on a call that did not find an API, or did not ask for all items."""

from __future__ import annotations

import re
from collections.abc import Set

from pytest_appsync import model
from pytest_appsync.record.calls import Call
from pytest_appsync.service.apis import Kind
from pytest_appsync.service.service import Service

_NAMES_AN_API = re.compile(r"apiId|\w+ApiIdentifier")
"""The names of the parameters that are an API's id."""

_KINDS: dict[Kind, str] = {"EVENT": "an Event API", "GRAPHQL": "a GraphQL API"}


def where_it_is(call: Call, service: Service, others: list[Service]) -> str | None:
    """A note on the API that a call did not find, or ``None``.

    :param service: the one that has answered.
    :param others: those of the other simulations that are entered.
    """
    is_scripted = any(attempt.met for attempt in call.attempts[-1:])
    if call.error_code != "NotFoundException" or is_scripted:
        return None
    for name, value in call.params.items():
        if isinstance(value, str):
            # an id, or an ARN such as arn:...:apis/ID/types/Query
            api_id = value.partition(":apis/")[2].partition("/")[0] or value
            note = _of_id(call, api_id, service, others)
            if note is None and _NAMES_AN_API.fullmatch(name):
                note = _of_name(value, service)
            if note is not None:
                return note
    return None


def what_is_left(call: Call, sent: Set[str]) -> str | None:
    """A note on a list of which the application has not asked for the next page, or ``None``.

    :param sent: the ``nextToken`` of each call of the simulation.
    """
    token = (call.result or {}).get("nextToken")
    if token is None or token in sent:
        return None
    return "its answer has a `nextToken`, which no call has sent: the list has more items"


def _of_id(call: Call, api_id: str, service: Service, others: list[Service]) -> str | None:
    found = service.find(api_id, first=call.region)
    if found is not None:
        region, api = found
        if region.name != call.region:
            return f"API {api_id} is in {region.name}, and this client in {call.region}"
        if api.kind not in _kinds_of(call.operation):
            other = "GraphQL" if api.kind == "EVENT" else "Event"
            return f"API {api_id} is {_KINDS[api.kind]}, and {call.operation} is for {other} APIs"
        return None
    if any(other.find(api_id, first=call.region) for other in others):
        return f"API {api_id} belongs to another simulation, which is entered as well"
    return None


def _of_name(name: str, service: Service) -> str | None:
    with service.lock:
        apis = [(region.name, api) for region in service.regions() for api in region.apis]
        for region, api in apis:
            if api.members["name"] == name:
                return f"the API named {name!r} has the id {api.id} (in {region})"
    return None if apis else "the simulation has no API: make one, or seed one with add_api"


def _kinds_of(operation: str) -> tuple[Kind, ...]:
    """The kinds of APIs that an operation is for, by its path.

    Those on API keys and data sources are for either, and so are those on tags.
    """
    path: str = model.operation_model(operation).http["requestUri"]
    if path.startswith("/v2/"):
        return ("EVENT",)
    return ("GRAPHQL",) if _OF_GRAPHQL_APIS.match(path) else ("EVENT", "GRAPHQL")


_OF_GRAPHQL_APIS = re.compile(
    r"/v1/(?:mergedApis|sourceApis|apis/\{apiId\}(?!/apikeys|/datasources))"
)
