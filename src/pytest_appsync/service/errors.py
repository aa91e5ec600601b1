"""The one way in which the simulated service refuses a request."""

from __future__ import annotations


class ServiceError(Exception):
    """AppSync's refusal of one request.

    The service knows only the code and, where AWS's own wording was seen, the
    message. The HTTP status is the service model's business, and so is the
    message of a code whose wording is not known: it is the exception's
    documentation there.

    :param code: the modeled exception's name, such as ``"NotFoundException"``.
    :param message: AWS's wording, or ``None`` for the documented text.
    """

    def __init__(self, code: str, message: str | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
