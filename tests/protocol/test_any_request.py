"""Each request is read, or is refused with a BadRequestException that has a message."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from botocore.model import ListShape, Shape, StructureShape
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_appsync import model
from pytest_appsync.service.errors import ServiceError
from tests.protocol.reading import SIMULATED, read
from tests.thoroughness import examples

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@functools.cache
def member_names(operation: str) -> st.SearchStrategy[str]:
    names: set[str] = set()

    def gather(shape: Shape) -> None:
        if isinstance(shape, StructureShape):
            names.update(shape.members)
            for member in shape.members.values():
                gather(member)
        elif isinstance(shape, ListShape):
            gather(shape.member)

    gather(input_shape(operation))
    return st.sampled_from(sorted(names)) | st.text(max_size=3)


def is_read_or_refused(operation: str, path: str, body: Any = b"") -> bool:
    try:
        params = read(operation, path, body)
    except ServiceError as refused:
        return refused.code == "BadRequestException" and bool(refused.message)
    return set(params) <= set(input_shape(operation).members)


def input_shape(operation: str) -> StructureShape:
    shape = model.operation_model(operation).input_shape
    assert shape is not None
    return shape


def path_of(operation: str, identifier: str = "x") -> str:
    template: str = model.operation_model(operation).http["requestUri"]
    return re.sub(r"\{\w+\}", lambda _: identifier, template)


@settings(max_examples=examples(40, 500), deadline=None)
@given(data=st.data(), operation=st.sampled_from(SIMULATED))
def test_any_json_is_read_or_refused(data: st.DataObject, operation: str) -> None:
    names = member_names(operation)
    members = json_values | st.dictionaries(names, json_values, max_size=3)
    content = data.draw(st.dictionaries(names, members, max_size=6))
    assert is_read_or_refused(operation, path_of(operation), json.dumps(content))


@settings(max_examples=examples(60, 500), deadline=None)
@given(body=st.binary(max_size=50), operation=st.sampled_from(SIMULATED))
def test_any_bytes_are_read_or_refused(body: bytes, operation: str) -> None:
    assert is_read_or_refused(operation, path_of(operation), body)


@settings(max_examples=examples(60, 500), deadline=None)
@given(
    text=st.text(st.sampled_from("/%?&=+;#.aF0~:@[]ä\ud800"), max_size=20),
    operation=st.sampled_from(SIMULATED),
)
def test_any_path_is_read_or_refused(text: str, operation: str) -> None:
    assert is_read_or_refused(operation, "/" + text)
    assert is_read_or_refused(operation, path_of(operation, text))
    assert is_read_or_refused(operation, path_of(operation) + "?" + text)
