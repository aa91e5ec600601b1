"""The exceptions for a schema that is wrong, and for an extra that is not installed."""

from __future__ import annotations


class SdlError(ValueError):
    """The refusal of a text that is not SDL, or that AppSync or GraphQL does not take as a schema.

    Its text has a line for each mistake.
    """


class SchemaError(SdlError):
    """The refusal of a schema. Its text is all that AppSync says of it."""


class ExtraNotInstalled(RuntimeError):  # noqa: N818
    """The exception for a test that needs the extra ``graphql`` of this package.

    It is not an answer of AppSync: install the extra, or change the test.

    :param what: what needs the extra, as the subject of a sentence.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return (
            f"{self.what} needs the extra 'graphql', which is not installed: "
            "pip install 'pytest-appsync[graphql]'"
        )
