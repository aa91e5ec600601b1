"""An API's schema, and AppSync's work at the next one.

Nothing runs in the background: whether the work is done is worked out from the clock
whenever an operation asks. Work that is done stays done, also when time is set back.

| what AppSync says | source |
| --- | --- |
| PROCESSING, `The schema is being processed` | aws-samples/appsync-with-postgraphile-rds #5 |
| SUCCESS, `Successfully created schema with 3 types.` | a public deployment script's output |
| FAILED, `Failed to parse schema document - ensure it's a valid SDL-formatted document.` | \
aws/aws-appsync-community #292; aws/aws-cdk #14022 |
| FAILED, `Schema has the following errors:` and a line for each | \
sid88in/serverless-appsync-plugin #480 |
| an API that never had a schema: NOT_APPLICABLE | the one value of the enum that fits |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_appsync.service.sdl import Document

IN_WORK = "The schema is being processed"
NOT_SDL = "Failed to parse schema document - ensure it's a valid SDL-formatted document."


class Schema:
    """What AppSync has made of the schemas that were uploaded.

    :ivar document: the schema in force, if there is one.
    """

    __slots__ = ("_coming", "_details", "_status", "document")

    def __init__(self) -> None:
        self.document: Document | None = None
        self._status = "NOT_APPLICABLE"
        self._details: str | None = None
        self._coming: tuple[float, Document | str] | None = None

    def begin(self, outcome: Document | str, ready: float) -> None:
        """Begin to work at an upload.

        :param outcome: what will come of it: a schema, or why there will be none.
        :param ready: when.
        """
        self._status, self._details = "PROCESSING", IN_WORK
        self._coming = ready, outcome

    def at(self, now: float) -> Schema:
        """This schema, with the work done that is done at ``now``."""
        if self._coming is not None and now >= self._coming[0]:
            (_, outcome), self._coming = self._coming, None
            if isinstance(outcome, str):
                self._status, self._details = "FAILED", outcome
            else:
                self.document = outcome
                self._status, self._details = "SUCCESS", outcome.summary
        return self

    @property
    def is_altered(self) -> bool:
        """Whether AppSync works at it."""
        return self._coming is not None

    def describe(self) -> dict[str, str]:
        """The members of GetSchemaCreationStatus's answer."""
        details = {} if self._details is None else {"details": self._details}
        return {"status": self._status, **details}
