"""The definitions in a schema, and a schema as JSON, by graphql-core."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import graphql

from pytest_appsync.sdl import dialect, introspection, problems
from pytest_appsync.sdl.errors import SdlError
from pytest_appsync.sdl.type_as_json import type_as_json

_MISFITS = (AttributeError, TypeError, RecursionError, graphql.GraphQLError)
"""The exceptions of graphql-core for definitions that contradict each other or are too deep."""


class Definition(NamedTuple):
    """One definition of a schema.

    :ivar start: where it begins in the text of the schema, in characters.
    :ivar end: where it ends there.
    :ivar type: the type's name; ``None`` where no type is defined.
    """

    start: int
    end: int
    type: str | None


def read(sdl: str) -> list[Definition]:
    """The definitions of a schema, in their order.

    :raises SdlError: for a text that is not SDL.
    """
    return [_definition(node) for node in dialect.parse(sdl).definitions]


def description(definition: str) -> str | None:
    """The description of a type: its first token, where that is a string."""
    if not definition.startswith('"'):
        return None
    return graphql.Lexer(graphql.Source(definition)).advance().value


def fields(definition: str) -> tuple[str, ...]:
    """The names of the fields of a type."""
    [node] = dialect.parse(definition).definitions
    return tuple(field.name.value for field in getattr(node, "fields", None) or ())


def as_json(definition: str) -> str:
    """A type as JSON."""
    [node] = dialect.parse(definition).definitions
    return json.dumps(type_as_json(node))


def is_graphql(text: str) -> bool:
    """Whether a text follows GraphQL's grammar. What is in it does not matter."""
    try:
        graphql.parse(text, no_location=True)
    except (graphql.GraphQLSyntaxError, RecursionError):  # nested too deep to be read
        return False
    return True


def refuse_unsupported(sdl: str) -> None:
    """Refuse what AppSync does not support.

    :raises SdlError: for such a text, and for one that is not SDL.
    """
    dialect.refuse(dialect.parse(sdl))


def check(sdl: str) -> None:
    """Check a whole schema.

    :raises SdlError: for mistakes in it. A SchemaError says all that AppSync says of them.
    """
    document = dialect.parse(sdl)
    dialect.refuse(document)
    problems.refuse(document)
    try:
        schema = _schema(document)
        found = [error.message for error in graphql.validate_schema(schema)]
    except _MISFITS as error:
        found = str(error).split("\n\n")
    if found:
        raise SdlError("\n".join(found))
    dialect.refuse_subscriptions(schema)


def introspect(sdl: str) -> dict[str, Any]:
    """The result of GraphQL's introspection of a schema.

    :raises SdlError: where its types do not fit together.
    """
    try:
        return introspection.introspect(_schema(dialect.parse(sdl)))
    except _MISFITS as error:
        raise SdlError(str(error)) from None


def without_directives(sdl: str) -> str:
    """The same schema without any directive."""
    return graphql.print_ast(dialect.without_directives(dialect.parse(sdl), lambda *_: True))


def _schema(document: graphql.DocumentNode) -> graphql.GraphQLSchema:
    """A schema with the directives that AppSync adds, and those of its scalars that it has."""
    own = dialect.without_directives(document, dialect.is_undefined)
    named = _named_in(own)
    added = (
        node
        for node in dialect.KNOWN
        if not isinstance(node, graphql.TypeDefinitionNode) or node.name.value in named
    )
    return graphql.build_ast_schema(graphql.DocumentNode(definitions=(*added, *own.definitions)))


def _definition(node: graphql.DefinitionNode) -> Definition:
    assert node.loc is not None
    type = node.name.value if isinstance(node, graphql.TypeDefinitionNode) else None
    return Definition(node.loc.start, node.loc.end, type)


def _named_in(document: graphql.DocumentNode) -> list[str]:
    """The names of the types that a document refers to."""
    found = []

    class Note(graphql.Visitor):
        """A visitor that notes the names."""

        def enter_named_type(self, node: Any, *_: object) -> None:
            found.append(node.name.value)

    graphql.visit(document, Note())
    return found
