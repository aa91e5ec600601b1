"""The note in a report on a call that did not find an API."""

from __future__ import annotations

import re

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
    if call.error_code != "NotFoundException":
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
        for region in service.regions():
            for api in region.apis:
                if api.name == name:
                    return f"the API named {name!r} has the id {api.id} (in {region.name})"
    return None


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
