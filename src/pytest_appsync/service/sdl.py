"""Schemas in GraphQL's schema definition language, read by graphql-core where it is installed.

It comes with the extra ``graphql`` and is imported by the first call that needs it. Without
it an upload is taken as it is, and what must know its types is refused.

AWS's scalars and directives: AppSync developer guide, "Scalar types in AWS AppSync" and
"GraphQL schema directives"; those of merged APIs: "Merging APIs".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pytest_appsync.service.apis import Resource
from pytest_appsync.service.collection import Collection
from pytest_appsync.service.errors import ExtraNotInstalled, ServiceError
from pytest_appsync.service.schema import NOT_SDL

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLSchema

_KNOWN = """
scalar AWSDate scalar AWSTime scalar AWSDateTime scalar AWSTimestamp scalar AWSEmail
scalar AWSJSON scalar AWSPhone scalar AWSURL scalar AWSIPAddress
directive @aws_subscribe(mutations: [String]) on FIELD_DEFINITION
directive @aws_publish(subscriptions: [String]) on FIELD_DEFINITION
directive @aws_auth(cognito_groups: [String]) on FIELD_DEFINITION
directive @aws_api_key on FIELD_DEFINITION | OBJECT
directive @aws_iam on FIELD_DEFINITION | OBJECT
directive @aws_lambda on FIELD_DEFINITION | OBJECT
directive @aws_oidc on FIELD_DEFINITION | OBJECT
directive @aws_cognito_user_pools(cognito_groups: [String]) on FIELD_DEFINITION | OBJECT
directive @canonical on OBJECT | INTERFACE | UNION | INPUT_OBJECT | ENUM | SCALAR | FIELD_DEFINITION
directive @hidden on OBJECT | INTERFACE | UNION | INPUT_OBJECT | ENUM | FIELD_DEFINITION
directive @renamed(to: String) on
    OBJECT | INTERFACE | UNION | INPUT_OBJECT | ENUM | SCALAR | FIELD_DEFINITION
