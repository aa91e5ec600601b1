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

from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType
from typing import TYPE_CHECKING

from pytest_appsync.service.clock import Clock
from pytest_appsync.service.collection import Collection, Resource, number_of
from pytest_appsync.service.errors import ExtraNotInstalled

if TYPE_CHECKING:
    from pytest_appsync.sdl.reading import Definition

NOT_SDL = "Failed to parse schema document - ensure it's a valid SDL-formatted document."


class DefinedType(Resource):
    """A type of a schema.

    :ivar fields: the names of its fields.
    """

    __slots__ = ("fields",)

    def __init__(self, found: Definition, number: int) -> None:
        members = {"name": found.type, "definition": found.text, "description": found.description}
        said = {name: value for name, value in members.items() if value is not None}
        super().__init__(said["name"], number, "", said)
        self.fields = found.fields


class Document:
    """A schema's text, and what is in it.

    :ivar sdl: its text, as it came or as the operations on types have changed it.
    :ivar parsed_types: its types; ``None`` where the extra was not there to read them.
    :ivar rest: the texts of what defines no type: the root operations, directives,
        extensions.
    :ivar as_json: its types as JSON by their names, once they were asked for.
    """

    def __init__(self, sdl: bytes, parsed_types: Collection[DefinedType] | None = None) -> None:
        self.sdl = sdl
        self.parsed_types = parsed_types
        self.rest: list[str] = []
        self.as_json: dict[str, str] | None = None

    @property
    def types(self) -> Collection[DefinedType]:
        """Its types.

        :raises ExtraNotInstalled: where nothing could read them.
        """
        if self.parsed_types is None:
            raise ExtraNotInstalled("What is in a schema", "graphql")
        return self.parsed_types

    def put_together(self) -> None:
        """Write the text again, after a type has come, changed or gone."""
        texts = [*self.rest, *(each.members["definition"] for each in self.types)]
        self.sdl = "\n\n".join(texts).encode()
        self.as_json = None


class Schema:
    """What AppSync has made of the schemas that were uploaded.

    :ivar document: the schema in force, if there is one.
    """

    __slots__ = ("_coming", "_details", "_status", "document")

    def __init__(self) -> None:
        self.document: Document | None = None
        self._status = "NOT_APPLICABLE"
        self._details: str | None = None
        self._coming: tuple[float, int, Document | str] | None = None

    def begin(self, outcome: Document | str, clock: Clock, took: timedelta) -> None:
        """Begin to work at a new one.

        :param outcome: what will come of it: a schema, or why there will be none.
        :param took: how long the work takes.
        """
        self._status, self._details = "PROCESSING", "The schema is being processed"
        self._coming = clock.now() + took.total_seconds(), len(clock.set_back_at), outcome

    def at(self, clock: Clock) -> Schema:
        """This schema, with the work done that is done now."""
        if self._coming is None:
            return self
        ready, known_turns, outcome = self._coming
        if any(moment >= ready for moment in (clock.now(), *clock.set_back_at[known_turns:])):
            self._coming = None
            if isinstance(outcome, str):
                self._status, self._details = "FAILED", outcome
            else:
                self.document, self._status, self._details = outcome, "SUCCESS", None
                if outcome.parsed_types is not None:
                    count = len(outcome.parsed_types)
                    self._details = f"Successfully created schema with {count} types."
        return self

    @property
    def coming(self) -> Document | str | None:
        """What will come of the work, while AppSync works at it."""
        return None if self._coming is None else self._coming[2]

    def describe(self) -> dict[str, str]:
        """The members of GetSchemaCreationStatus's answer."""
        details = {} if self._details is None else {"details": self._details}
        return {"status": self._status, **details}


def reader(what: str) -> ModuleType:
    """:mod:`pytest_appsync.sdl.reading`. Nothing imports graphql-core before.

    :param what: what is to be read, as the subject of a sentence.
    :raises ExtraNotInstalled: where the extra ``graphql`` is not there.
    """
    try:
        import graphql  # noqa: F401
    except ImportError:
        raise ExtraNotInstalled(what, "graphql") from None
    from pytest_appsync.sdl import reading

    return reading


def read(sdl: bytes, before: Document | None, numbers: Iterator[int]) -> Document | str:
    """The schema in an upload, or why it is none. Without the extra it is taken as it is.

    :param before: the schema that it replaces. A type of the same name keeps its number, so
        that no page of a list shows it twice.
    :param numbers: those of new types.
    """
    try:
        reading = reader("")
    except ExtraNotInstalled:
        return Document(sdl)
    try:
        reading.check(sdl.decode())
    except (UnicodeDecodeError, reading.NotSdlError):
        return NOT_SDL
    except reading.MisfitError as error:
        lines = str(error).splitlines()
        return "\n".join(["Schema has the following errors:", *(f"   - {it}" for it in lines)])
    known = Collection[DefinedType]() if before is None else before.parsed_types or Collection()
    types: dict[str, DefinedType] = {}
    document = Document(sdl, Collection())
    for found in reading.read(sdl.decode()):
        if found.type is not None:
            old = known.get(found.type)
            number = next(numbers) if old is None else old.number
            types[found.type] = DefinedType(found, number)
            continue
        document.rest.append(found.text)
        if found.extends in types:
            types[found.extends].fields |= found.fields
    for each in sorted(types.values(), key=number_of):
        document.types.add(each)
    return document


def read_merged(
    sources: list[bytes], before: Document | None, numbers: Iterator[int]
) -> Document | str:
    """The schema of a merged API, as :func:`read`.

    :param sources: the SDL of its sources, in the order of their association.
    """
    if not sources:
        return Document(b"", Collection())
    try:
        reader("")
    except ExtraNotInstalled:
        return Document(b"\n\n".join(sources))
    from pytest_appsync.sdl import merging

    try:
        return read(merging.merge(map(bytes.decode, sources)).encode(), before, numbers)
    except merging.ConflictError as conflict:
        return str(conflict)
