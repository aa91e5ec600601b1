"""The answers that AWS documents, written as it sends them."""

from __future__ import annotations

from pytest_appsync import model
from pytest_appsync.protocol.http import HttpAnswer


def documented_answer(error: model.DocumentedError, message: str | None = None) -> HttpAnswer:
    """The answer of AWS with this error.

    :param message: instead of the documented text.
    """
    return HttpAnswer.error(
        error.code, error.http_status, error.documentation if message is None else message
    )


def throttling(operation: str) -> model.DocumentedError:
    """The error with which AppSync refuses calls that come too fast."""
    return _first_documented(operation, "LimitExceededException", "ThrottlingException")


def denial(operation: str) -> model.DocumentedError:
    """The error with which AppSync refuses a caller that lacks the permission."""
    return _first_documented(operation, "UnauthorizedException", "AccessDeniedException")


def _first_documented(operation: str, *codes: str) -> model.DocumentedError:
    """The first of ``codes`` that the operation models, or else the last, a common error."""
    modeled = {error.code: error for error in model.errors(operation)}
    for code in codes:
        if code in modeled:
            return modeled[code]
    return model.find_error(operation, codes[-1])