"""


class DefinedType(Resource):
    """A type of a schema.

    :ivar fields: the names of its fields.
    """

    __slots__ = ("fields",)

    def __init__(
        self, name: str, number: int, definition: str, description: str | None, fields: set[str]
    ) -> None:
        said = {} if description is None else {"description": description}
        super().__init__(name, number, "", {"name": name, "definition": definition, **said})
        self.fields = fields


@dataclass
class Document:
    """A schema.

    :ivar sdl: its text, as it came or as the operations on types have changed it.
    :ivar parsed_types: its types; ``None`` where the extra was not there to read them.
    :ivar rest: the texts of what defines no type: the root operations, directives,
        extensions.
    """

    sdl: bytes
    parsed_types: Collection[DefinedType] | None = None
    rest: list[str] = field(default_factory=list)

    @property
    def types(self) -> Collection[DefinedType]:
        """Its types.

        :raises ExtraNotInstalled: where nothing could read them.
        """
        if self.parsed_types is None:
            raise ExtraNotInstalled("What is in a schema", "graphql")
        return self.parsed_types

    @property
    def summary(self) -> str | None:
        """What AppSync says of it once it is in force."""
        if self.parsed_types is None:
            return None
        return f"Successfully created schema with {len(self.parsed_types)} types."

    def put_together(self) -> None:
        """Write the text again, after a type has come, changed or gone."""
        texts = [*self.rest, *(each.members["definition"] for each in self.types)]
        self.sdl = "\n\n".join(texts).encode()


def read_upload(sdl: bytes, number: Callable[[], int]) -> Document | str:
    """The schema in an upload, or why it is none.

    :param number: numbers the types.
    """
    try:
        graphql = _graphql("")
    except ExtraNotInstalled:
        return Document(sdl)
    try:
        text = sdl.decode()
        parsed = graphql.parse(text)
        problems = [error.message for error in graphql.validate_schema(_schema(parsed))]
    except (UnicodeDecodeError, graphql.GraphQLSyntaxError):
        return NOT_SDL
    except (TypeError, graphql.GraphQLError) as error:
        problems = str(error).split("\n\n")
    if problems:
        return "\n".join(["Schema has the following errors:", *(f"   - {it}" for it in problems)])
    document = Document(sdl, Collection())
    for name, definition, description, fields in _definitions(parsed):
        if name is None:
            document.rest.append(definition)
        else:
            document.types.add(DefinedType(name, number(), definition, description, fields))
    for node in parsed.definitions:
        if isinstance(node, graphql.TypeExtensionNode):
            extended = document.types.get(node.name.value)
            if extended is not None:
                extended.fields |= _field_names(node)
    return document


def read_type(definition: str, number: int) -> DefinedType:
    """The type in a request.

    :raises ServiceError: BadRequestException for what defines not exactly one type.
    :raises ExtraNotInstalled: where nothing can read it.
    """
    graphql = _graphql("The definition of a type")
    try:
        found = _definitions(graphql.parse(definition))
    except graphql.GraphQLSyntaxError as error:
        raise ServiceError("BadRequestException", error.message) from None
    [name, _, description, fields] = found[0] if len(found) == 1 else _NO_TYPE
    if name is None:
        raise ServiceError("BadRequestException", "The definition must contain exactly one type.")
    return DefinedType(name, number, definition, description, fields)


def introspect(document: Document, *, directives: bool) -> dict[str, Any]:
    """The result of GraphQL's introspection of a schema.

    :raises ServiceError: GraphQLSchemaException where its types do not fit together.
    :raises ExtraNotInstalled: where nothing can read it.
    """
    graphql = _graphql("A schema as JSON")
    try:
        found: dict[str, Any] = graphql.introspection_from_schema(
            _schema(graphql.parse(document.sdl.decode()))
        )
    except (TypeError, graphql.GraphQLError) as error:
        raise ServiceError("GraphQLSchemaException", str(error)) from None
    if not directives:
        found["__schema"]["directives"] = []
    return found


def type_as_json(document: Document, name: str) -> str:
    """One type of :func:`introspect`."""
    types = introspect(document, directives=True)["__schema"]["types"]
    return next(json.dumps(each) for each in types if each["name"] == name)


def without_directives(sdl: bytes) -> bytes:
    """The same schema without any directive.

    :raises ExtraNotInstalled: where nothing can read it.
    """
    graphql = _graphql("A schema without its directives")

    class Remove(graphql.Visitor):  # type: ignore[name-defined, misc]
        """Leaves the directives out."""

        def enter_directive(self, *_: object) -> object:
            return graphql.REMOVE

        enter_directive_definition = enter_directive

    text: str = graphql.print_ast(graphql.visit(graphql.parse(sdl.decode()), Remove()))
    return text.encode()


def _graphql(what: str) -> ModuleType:
    try:
        import graphql
    except ImportError:
        raise ExtraNotInstalled(what, "graphql") from None
    return graphql


def _schema(parsed: DocumentNode) -> GraphQLSchema:
    """A schema with what AppSync knows by itself."""
    graphql = _graphql("")
    known = graphql.parse(_KNOWN, no_location=True).definitions
    schema: GraphQLSchema = graphql.build_ast_schema(
        graphql.DocumentNode(definitions=(*known, *parsed.definitions))
    )
    return schema


_Definition = tuple[str | None, str, str | None, set[str]]
_NO_TYPE: _Definition = (None, "", None, set())


def _definitions(parsed: DocumentNode) -> list[_Definition]:
    """Name, text, description and fields of each definition; no name where it is no type."""
    graphql = _graphql("")
    found = []
    for node in parsed.definitions:
        text = node.loc.source.body[node.loc.start : node.loc.end]  # type: ignore[union-attr]
        if isinstance(node, graphql.TypeDefinitionNode):
            description = None if node.description is None else node.description.value
            found.append((node.name.value, text, description, _field_names(node)))
        else:
            found.append((None, text, None, set()))
    return found


def _field_names(node: Any) -> set[str]:
    return {each.name.value for each in getattr(node, "fields", None) or ()}
