"""What AWS documents of AppSync, read out of botocore's service model at run time.

Nothing here is a copy: a newer botocore teaches new operations, members,
constraints and exceptions by itself. Only the errors common to all actions are
in no service model; they stand in :mod:`pytest_appsync.common_errors`.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.retries import standard

from pytest_appsync.common_errors import COMMON_ERRORS
from pytest_appsync.nearest import no_such

SERVICE_ID = "AppSync"
"""The ``serviceId`` of the service model, by which a client is known as an AppSync client."""


@dataclass(frozen=True)
class DocumentedError:
    """An error that AWS documents for an operation.

    :ivar code: what ``error.response["Error"]["Code"]`` says.
    :ivar http_status: the HTTP status that it comes with.
    :ivar operation: the operation that documents it, such as ``"CreateApiKey"``.
    :ivar documentation: AWS's text, without markup.
    :ivar retryable: whether botocore's standard retry mode tries again.
    """

    code: str
    http_status: int
    operation: str
    documentation: str
    retryable: bool


@functools.cache
def loader() -> Loader:
    """The data that ships with botocore, read once; nothing of the user's home is read."""
    return Loader([Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


@functools.cache
def service_model() -> ServiceModel:
    """botocore's newest service model of AppSync."""
    return ServiceModel(loader().load_service_model("appsync", "service-2"), "appsync")


@functools.cache
def operation_model(operation: str) -> OperationModel:
    return service_model().operation_model(operation)


@functools.cache
def request_members(operation: str) -> frozenset[str]:
    """The names of the members of an operation's request."""
    shape = operation_model(operation).input_shape
    return frozenset(() if shape is None else shape.members)


@functools.cache
def answer_members(operation: str) -> Mapping[str, Any]:
    """The members of an operation's answer, and their shapes."""
    shape = operation_model(operation).output_shape
    return {} if shape is None else shape.members


def operation_name(name: str) -> str:
    """AWS's name of an operation that may be written ``CreateApiKey`` or ``create_api_key``.

    :raises ValueError: when AppSync has no such operation, with the nearest match.
    """
    try:
        return _operation_names()[name]
    except (KeyError, TypeError):
        raise ValueError(
            no_such("AppSync operation", name, service_model().operation_names)
        ) from None


@functools.cache
def _operation_names() -> dict[str, str]:
    names = service_model().operation_names
    return {xform_name(name): name for name in names} | {name: name for name in names}


def errors(operation: str, *, common: bool = False) -> tuple[DocumentedError, ...]:
    """The errors that AWS documents for ``operation``, each once, in the model's order.

    :param common: also those common to the actions of every service.
    :raises ValueError: when AppSync has no such operation.
    """
    name = operation_name(operation)
    found = {error.code: error for error in _modeled_errors(name)}
    if common:
        for error in _common_errors(name):
            found.setdefault(error.code, error)
    return tuple(found.values())


def find_error(operation: str, code: str) -> DocumentedError:
    """What AWS documents for ``operation`` under ``code``, common errors included.

    :raises ValueError: when it documents no such code, with the nearest match.
    """
    documented = errors(operation, common=True)
    for error in documented:
        if error.code == code:
            return error
    raise ValueError(
        no_such(
            f"error documented for {operation_name(operation)}",
            code,
            [error.code for error in documented],
        )
    )


def describe_error(operation: str, code: str) -> tuple[int, str]:
    """The HTTP status and the documented text of an error that the service raises."""
    for error in errors(operation):
        if error.code == code:
            return error.http_status, error.documentation
    shape = service_model().shape_for_error_code(code)  # type: ignore[arg-type]
    return (400, "") if shape is None else (_http_status(shape), _plain_text(shape.documentation))


@functools.cache
def _modeled_errors(operation: str) -> tuple[DocumentedError, ...]:
    return tuple(
        _documented(
            operation,
            shape.error_code,  # type: ignore[attr-defined]
            _http_status(shape),
            _plain_text(shape.documentation),
        )
        for shape in operation_model(operation).error_shapes
    )


@functools.cache
def _common_errors(operation: str) -> tuple[DocumentedError, ...]:
    return tuple(_documented(operation, *error) for error in COMMON_ERRORS)


def _documented(operation: str, code: str, http_status: int, documentation: str) -> DocumentedError:
    return DocumentedError(
        code, http_status, operation, documentation, _is_retryable(operation, code, http_status)
    )


def _is_retryable(operation: str, code: str, http_status: int) -> bool:
    """Whether botocore's standard retry mode calls this a reason to try again."""
    context = standard.RetryContext(
        attempt_number=1,
        operation_model=operation_model(operation),
        parsed_response={"Error": {"Code": code}},
        http_response=AWSResponse("", http_status, {}, None),  # type: ignore[arg-type]
    )
    return bool(standard.StandardRetryConditions(max_attempts=2).is_retryable(context))


def _http_status(shape: Shape) -> int:
    return int(shape.metadata.get("error", {}).get("httpStatusCode", 400))


def _plain_text(documentation: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", documentation)).split())


@functools.cache
def partition_of(region: str) -> tuple[str, str]:
    """A region's partition and DNS suffix, such as ``("aws", "amazonaws.com")``.

    A region that botocore does not know belongs to the commercial partition.
    """
    partitions = loader().load_data("partitions")["partitions"]
    for partition in partitions:
        if region in partition["regions"] or re.fullmatch(partition["regionRegex"], region):
            return partition["id"], partition["outputs"]["dnsSuffix"]
    return partitions[0]["id"], partitions[0]["outputs"]["dnsSuffix"]


def read_files() -> None:
    """Read what this module needs of botocore's files; later a test may have mocked ``open``."""
    service_model()
    partition_of("us-east-1")
