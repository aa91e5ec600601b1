"""Schemas, with their text and their types.

| what AppSync says of one that is wrong | source |
| --- | --- |
| `Failed to parse schema document - ensure it's a valid SDL-formatted document.` | \
aws/aws-appsync-community #292; aws/aws-cdk #14022 |
| `Schema has the following errors:` and a line for each | sid88in/serverless-appsync-plugin #480 |
| what each line says | :mod:`pytest_appsync.sdl.dialect`; else graphql-core's words |
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

from pytest_appsync.sdl.errors import ExtraNotInstalled, SdlError

NOT_SDL = "Failed to parse schema document - ensure it's a valid SDL-formatted document."


class DefinedType:
    """A type of a schema.

    :ivar id: its name.
    :ivar number: its place in the order of creation.
    :ivar definition: its text.
    :ivar fields: the names of its fields, with spaces between them: a set of 30 takes 4 KiB.
    """

    __slots__ = ("definition", "description", "fields", "id", "number")

    def __init__(
        self, id: str, number: int, definition: str, description: str | None, fields: str
    ) -> None:
        self.id = id
        self.number = number
        self.definition = definition
        self.description = description
        self.fields = fields


class Document:
    """A schema: an immutable value.

    :ivar sdl: its text.

    :param types: its types by their names; ``None`` without the extra ``graphql``.
    :param rest: the texts of the definitions that are not types: the root operations.
    """

    def __init__(
        self, sdl: bytes, types: dict[str, DefinedType] | None = None, rest: tuple[str, ...] = ()
    ) -> None:
        self.sdl = sdl
        self._types = types
        self._rest = rest
        self._as_json: dict[str, str] | None = None

    @property
    def is_read(self) -> bool:
        """Whether its types are known."""
        return self._types is not None

    @property
    def types(self) -> dict[str, DefinedType]:
        """Its types, by their names and in the order of their creation.

        :raises ExtraNotInstalled: without the extra ``graphql``.
        """
        if self._types is None:
            raise ExtraNotInstalled("What is in a schema", "graphql")
        return self._types

    def with_types(self, types: dict[str, DefinedType]) -> Document:
        """The schema with other types. Their texts stand one after the other."""
        texts = [*self._rest, *(each.definition for each in types.values())]
        return Document("\n\n".join(texts).encode(), types, self._rest)

    def types_as_json(self) -> dict[str, str]:
        """Each of its types as in GraphQL's introspection, by its name.

        :raises SdlError: where one is missing, or they contradict each other.
        :raises ExtraNotInstalled: without the extra ``graphql``.
        """
        if self._as_json is None:
            self._as_json = _reading("A type as JSON").types_as_json(self.sdl.decode())
        return self._as_json

    def introspect(self, *, directives: bool) -> dict[str, Any]:
        """The result of GraphQL's introspection.

        :raises SdlError: where a type is missing, or its types contradict each other.
        :raises ExtraNotInstalled: without the extra ``graphql``.
        """
        found: dict[str, Any] = _reading("A schema as JSON").introspect(self.sdl.decode())
        if not directives:
            found["__schema"]["directives"] = []
        return found

    def without_directives(self) -> bytes:
        """The text of the same schema without any directive.

        :raises ExtraNotInstalled: without the extra ``graphql``.
        """
        reading = _reading("A schema without its directives")
        text: str = reading.without_directives(self.sdl.decode())
        return text.encode()


def read(sdl: bytes, before: Document | None, numbers: Iterator[int]) -> Document | str:
    """The schema of a text, or why there is none.

    Without the extra, any text that is not blank counts as a schema.

    :param before: the schema that it replaces. A type of the same name keeps its number, so
        that no page of a list shows it twice.
    :param numbers: those of new types.
    """
    try:
        reading = _reading("")
    except ExtraNotInstalled:
        return Document(sdl) if sdl.strip() else NOT_SDL
    try:
        found = reading.read(sdl.decode())
    except (UnicodeDecodeError, SdlError):
        return NOT_SDL
    try:
        reading.check(sdl.decode())
    except SdlError as error:
        problems = [f"   - {it}" for it in str(error).splitlines()]
        return "\n".join(["Schema has the following errors:", *problems])
    known = before.types if before is not None and before.is_read else {}
    types: dict[str, DefinedType] = {}
    for each in found:
        if each.type is not None:
            old = known.get(each.type)
            types[each.type] = _defined(each, next(numbers) if old is None else old.number)
    rest = tuple(each.text for each in found if each.type is None)
    return Document(sdl, dict(sorted(types.items(), key=lambda item: item[1].number)), rest)


def read_type(definition: str, number: int) -> DefinedType:
    """The type that a text defines.

    :raises SdlError: for a text that defines not exactly one type, or that AppSync does not
        support.
    :raises ExtraNotInstalled: without the extra ``graphql``.
    """
    reading = _reading("The definition of a type")
    found = reading.read(definition)
    reading.refuse_unsupported(definition)
    if len(found) != 1 or found[0].type is None:
        raise SdlError("The definition must contain exactly one type.")
    return _defined(found[0], number)


def read_merged(
    sources: list[bytes], before: Document | None, numbers: Iterator[int]
) -> Document | str:
    """The schema of a merged API, as :func:`read`.

    :param sources: the texts of its sources, in the order of their association. Without the
        extra they stand one after the other.
    """
    if not sources:
        return Document(b"", {})
    try:
        _reading("")
    except ExtraNotInstalled:
        return Document(b"\n\n".join(sources))
    from pytest_appsync.sdl import merging

    try:
        merged = merging.merge(map(bytes.decode, sources))
    except SdlError as conflict:
        return str(conflict)
    return read(merged.encode(), before, numbers) if merged else Document(b"", {})


def _reading(what: str) -> ModuleType:
    """The module that imports graphql-core.

    :param what: what is to be read, as the subject of a sentence.
    :raises ExtraNotInstalled: where the extra ``graphql`` is not there.
    """
    try:
        import graphql  # noqa: F401
    except ImportError:
        raise ExtraNotInstalled(what, "graphql") from None
    from pytest_appsync.sdl import reading

    return reading


def _defined(found: Any, number: int) -> DefinedType:
    return DefinedType(found.type, number, found.text, found.description, found.fields)
