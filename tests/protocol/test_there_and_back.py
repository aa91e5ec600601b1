"""What botocore's serializer writes is read, and its parser reads what is written, unchanged."""

from __future__ import annotations

import functools
import re
from datetime import datetime, timezone
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_appsync import model
from pytest_appsync.protocol.request import read_request
from pytest_appsync.protocol.response import result_answer
from tests.protocol.botocores_side import parsed, sent
from tests.protocol.reading import SIMULATED
from tests.thoroughness import examples


def values_of(shape: Shape, within: tuple[str, ...] = ()) -> st.SearchStrategy[Any]:
    """Values that the service model allows for a shape."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if isinstance(shape, StructureShape):
        members = {
            name: values_of(member, (*within, shape.name))
            for name, member in shape.members.items()
            if member.name not in within
        }
        required = {name: members.pop(name) for name in shape.required_members}
        return st.fixed_dictionaries(required, optional=members)
    if isinstance(shape, ListShape):
        items = values_of(shape.member, (*within, shape.name))
        return st.lists(items, min_size=least or 0, max_size=(least or 0) + 2)
    if isinstance(shape, MapShape):
        keys, values = values_of(shape.key), values_of(shape.value, (*within, shape.name))
        return st.dictionaries(keys, values, min_size=least or 0, max_size=(least or 0) + 2)
    return scalars_of(shape, least, most)


EXAMPLES = {
    "DomainName": ["api.example.com", "*.example.com"],
    "ResourceArn": ["arn:aws:appsync:us-east-1:123456789012:apis/7eeywqbd6na5voygrlzgvyxciu"],
}
"""Of the two patterns that hypothesis finds hard to meet."""
SAID = {
    "allowed version is <code>1.0.0<": "1.0.0",
    "supported value is 2018-05-29": "2018-05-29",
    "URL scheme must be HTTP or HTTPS": "https://api.example.com",
}
"""What only the documentation says of a member, and a value that it allows."""


def readable(pattern: str) -> re.Pattern[str]:
    """The pattern as Java reads it, but that a dot is any character.

    Older service models have patterns whose backslashes were escaped twice.
    """
    return re.compile(pattern.replace("\\\\", "\\"), re.ASCII | re.DOTALL)


def scalars_of(shape: Shape, least: int | None, most: int | None) -> st.SearchStrategy[Any]:
    if shape.type_name == "string":
        if shape.metadata.get("enum"):
            return st.sampled_from(shape.metadata["enum"])
        for said, only in SAID.items():
            if said in shape.documentation:
                return st.just(only)
        if shape.name in EXAMPLES:
            return st.sampled_from(EXAMPLES[shape.name])
        if pattern := shape.metadata.get("pattern"):
            alphabet = st.characters(max_codepoint=127)
            matching = st.from_regex(readable(pattern), fullmatch=True, alphabet=alphabet)
            return matching.filter(lambda text: (least or 0) <= len(text) <= (most or 10**6))
        in_path = shape.serialization.get("location") == "uri"
        # What UTF-8 can encode: codec="utf-8" takes seconds where nothing of it is cached.
        return st.text(
            st.characters(exclude_categories=["Cs"]),
            min_size=max(least or 0, 1 if in_path else 0),
            max_size=min(most or 8, 8 + (least or 0)),
        )
    if shape.type_name in ("integer", "long"):
        if "1–3,600 seconds" in shape.documentation:  # noqa: RUF001
            return st.integers(1, 3600)
        bits = 31 if shape.type_name == "integer" else 63
        return st.integers(
            -(2**bits) if least is None else least, 2**bits - 1 if most is None else most
        )
    if shape.type_name in ("float", "double"):
        return st.floats(allow_nan=False, allow_infinity=False)
    if shape.type_name == "boolean":
        return st.booleans()
    if shape.type_name == "blob":
        return st.binary(max_size=20)
    assert shape.type_name == "timestamp", shape
    return st.datetimes(
        datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(timezone.utc)
    ).map(lambda moment: moment.replace(microsecond=0))


@functools.cache
def inputs_of(operation: str) -> st.SearchStrategy[dict[str, Any]]:
    shape = model.operation_model(operation).input_shape
    return st.just({}) if shape is None else values_of(shape)


@functools.cache
def outputs_of(operation: str) -> st.SearchStrategy[dict[str, Any]]:
    shape = model.operation_model(operation).output_shape
    return st.just({}) if shape is None else values_of(shape)


@settings(max_examples=examples(60, 1000), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), operation=st.sampled_from(SIMULATED))
def test_what_botocore_sends_is_what_is_read(data: st.DataObject, operation: str) -> None:
    params = data.draw(inputs_of(operation))
    described = model.operation_model(operation)
    assert read_request(described, sent(described, params)) == params


@pytest.mark.parametrize("operation", model.service_model().operation_names)
def test_the_requests_of_every_other_operation_are_read_as_well(operation: str) -> None:
    @settings(max_examples=examples(2, 50), deadline=None, suppress_health_check=list(HealthCheck))
    @given(params=inputs_of(operation))
    def check(params: dict[str, Any]) -> None:
        described = model.operation_model(operation)
        assert read_request(described, sent(described, params)) == params

    check()


@pytest.mark.parametrize(
    "operation",
    # The answer of this one is a stream; it has a test of its own.
    [name for name in model.service_model().operation_names if name != "GetIntrospectionSchema"],
)
def test_a_result_arrives_as_it_was(operation: str) -> None:
    @settings(max_examples=examples(2, 50), deadline=None, suppress_health_check=list(HealthCheck))
    @given(result=outputs_of(operation))
    def check(result: dict[str, Any]) -> None:
        described = model.operation_model(operation)
        found = parsed(described, result_answer(described, result))
        assert found.pop("ResponseMetadata")["HTTPStatusCode"] == 200
        assert found == result

    check()
