"""The form of an operation's request and answer, as the traits of its shapes say.

This module knows the traits that AppSync's service models use, from botocore 1.34 on. It does not
know the others of REST-JSON (headers, document types, streams, floating point, ...).
:func:`unsupported_trait` names one that an operation has.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

PATH_TYPES = frozenset({"string"})
"""The types of members in the path."""

QUERY_TYPES = frozenset({"boolean", "integer", "string"})
"""The types of members in the query string, and of the items of a list there."""
BODY_TYPES = frozenset(
    {"blob", "boolean", "integer", "list", "long", "map", "string", "structure", "timestamp"}
)
"""The types of values in the JSON body."""

PLAIN_TYPES = frozenset({"boolean", "integer", "long", "string"})
"""The types of the body whose values are the same in Python and in JSON."""
PAYLOAD_TYPES = frozenset({"blob"})
"""The types of a member that is the whole body of an answer."""
SERIALIZATION = frozenset({"name"})
"""The traits of a member of the body: it may have another name there (``locationName``)."""
LOCATED = SERIALIZATION | {"location"}
"""The traits of a member outside of the body."""
CONSTRAINTS = frozenset({"enum", "max", "min", "pattern", "required"})
NO_EFFECT = frozenset({"contextParam", "idempotencyToken", "sensitive", "union"})
"""Traits that change nothing for a server: the client finds its endpoint by a ``contextParam``,
makes up tokens, and sends one member of a union."""


class UnsupportedTraitError(Exception):
    """The service model uses a trait of REST-JSON that is not understood here.

    :ivar operation: AWS's name of the operation.
    :ivar trait: the trait, and the shape that has it.
    """

    def __init__(self, operation: str, trait: str) -> None:
        super().__init__(operation, trait)
        self.operation = operation
        self.trait = trait

    def __str__(self) -> str:
        return (
            f"{self.operation} has a trait that pytest-appsync does not understand: {self.trait}. "
            "Script its answers with an HttpAnswer, or use a newer pytest-appsync"
        )


class Member:
    """A member of a structure.

    :ivar wire_name: its name in the path, the query string or the JSON object.
    :ivar is_plain: whether its values are the same in Python and in JSON.
    """

    def __init__(self, name: str, shape: Shape, is_required: bool) -> None:
        self.name = name
        self.shape = shape
        self.wire_name: str = shape.serialization.get("name", name)
        self.location: str | None = shape.serialization.get("location")
        self.is_required = is_required
        self.is_plain = shape.type_name in PLAIN_TYPES


@functools.cache
def members(shape: StructureShape) -> tuple[Member, ...]:
    """The members of ``shape``, in the model's order."""
    return tuple(
        Member(name, member, name in shape.required_members)
        for name, member in shape.members.items()
    )


class RequestForm(NamedTuple):
    """The places of an operation's parameters in its request.

    :ivar path: matches the path of a request, which an ``endpoint_url`` may begin.
    """

    path_template: str
    path: re.Pattern[str]
    in_path: tuple[Member, ...]
    in_query: tuple[Member, ...]
    in_body: tuple[Member, ...]


class AnswerForm(NamedTuple):
    """The form of an operation's successful answer.

    :ivar payload: the name of the member that is the whole body, not JSON.
    :ivar shape: what the JSON body is.
    """

    status: int
    payload: str | None
    shape: StructureShape | None


@functools.cache
def request_form(operation: OperationModel) -> RequestForm:
    """The form of an operation's request.

    :raises UnsupportedTraitError: when the operation has a trait that is not understood.
    """
    _check(operation)
    shape = operation.input_shape
    found = () if shape is None else members(shape)
    template = path_template(operation)
    return RequestForm(
        template,
        re.compile(f".*?{path_pattern(template)}"),
        tuple(member for member in found if member.location == "uri"),
        tuple(member for member in found if member.location == "querystring"),
        tuple(member for member in found if member.location is None),
    )


@functools.cache
def answer_form(operation: OperationModel) -> AnswerForm:
    """The form of an operation's answer.

    :raises UnsupportedTraitError: when the operation has a trait that is not understood.
    """
    _check(operation)
    shape = operation.output_shape
    payload = None if shape is None else shape.serialization.get("payload")
    return AnswerForm(operation.http.get("responseCode", 200), payload, shape)


