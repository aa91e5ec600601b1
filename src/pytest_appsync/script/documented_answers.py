"""AWS's answers for documented errors, for calls that come too fast, and for denied ones."""

from __future__ import annotations

from urllib.parse import urlsplit

from pytest_appsync import model, regions
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.record.calls import Call
from pytest_appsync.service.identifiers import ACCOUNT_ID


def documented_answer(error: model.DocumentedError, message: str | None = None) -> HttpAnswer:
    """The answer of AWS for this error.

    :param message: the text in place of AWS's.
    """
    return HttpAnswer.error(
        error.code, error.http_status, error.documentation if message is None else message
    )


def throttling(operation: str) -> model.DocumentedError:
    """The error with which AppSync refuses calls that come too fast.

    AWS was seen to answer 429 "Too Many Requests". Its error code was not shown.
    """
    modeled = {error.code: error for error in model.errors(operation)}
    return modeled.get("LimitExceededException") or model.find_error(
        operation, "ThrottlingException"
    )


def denial(operation: str) -> model.DocumentedError:
    """The error with which IAM refuses a caller that lacks the permission.

    It is not AppSync's own UnauthorizedException: aws-samples/iam-identity-center-team #145,
    aws-amplify/amplify-studio #243.
    """
    return model.find_error(operation, "AccessDeniedException")


def denial_message(call: Call, url: str) -> str:
    """The message of IAM, as in the issues that :func:`denial` names.

    :param url: the request's.
    """
    partition, _ = regions.partition_of(call.region)
    path = urlsplit(url).path
    # Seen for this operation. For the others it is not known, so the whole path stands there.
    resource = path.removeprefix("/v1/") if call.operation == "GetGraphqlApi" else path
    return (
        f"User: arn:{partition}:sts::{ACCOUNT_ID}:assumed-role/pytest-appsync/session "
        f"is not authorized to perform: appsync:{call.operation} "
        f"on resource: arn:{partition}:appsync:{call.region}:{ACCOUNT_ID}:{resource}"
    )
