"""AppSync's work at the schema of an API.

Nothing runs in the background: each operation computes from the clock whether the work is
done. Work that is done stays done, also when time is set back.

| what AppSync says | source |
| --- | --- |
| PROCESSING, `The schema is being processed` | aws-samples/appsync-with-postgraphile-rds #5 |
| SUCCESS, `Successfully created schema with 3 types.` | a public deployment script's output |
| FAILED, and why | :mod:`pytest_appsync.sdl.document` |
| an API that never had a schema: NOT_APPLICABLE | the one value of the enum that fits |
"""

from __future__ import annotations

from datetime import timedelta

from pytest_appsync.sdl.document import DefinedType, Document
from pytest_appsync.service.clock import ServiceClock
from pytest_appsync.service.collection import Collection


class Schema:
    """The schema of an API, and AppSync's work at a new one.

    :ivar document: the schema in force, if there is one.
    :ivar about: the association whose merge AppSync works at, or has worked at last.
    """

    __slots__ = ("_coming", "_details", "_status", "_types", "about", "document")

    def __init__(self) -> None:
        self.document: Document | None = None
        self.about: object = None
        self._status = "NOT_APPLICABLE"
        self._details: str | None = None
        self._types: tuple[Document | None, Collection[DefinedType]] | None = None
        self._coming: tuple[float, int, Document | str] | None = None

    def begin(self, outcome: Document | str, clock: ServiceClock, took: timedelta) -> None:
        """Begin to work at a new one.

        :param outcome: the result: a schema, or the reason why there is none.
        :param took: how long the work takes.
        """
        self._status, self._details = "PROCESSING", "The schema is being processed"
        self._coming = clock.now() + took.total_seconds(), len(clock.set_back_at), outcome

    def at(self, clock: ServiceClock) -> Schema:
        """This schema, with the work done that is done now."""
        if self._coming is None:
            return self
        ready, moves_before, outcome = self._coming
        if any(moment >= ready for moment in (clock.now(), *clock.set_back_at[moves_before:])):
            self._coming = None
            if isinstance(outcome, str):
                self._status, self._details = "FAILED", outcome
            else:
                self.document, self._status, self._details = outcome, "SUCCESS", None
                if outcome.is_read:
                    self._details = f"Successfully created schema with {len(outcome.types)} types."
        return self

    @property
    def coming(self) -> Document | str | None:
        """The result of the work, while AppSync works at it; ``None`` otherwise."""
        return None if self._coming is None else self._coming[2]

    @property
    def types(self) -> Collection[DefinedType]:
        """The types of the schema in force; put together once for each schema."""
        if self._types is None or self._types[0] is not self.document:
            types = Collection[DefinedType]()
            for each in () if self.document is None else self.document.types.values():
                types.add(each)
            self._types = self.document, types
        return self._types[1]

    def describe(self) -> dict[str, str | None]:
        """The members of GetSchemaCreationStatus's answer."""
        return {"status": self._status, "details": self._details}
