"""The operation that a request asks for, by its method and path alone."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

from pytest_appsync import model
from pytest_appsync.protocol.model import path_pattern, path_template


class Route(NamedTuple):
    """The operation of a request.

    :ivar operation: AWS's name of the operation.
    :ivar labels: what the path holds, by the names of the service model, decoded.
    """

    operation: str
    labels: Mapping[str, str]


def operation_of(method: str, path: str) -> Route | None:
    """The operation that a request asks for, or ``None`` where AppSync has no such path.

    :param method: the HTTP method, in capitals.
    :param path: the path of the URL, percent-encoded. It may begin with the path of an
        ``endpoint_url``. Where it can be divided in several ways, the shortest beginning counts.
    """
    pattern = _patterns().get(method)
    found = None if pattern is None else pattern.fullmatch(path)
    if found is None or found.lastgroup is None:
        return None
    operation = found.lastgroup
    labels = re.fullmatch(path_pattern(_template(operation)), found[operation])
    assert labels is not None
    return Route(operation, {name: decoded(text) for name, text in labels.groupdict().items()})


def decoded(text: str) -> str:
    """A decoded piece of a path. Bytes that are not UTF-8 become surrogates."""
    return unquote(text, errors="surrogateescape")


@functools.cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """The pattern of all paths for each HTTP method. Its group has the operation's name."""
    alternatives: dict[str, list[str]] = {}
    for operation in sorted(model.service_model().operation_names, key=_label_count):
        path = re.sub(r"\(\?P<\w+>", "(?:", path_pattern(_template(operation)))
        method = model.operation_model(operation).http["method"]
        alternatives.setdefault(method, []).append(f"(?P<{operation}>{path})")
    return {method: re.compile(f".*?(?:{'|'.join(of)})") for method, of in alternatives.items()}


def _template(operation: str) -> str:
    return path_template(model.operation_model(operation))


def _label_count(operation: str) -> tuple[int, int]:
    """The order of the paths: ``/apis/{apiId}/types/all`` before ``/apis/{apiId}/types/{id}``.

    Those come last that have a label of several pieces, such as ``{key+}``.
    """
    template = _template(operation)
    return template.count("+}"), template.count("{")
