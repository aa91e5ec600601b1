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


class ExtraNotInstalled(RuntimeError):  # noqa: N818
    """A test uses what an extra of this package is needed for.

    It is no answer of AppSync: the test, or the machine that it runs on, must change.

    :param what: what needs the extra, as the subject of a sentence.
    :param extra: its name, such as ``"graphql"``.
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(what, extra)
        self.what = what
        self.extra = extra

    def __str__(self) -> str:
        return (
            f"{self.what} needs the extra {self.extra!r}, which is not installed: "
            f"pip install 'pytest-appsync[{self.extra}]'"
        )