def path_template(operation: OperationModel) -> str:
    """The path of an operation, such as ``/v1/apis/{apiId}``."""
    return str(operation.http["requestUri"])


def path_pattern(template: str) -> str:
    """The regular expression of a path template, with a group for each label.

    Labels such as ``{resource-arn}`` and ``{key+}``, which are not understood, have none.
    """
    pieces = re.split(r"\{([^}]+)\}", template)
    return "".join(
        _label_pattern(piece) if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )


def _label_pattern(label: str) -> str:
    if label.endswith("+"):
        return ".+"
    return f"(?P<{label}>[^/]+)" if label.isidentifier() else "[^/]+"


# --- traits that are not understood -----------------------------------------------------


def _check(operation: OperationModel) -> None:
    trait = unsupported_trait(operation)
    if trait is not None:
        raise UnsupportedTraitError(operation.name, trait)


@functools.cache
def unsupported_trait(operation: OperationModel) -> str | None:
    """The first trait of ``operation`` that is not understood, or ``None``."""
    found = chain(_of_operation(operation), _of_input(operation), _of_output(operation))
    return next(found, None)


def _of_operation(operation: OperationModel) -> Iterator[str]:
    # An older botocore, such as 1.38, takes the only protocol that AppSync had then.
    protocol = getattr(operation.service_model, "resolved_protocol", "rest-json")
    if protocol != "rest-json":
        yield f"the protocol {protocol}"
    if not re.fullmatch(r"(/([\w.-]|\{\w+\})*)+", path_template(operation)):
        yield f"the URI {path_template(operation)}"
    if operation.endpoint:
        yield "a host of its own (endpoint)"
    if operation.http_checksum or operation.http_checksum_required:
        yield "a checksum (httpChecksum)"
    if operation.request_compression:
        yield "compression (requestcompression)"


def _of_input(operation: OperationModel) -> Iterator[str]:
    shape = operation.input_shape
    if shape is None:
        return
    yield from _of_shape(shape, "as input", frozenset({"structure"}), SERIALIZATION)
    for member in members(shape):
        if member.location is None:
            yield from _of_body(member.shape, [])
        elif member.location == "uri":
            yield from _of_shape(member.shape, "in the path", PATH_TYPES, LOCATED)
        elif member.location == "querystring":
            yield from _of_query(member.shape)
        else:
            yield f"the location {member.location} ({member.name})"


def _of_query(shape: Shape) -> Iterator[str]:
    place = "in the query string"
    if isinstance(shape, ListShape):
        yield from _of_shape(shape, place, frozenset({"list"}), LOCATED)
        yield from _of_shape(shape.member, place, QUERY_TYPES, SERIALIZATION)
    else:
        yield from _of_shape(shape, place, QUERY_TYPES, LOCATED)


def _of_output(operation: OperationModel) -> Iterator[str]:
    shape = operation.output_shape
    if shape is None:
        return
    payload = shape.serialization.get("payload")
    yield from _of_shape(shape, "as output", frozenset({"structure"}), SERIALIZATION | {"payload"})
    for member in members(shape):
        if member.location is not None:
            yield f"the location {member.location} in an answer ({member.name})"
        elif member.name == payload:
            yield from _of_shape(member.shape, "as payload", PAYLOAD_TYPES, frozenset())
        else:
            yield from _of_body(member.shape, [])


def _of_body(shape: Shape, within: list[str]) -> Iterator[str]:
    """The traits of a shape in the body that are not understood.

    :param within: the names of the shapes around it, because a shape may contain itself.
    """
    if shape.name in within:
        return
    yield from _of_shape(shape, "in the body", BODY_TYPES, SERIALIZATION)
    for part in _parts(shape):
        yield from _of_body(part, [*within, shape.name])


def _parts(shape: Shape) -> Iterator[Shape]:
    if isinstance(shape, StructureShape):
        yield from shape.members.values()
    elif isinstance(shape, ListShape):
        yield shape.member
    elif isinstance(shape, MapShape):
        yield from (shape.key, shape.value)


def _of_shape(
    shape: Shape, place: str, types: frozenset[str], serialization: frozenset[str]
) -> Iterator[str]:
    if shape.type_name not in types:
        yield f"the type {shape.type_name} {place} ({shape.name})"
    for trait in (*shape.serialization, *shape.metadata):
        if trait not in serialization | CONSTRAINTS | NO_EFFECT:
            yield f"{trait} {place} ({shape.name})"
