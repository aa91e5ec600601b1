"""The refusals of requests to the endpoint of an API."""

from __future__ import annotations

import json

from pytest_appsync.protocol.http import HttpAnswer


class RefusedError(Exception):
    """The refusal of a request.

    :ivar answer: the answer to the client.
    """

    def __init__(self, code: str, status: int, message: str | None) -> None:
        super().__init__(code)
        error = {"errorType": code} | ({} if message is None else {"message": message})
        body = json.dumps({"errors": [error]})
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
        self.answer = HttpAnswer(status, headers, body)


def malformed(message: str) -> RefusedError:
    """The refusal of a body that cannot be read (graphql/graphql-over-http #81)."""
    return RefusedError("MalformedHttpRequestException", 400, message)


def bad_request(message: str) -> RefusedError:
    """The refusal of a request that breaks a rule."""
    return RefusedError("BadRequestException", 400, message)


def unauthorized(message: str | None) -> RefusedError:
    """The refusal of a caller."""
    return RefusedError("UnauthorizedException", 401, message)


def not_authorized() -> RefusedError:
    """The refusal of a key that is not accepted (amplify-js #2783, #4270; amplify-cli #3485)."""
    return unauthorized("You are not authorized to make this call.")
