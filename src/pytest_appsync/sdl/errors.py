"""What may be wrong with a schema, and with the machine that is to read it."""

from __future__ import annotations


class SdlError(ValueError):
    """A text is no SDL, or its definitions do not fit together. Each mistake has a line."""


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
