"""The documented operations, shapes and errors of AppSync, from botocore's service model.

Nothing here is a copy: with a newer botocore come its new operations, members, constraints and
exceptions. The errors that no service model has are in
:mod:`pytest_appsync.errors_outside_the_model`.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import botocore
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.retries import standard

from pytest_appsync.errors_outside_the_model import (
    COMMON_ERRORS,
    OBSERVED_ERRORS,
    CommonError,
)
from pytest_appsync.nearest import no_such

BOTOCORE_VERSION: str = botocore.__version__


@dataclass(frozen=True)
class DocumentedError:
    """An error that AWS documents for an operation, or was seen to send.

    :ivar code: what ``error.response["Error"]["Code"]`` says.
    :ivar http_status: the HTTP status that it comes with.
    :ivar operation: the operation that it belongs to, such as ``"CreateApiKey"``.
    :ivar documentation: AWS's text, without markup; where AWS's own answer was seen, its
        message.
    :ivar retryable: whether botocore's standard retry mode tries again.
    :ivar observed: whether AWS was seen to send it, and does not document it.
    :ivar source: where it was seen; ``None`` for a documented error.
    """

    code: str
    http_status: int
    operation: str
    documentation: str
    retryable: bool
    observed: bool = False
    source: str | None = None


class AppSyncLoader(Loader):
    """botocore's loader, for AppSync alone.

    botocore's own looks into the directories of all 400 services for each kind of file: here, and
    again for the first client. That is 11 of 19 ms each time.
    """

    def list_available_services(self, type_name: str) -> list[str]:
        return ["appsync"]


@functools.cache
def loader() -> AppSyncLoader:
    """The loader of the data files of botocore itself. It reads none in the user's home."""
    return AppSyncLoader([Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


@functools.cache
def service_model() -> ServiceModel:
    """botocore's newest service model of AppSync."""
    return ServiceModel(loader().load_service_model("appsync", "service-2"), "appsync")


@functools.cache
def operation_model(operation: str) -> OperationModel:
    return service_model().operation_model(operation)


def request_members(operation: str) -> Mapping[str, Any]:
    """The members of an operation's request, and their shapes."""
    shape = operation_model(operation).input_shape
    return {} if shape is None else shape.members


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
            no_such(
                "AppSync",
                "operation",
                name,
                service_model().operation_names,
                listed_by="python -m pytest_appsync errors",
            )
        ) from None


@functools.cache
def _operation_names() -> dict[str, str]:
    names = service_model().operation_names
    return {xform_name(name): name for name in names} | {name: name for name in names}


def errors(
    operation: str, *, common: bool = False, observed: bool = True
) -> tuple[DocumentedError, ...]:
    """The errors of ``operation``: AWS's own in the model's order, observed ones, common ones.

    Each code is there once. One that the service model documents is not observed.

    :param common: also those common to the actions of every service.
    :param observed: also those that AWS was seen to send and does not document.
    :raises ValueError: when AppSync has no such operation.
    """
    return _errors(operation_name(operation), common, observed)


@functools.cache
def _errors(operation: str, common: bool, observed: bool) -> tuple[DocumentedError, ...]:
    rows = [row for row in OBSERVED_ERRORS if row.operation == operation]
    # An application may look at the text: aws-syndicate 1.21.3 retries only on AWS's own words.
    seen = {row.code: row.message for row in rows}
    found = [
        _documented(
            operation,
            code := shape.error_code,  # type: ignore[attr-defined]
            _http_status(shape),
            seen.get(code) or _plain_text(shape.documentation),
        )
        for shape in operation_model(operation).error_shapes
    ]
    if observed:
        found += [
            _documented(operation, row.code, row.http_status, row.message, source=row.source)
            for row in rows
        ]
    if common:
        found += [_documented(operation, *error) for error in COMMON_ERRORS]
    by_code: dict[str, DocumentedError] = {}
    for error in found:
        by_code.setdefault(error.code, error)
    return tuple(by_code.values())


def retryable_errors(operation: str) -> list[DocumentedError]:
    """The errors that AWS documents for ``operation`` and that botocore retries."""
    return [error for error in errors(operation, observed=False) if error.retryable]


def find_error(
    operation: str, code: str, *, besides: Iterable[str] = (), in_python: bool = True
) -> DocumentedError:
    """The error of ``operation`` under ``code``, observed and common errors included.

    :param besides: other names that the caller takes in place of a code, for the hint.
    :param in_python: whether the text may name what only Python code can give.
    :raises ValueError: when there is no such error, with the nearest match or with an
        operation that has it.
    """
    name = operation_name(operation)
    known = errors(name, common=True)
    for error in known:
        if error.code == code:
            return error
    for other in service_model().operation_names:
        for error in errors(other):
            if error.code == code:
                anyway = (
                    f". To have it anyway: HttpAnswer.error({code!r}, {error.http_status}, message)"
                )
                raise ValueError(
                    f"{code!r} is an error of other operations of AppSync, such as {other}, and "
                    f"not of {name}{anyway if in_python else ''}"
                )
    raise ValueError(
        no_such(
            name,
            "documented error",
            code,
            [error.code for error in known],
            besides=besides,
            listed_by=f"python -m pytest_appsync errors --common {name}",
        )
        + (
            f". To have another one anyway: HttpAnswer.error({code!r}, status, message)"
            if in_python
            else ""
        )
    )


def find_common_error(code: str, *, besides: Iterable[str] = ()) -> CommonError:
    """The error common to all actions under ``code``.

    :param besides: as for :func:`find_error`.
    :raises ValueError: when there is no such error, with the nearest match.
    """
    for error in COMMON_ERRORS:
        if error.code == code:
            return error
    raise ValueError(
        no_such(
            "AWS",
            "error common to all actions",
            code,
            [error.code for error in COMMON_ERRORS],
            besides=besides,
            listed_by="python -m pytest_appsync errors --common",
        )
    )


def describe_error(operation: str, code: str) -> tuple[int, str]:
    """The HTTP status and AWS's text of an error that the service raises."""
    for error in errors(operation):
        if error.code == code:
            return error.http_status, error.documentation
    shape = service_model().shape_for_error_code(code)  # type: ignore[arg-type]
    return (400, "") if shape is None else (_http_status(shape), _plain_text(shape.documentation))


def _documented(
    operation: str, code: str, http_status: int, documentation: str, source: str | None = None
) -> DocumentedError:
    return DocumentedError(
        code,
        http_status,
        operation,
        documentation,
        _is_retryable(operation, code, http_status),
        observed=source is not None,
        source=source,
    )


def _is_retryable(operation: str, code: str, http_status: int) -> bool:
    """Whether botocore's standard retry mode tries again after this error."""
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
    # Paragraphs stand close together. Any other tag, such as <code>, may stand in brackets.
    apart = documentation.replace("</p>", " ")
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", apart)).split())
