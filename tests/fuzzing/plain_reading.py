"""What a request asks, read the plain way, and whether the service model allows it.

Nothing of :mod:`pytest_appsync.protocol` is used: it is what is being judged.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.validate import ParamValidator

from pytest_appsync import model

from .valid_params import input_shape


def asked(operation: str, url: str, body: Any) -> dict[str, Any]:
    """The parameters of a request that was carried out.

    :raises ValueError: when there is no way to read it.
    """
    described = model.operation_model(operation)
    template = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", described.http["requestUri"])
    path, _, query = url.partition("#")[0].partition("?")
    found = re.search(template + "$", path)
    if found is None:
        raise ValueError(f"no path of {described.http['requestUri']}: {path!r}")
    texts = {name: unquote(text, errors="strict") for name, text in found.groupdict().items()}
    fields = dict(parse_qsl(query, keep_blank_values=True))
    content = _content(body)
    params: dict[str, Any] = {}
    for name, member in input_shape(operation).members.items():
        location = member.serialization.get("location")
        if location == "uri":
            params[name] = texts[name]
        elif location == "querystring":
            if name in fields:
                text = fields[name]
                params[name] = _number(text) if member.type_name == "integer" else text
        elif content.get(name) is not None:
            params[name] = _known(member, content[name])
    return params


def _number(text: str) -> int:
    if not text.isascii():  # int() takes the digits of any script
        raise ValueError(f"{text!r} is no number")
    return int(text)


def _content(body: Any) -> Any:
    body = body.read() if hasattr(body, "read") else body
    text = body if isinstance(body, str) else bytes(body or b"").decode()
    return json.loads(text, parse_constant=int) if text else {}


def _known(shape: Shape, value: Any) -> Any:
    """``value`` without the members that the shape does not have, and without nulls."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {
            name: _known(member, value[name])
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_known(shape.member, item) for item in value]
    return value


def faults(operation: str, params: dict[str, Any]) -> list[str]:
    """What botocore's own validation, and the bounds that it leaves out, have against them."""
    shape = input_shape(operation)
    report = ParamValidator().validate(params, shape)
    return [report.generate_report()] if report.has_errors() else _out_of_bounds(shape, params)


def _out_of_bounds(shape: Shape, value: Any) -> list[str]:
    if isinstance(shape, StructureShape):
        inner = [
            fault for name in value for fault in _out_of_bounds(shape.members[name], value[name])
        ]
    elif isinstance(shape, ListShape):
        inner = [fault for item in value for fault in _out_of_bounds(shape.member, item)]
    elif isinstance(shape, MapShape):
        inner = [fault for key in value for fault in _out_of_bounds(shape.key, key)]
        inner += [fault for item in value.values() for fault in _out_of_bounds(shape.value, item)]
    else:
        inner = []
    most, enum = shape.metadata.get("max"), shape.metadata.get("enum")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        inner.append(f"{shape.name}: beyond 64 bits")
    elif most is not None and (value if isinstance(value, int) else len(value)) > most:
        inner.append(f"{shape.name}: over {most}")
    if enum and value not in enum:
        inner.append(f"{shape.name}: not one of {enum}")
    pattern = shape.metadata.get("pattern", "").replace("\\\\", "\\")
    if pattern and not re.fullmatch(pattern, value, re.ASCII | re.DOTALL):
        inner.append(f"{shape.name}: not of the form {pattern}")
    if isinstance(value, str) and re.search("[\ud800-\udfff]", value):
        inner.append(f"{shape.name}: half a character")
    return inner
