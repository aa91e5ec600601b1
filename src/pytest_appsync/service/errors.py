"""``ServiceError``: the refusal of a request by the simulated service."""

from __future__ import annotations


class ServiceError(Exception):
    """AppSync's refusal of one request.

    The service knows only the code and, where AWS's own wording was seen, the
    message. The HTTP status comes from the service model. Where no message is
    known, the answer has the documentation of the exception.

    :param code: the modeled exception's name, such as ``"NotFoundException"``.
    :param message: AWS's wording, or ``None`` for the documented text.
    """

    def __init__(self, code: str, message: str | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


def bad_request(message: str) -> ServiceError:
    """The refusal of a request that breaks a rule: BadRequestException."""
    return ServiceError("BadRequestException", message)
