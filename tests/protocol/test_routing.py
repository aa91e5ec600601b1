"""The operation that a request asks for is told from its method and path."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_appsync import HttpAnswer, model
from pytest_appsync.clients.responses import to_response
from pytest_appsync.protocol.model import path_pattern
from pytest_appsync.protocol.routing import Route, operation_of
from tests.protocol.botocores_side import sent
from tests.thoroughness import examples

OPERATIONS = model.service_model().operation_names
PREFIXES = ["", "/proxy", "/a/b/v1", "/v1/apis/orders"]


def labels_of(operation: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", model.operation_model(operation).http["requestUri"])


@pytest.mark.parametrize(
    ("template", "path", "labels"),
    [
        ("/v1/apis/{apiId}", "/v1/apis/orders", {"apiId": "orders"}),
        ("/v1/tags/{resource-arn}", "/v1/tags/arn", {}),
        ("/v1/{apiId}/parts/{key+}", "/v1/orders/parts/a/b", {"apiId": "orders"}),
    ],
)
def test_a_label_that_is_not_understood_has_no_group(
    template: str, path: str, labels: dict[str, str]
) -> None:
    """An operation of a newer service model is told, so that it is not simulated."""
    found = re.fullmatch(path_pattern(template), path)
    assert found is not None
    assert found.groupdict() == labels


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_is_told_from_the_others(operation: str, prefix: str) -> None:
    described = model.operation_model(operation)
    params = by_member(operation, {label: f"x{label}" for label in labels_of(operation)})
    url = "https://localhost:4566" + prefix
    request = sent(described, params, checked=False, url=url)
    found = operation_of(request.method, urlsplit(request.url).path)
    labels = {label: f"x{label}" for label in labels_of(operation)}
    assert found == Route(operation, labels)


def by_member(operation: str, labels: dict[str, str]) -> dict[str, str]:
    """The values of labels, by the names of their members."""
    shape = model.operation_model(operation).input_shape
    assert shape is not None
    names = {
        member.serialization.get("name", name): name
        for name, member in shape.members.items()
        if member.serialization.get("location") == "uri"
    }
    return {names[label]: value for label, value in labels.items()}


@settings(max_examples=examples(80, 500), deadline=None)
@given(
    operation=st.sampled_from(OPERATIONS),
    value=st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(
        lambda text: text.strip("./") == text
    ),
)
def test_a_label_may_be_any_text(operation: str, value: str) -> None:
    labels = dict.fromkeys(labels_of(operation), value)
    request = sent(model.operation_model(operation), by_member(operation, labels), checked=False)
    assert operation_of(request.method, urlsplit(request.url).path) == Route(operation, labels)


def test_what_a_client_sends_is_told() -> None:
    """The same by way of a whole client, with an ``endpoint_url`` of its own."""
    found = []

    def note(request: Any, **_: Any) -> Any:
        found.append(operation_of(request.method, urlsplit(request.url).path))
        return to_response(HttpAnswer(200, body="{}"), request.url)

    client = boto3.client(
        "appsync",
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        endpoint_url="http://localhost:4566/restapis/v1",
        config=Config(parameter_validation=False),
    )
    events: Any = client.meta.events
    events.register_first("before-send.appsync", note)
    for operation in OPERATIONS:
        params = by_member(operation, dict.fromkeys(labels_of(operation), "a b/c"))
        getattr(client, method_of(client, operation))(**params)
    assert [route.operation for route in found if route is not None] == OPERATIONS
    assert {label for route in found if route for label in route.labels.values()} == {"a b/c"}


def method_of(client: Any, operation: str) -> str:
    methods: dict[str, str] = client.meta.method_to_api_mapping
    return next(method for method, name in methods.items() if name == operation)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/apis"),
        ("GET", "/"),
        ("GET", ""),
        ("GET", "/v1"),
        ("GET", "/v1/apis/"),
        ("GET", "/v1/apis//apikeys"),
        ("GET", "/v1/apis/orders/apikeys/"),
        ("GET", "/v1/apis/orders/items/apikeys"),
        ("GET", "/v1/apis/orders/apikeys/da2-x"),
        ("PATCH", "/v1/apis"),
        ("post", "/v1/apis"),
        ("PUT", "/v1/apis/orders"),
        ("POST", "/graphql"),
    ],
)
def test_an_unknown_path_is_told_apart(method: str, path: str) -> None:
    assert operation_of(method, path) is None


def test_a_label_that_is_not_utf_8_is_not_lost() -> None:
    assert operation_of("GET", "/v1/apis/%FF") == Route("GetGraphqlApi", {"apiId": "\udcff"})


@settings(max_examples=examples(80, 500), deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "PUT"]),
    path=st.text(st.sampled_from("/v12apisx%\n?"), max_size=24),
)
def test_any_path_is_of_an_operation_or_of_none(method: str, path: str) -> None:
    found = operation_of(method, path)
    assert found is None or found.operation in OPERATIONS
