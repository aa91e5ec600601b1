"""The checks of canned results: AppSync could have sent each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.validate import ParamValidator

from pytest_appsync.nearest import no_such
from pytest_appsync.protocol import constraints
from pytest_appsync.protocol.model import UnsupportedTraitError, unsupported_trait
from pytest_appsync.record.calls import shown

_ANY_TEXT = Shape("String", {"type": "string"})

# What AppSync sends against its own service model.

_MEMBERS = {("GraphqlApi", "name"): _ANY_TEXT}
"""The shapes of members in place of the model's. It has a pattern for the name of a GraphQL API,
but CreateGraphqlApi takes any. The console's own is "My AppSync App" (recorded from AWS:
cloud-custodian/cloud-custodian, test_delete_appsync_api)."""

_MAY_BE_EMPTY = frozenset({"TagMap"})
"""Shapes that the model does not allow to be empty: the tags of an API that has none (the same
recording)."""

_PREFIXES = {"TagKey": "aws:"}
"""Beginnings of a text that the model does not allow: AWS itself sets tags such as
``aws:cloudformation:stack-name`` (read from AWS: go-to-k/cdk-real-drift, test corpus,
AWS__AppSync__Api.EventsApi.json)."""


def check_result(operation: OperationModel, result: object) -> None:
    """Refuse a canned result that AppSync could not have sent.

    :raises ValueError: naming the member that does not fit the output shape, or breaks a
        constraint of it: length or range, pattern, enum.
    """
    if not isinstance(result, Mapping):
        raise ValueError(f"`result` must be a dict for {operation.name}, not {shown(result)}")
    if (trait := unsupported_trait(operation)) is not None:
        raise ValueError(str(UnsupportedTraitError(operation.name, trait)))
    shape = operation.output_shape or StructureShape("Empty", {"type": "structure", "members": {}})
    content = {name: value for name, value in result.items() if name != "ResponseMetadata"}
    values = list(_values(shape, content, operation.name))
    report = ParamValidator().validate(content, shape)
    if report.has_errors():
        raise ValueError(f"`result` does not fit {operation.name}: {report.generate_report()}")
    for path, part, value in values:
        for broken in _broken(part, value):
            raise ValueError(
                f"`result` does not fit {operation.name}: {path}={shown(value)}: {broken}"
            )


def _values(shape: Shape, value: Any, path: str) -> Iterator[tuple[str, Shape, Any]]:
    """Each value in a result with its path and shape.

    :raises ValueError: for a member that the shape does not have.
    """
    yield path, shape, value
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        for name, content in value.items():
            if name not in shape.members:
                raise ValueError(no_such(path, "member", name, list(shape.members)))
            member = _MEMBERS.get((shape.name, name), shape.members[name])
            yield from _values(member, content, f"{path}.{name}")
    elif isinstance(shape, ListShape) and isinstance(value, (list, tuple)):
        for item in value:
            yield from _values(shape.member, item, f"{path}[]")
    elif isinstance(shape, MapShape) and isinstance(value, Mapping):
        for key, item in value.items():
            yield f"{path}.key", shape.key, key
            yield from _values(shape.value, item, f"{path}.{key}")


def _broken(shape: Shape, value: Any) -> Iterator[str]:
    if shape.name in _MAY_BE_EMPTY and not value:
        return
    if shape.name in _PREFIXES:
        value = value.removeprefix(_PREFIXES[shape.name])
    yield from constraints.broken(shape, value)
    if (too_many := constraints.too_many_bits(shape, value)) is not None:
        yield too_many


def read_streams(value: Any) -> Any:
    """``value`` with its streams read, because a canned answer is given more than once."""
    if isinstance(value, dict):
        return {name: read_streams(item) for name, item in value.items()}
    if isinstance(value, list):
        return [read_streams(item) for item in value]
    return value.read() if hasattr(value, "read") else value
