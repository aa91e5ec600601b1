"""Schemas, with their text and their types.

| what AppSync says of one that is wrong | source |
| --- | --- |
| `Failed to parse schema document - ensure it's a valid SDL-formatted document.` | \
aws/aws-appsync-community #292; aws/aws-cdk #14022 |
| `Schema has the following errors:` and a line for each | sid88in/serverless-appsync-plugin #480 |
| what each line says | :mod:`pytest_appsync.sdl.dialect`; else graphql-core's words |
| `Found 2 problem(s) with the schema:`, and a line for each | \
:mod:`pytest_appsync.sdl.problems` |
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

from pytest_appsync.sdl.errors import ExtraNotInstalled, SchemaError, SdlError

NOT_SDL = "Failed to parse schema document - ensure it's a valid SDL-formatted document."


class DefinedType:
    """A type of a schema. What its text says is read out of it when it is asked for.

    :ivar id: its name.
    :ivar number: its place in the order of creation.
    :ivar text: its definition, in UTF-8. A ``str`` takes up to four bytes a character.
    """

    __slots__ = ("id", "number", "text")

    def __init__(self, id: str, number: int, text: bytes) -> None:
        self.id = id
        self.number = number
        self.text = text

    @property
    def definition(self) -> str:
        """Its definition, as it came."""
        return self.text.decode()

    @property
    def as_json(self) -> str:
        """Its definition as JSON."""
        found: str = _reading("A type as JSON").as_json(self.definition)
        return found

    @property
    def description(self) -> str | None:
        """Its description."""
        found: str | None = _reading("The description of a type").description(self.definition)
        return found


class Document:
    """A schema: an immutable value. It keeps its text once, in pieces.

    :param pieces: the pieces in their order. The text of a type is one of them.
    :param types: its types by their names; ``None`` without the extra ``graphql``.
    :param rest: the pieces with the definitions that are not types: the root operations.
    :param between: what stands between two pieces.
    """

    def __init__(
        self,
        pieces: Sequence[bytes],
        types: dict[str, DefinedType] | None = None,
        rest: Sequence[bytes] = (),
        between: bytes = b"",
    ) -> None:
        self._pieces = pieces
        self._types = types
        self._rest = rest
        self._between = between

    @property
    def sdl(self) -> bytes:
        """Its text, as it came."""
        return self._between.join(self._pieces)

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
            raise ExtraNotInstalled("What is in a schema")
        return self._types

    def with_types(self, types: dict[str, DefinedType]) -> Document:
        """The schema with other types. Their texts stand one after the other."""
        pieces = [*self._rest, *(each.text for each in types.values())]
        return Document(pieces, types, self._rest, b"\n\n")

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


# A type of 30 fields takes 2 ms to read, and a deployment asks for those of one type many times.
@functools.lru_cache(maxsize=256)
def fields_of(type: DefinedType) -> tuple[str, ...]:
    """The names of the fields of a type."""
    found: tuple[str, ...] = _reading("The fields of a type").fields(type.definition)
    return found


def read(sdl: bytes, before: Document | None, numbers: Iterator[int]) -> Document | str:
    """The schema of a text, or why there is none.

    Without the extra, any text that is not blank counts as a schema.

    :param before: the schema that it replaces. A type of the same name keeps its number, so
        that no page of a list shows it twice.
    :param numbers: those of new types.
    """
    if (reading := _reading_if_there()) is None:
        return Document([sdl]) if sdl.strip() else NOT_SDL
    try:
        text = sdl.decode()
        found = reading.read(text)
    except (UnicodeDecodeError, SdlError):
        return NOT_SDL
    try:
        reading.check(text)
    except SchemaError as error:
        return str(error)
    except SdlError as error:
        problems = [f"   - {it}" for it in str(error).splitlines()]
        return "\n".join(["Schema has the following errors:", *problems])
    known = before.types if before is not None and before.is_read else {}
    types: dict[str, DefinedType] = {}
    pieces, rest, end = [], [], 0
    for each in found:
        pieces += [text[end : each.start].encode(), text[each.start : each.end].encode()]
        end = each.end
        if each.type is None:
            rest.append(pieces[-1])
        else:
            old = known.get(each.type)
            number = next(numbers) if old is None else old.number
            types[each.type] = DefinedType(each.type, number, pieces[-1])
    pieces.append(text[end:].encode())
    return Document(pieces, dict(sorted(types.items(), key=lambda item: item[1].number)), rest)


def read_type(definition: str, number: int) -> DefinedType:
    """The type that a text defines.

    :raises SdlError: for a text that defines not exactly one type, or that AppSync does not
        support.
    :raises ExtraNotInstalled: without the extra ``graphql``.
    """
    reading = _reading("The definition of a type")
    found = reading.read(definition)
    reading.refuse_unsupported(definition)
    if len(found) != 1 or (name := found[0].type) is None:
        raise SdlError("The definition must contain exactly one type.")
    return DefinedType(name, number, definition[found[0].start : found[0].end].encode())


def read_merged(
    sources: list[bytes], before: Document | None, numbers: Iterator[int]
) -> Document | str:
    """The schema of a merged API, as :func:`read`.

    :param sources: the texts of its sources, in the order of their association. Without the
        extra they stand one after the other.
    """
    if not sources:
        return Document([], {})
    if _reading_if_there() is None:
        return Document([b"\n\n".join(sources)])
    from pytest_appsync.sdl import merging

    try:
        merged = merging.merge(map(bytes.decode, sources))
    except SdlError as conflict:
        return str(conflict)
    return read(merged.encode(), before, numbers) if merged else Document([], {})


def is_graphql(text: str) -> bool:
    """Whether a text, such as a query, follows GraphQL's grammar.

    Without the extra ``graphql`` every text does.
    """
    reading = _reading_if_there()
    return reading is None or reading.is_graphql(text)


def _reading(what: str) -> ModuleType:
    """The module that imports graphql-core.

    :param what: what is to be read, as the subject of a sentence.
    :raises ExtraNotInstalled: where the extra ``graphql`` is not there, or too old.
    """
    if (reading := _reading_if_there()) is None:
        raise ExtraNotInstalled(what)
    return reading


def _reading_if_there() -> ModuleType | None:
    """The same module, or ``None`` where the extra ``graphql`` is not there."""
    try:
        # A name of 3.2: an application may bring an older graphql-core, which reads no schema of
        # ours. A project's own folder `graphql` can be imported too.
        from graphql import assert_name  # noqa: F401
    except ImportError:
        return None
    from pytest_appsync.sdl import reading

    return reading
