"""Schemas in GraphQL's schema definition language, read by graphql-core.

It comes with the extra ``graphql``. See :func:`pytest_appsync.service.schema.reader`.

AWS's scalars and directives: AppSync developer guide, "Scalar types in AWS AppSync" and
"GraphQL schema directives"; those of merged APIs: "Merging APIs in AWS AppSync".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import graphql

from pytest_appsync.service.collection import Collection, number_of
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.merging import Conflict, merge
from pytest_appsync.service.schema import DefinedType, Document

KNOWN = """
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
NOT_SDL = "Failed to parse schema document - ensure it's a valid SDL-formatted document."
_EXTENSION = graphql.TypeExtensionNode
_MISFITS = (TypeError, graphql.GraphQLError)
"""What graphql-core raises for definitions that do not fit together."""


def read(sdl: bytes, before: Document | None, numbers: Iterator[int]) -> Document | str:
    """See :func:`pytest_appsync.service.schema.read`."""
    try:
        parsed = graphql.parse(sdl.decode())
        problems = [error.message for error in graphql.validate_schema(_schema(parsed))]
    except (UnicodeDecodeError, graphql.GraphQLSyntaxError):
        return NOT_SDL
    except _MISFITS as error:
        problems = str(error).split("\n\n")
    if problems:
        return "\n".join(["Schema has the following errors:", *(f"   - {it}" for it in problems)])
    known = before.parsed_types if before is not None else None
    found = Document(sdl, Collection())
    types: dict[str, DefinedType] = {}
    for node in sorted(parsed.definitions, key=lambda node: isinstance(node, _EXTENSION)):
        if isinstance(node, graphql.TypeDefinitionNode):
            old = None if known is None else known.get(node.name.value)
            new = _defined(node, next(numbers) if old is None else old.number)
            types[new.id] = new
            continue
        found.rest.append(_text(node))
        if isinstance(node, _EXTENSION) and node.name.value in types:
            types[node.name.value].fields |= _field_names(node)
    for each in sorted(types.values(), key=number_of):
        found.types.add(each)
    return found


def read_merged(
    sources: list[bytes], before: Document | None, numbers: Iterator[int]
) -> Document | str:
    """See :func:`pytest_appsync.service.schema.read_merged`."""
    try:
        return read(merge(sources), before, numbers)
    except Conflict as conflict:
        return str(conflict)


def read_type(definition: str, number: int) -> DefinedType:
    """The type in a request.

    :raises ServiceError: BadRequestException for what defines not exactly one type.
    """
    try:
        found = graphql.parse(definition).definitions
    except graphql.GraphQLSyntaxError as error:
        raise ServiceError("BadRequestException", error.message) from None
    if len(found) != 1 or not isinstance(found[0], graphql.TypeDefinitionNode):
        raise ServiceError("BadRequestException", "The definition must contain exactly one type.")
    return _defined(found[0], number)


def introspect(sdl: bytes, *, directives: bool) -> dict[str, Any]:
    """The result of GraphQL's introspection of a schema.

    :raises ServiceError: GraphQLSchemaException where its types do not fit together.
    """
    try:
        found: Any = graphql.introspection_from_schema(_schema(graphql.parse(sdl.decode())))
    except _MISFITS as error:
        raise ServiceError("GraphQLSchemaException", str(error)) from None
    if not directives:
        found["__schema"]["directives"] = []
    return dict(found)


def types_as_json(document: Document) -> dict[str, str]:
    """Each type as in GraphQL's introspection, by its name.

    What it refers to need not be there: it counts as a scalar, or as what only can stand there.

    :raises ServiceError: BadRequestException where the types do not fit together.
    """
    if document.as_json is None:
        definitions = [
            node
            for node in graphql.parse(KNOWN + document.sdl.decode()).definitions
            if getattr(node, "name", None) is not None  # not the root operations
        ]
        kinds = dict.fromkeys(_named_in(definitions), "scalar")
        for node in definitions:
            kinds |= dict.fromkeys(_names(getattr(node, "interfaces", ())), "interface")
            kinds |= dict.fromkeys(_names(getattr(node, "types", ())), "type")
        types = [node for node in definitions if isinstance(node, graphql.TypeDefinitionNode)]
        there = set(_names(types))
        stubs = [f"{kind} {name}" for name, kind in kinds.items() if name not in there]
        # GraphQL asks a schema by its root operation, which a schema in the making lacks.
        added = graphql.parse("\n".join([*stubs, "type _ { _: Int } schema { query: _ }"]))
        try:
            schema = graphql.build_ast_schema(
                graphql.DocumentNode(definitions=(*definitions, *added.definitions)),
                assume_valid=True,
                assume_valid_sdl=True,
            )
            found: Any = graphql.introspection_from_schema(schema)
        except _MISFITS as error:
            raise ServiceError("BadRequestException", str(error)) from None
        document.as_json = {each["name"]: json.dumps(each) for each in found["__schema"]["types"]}
    return document.as_json


def without_directives(sdl: bytes) -> bytes:
    """The same schema without any directive."""

    class Remove(graphql.Visitor):
        """Leaves the directives out."""

        def enter_directive(self, *_: object) -> object:
            return graphql.REMOVE

        enter_directive_definition = enter_directive

    return graphql.print_ast(graphql.visit(graphql.parse(sdl.decode()), Remove())).encode()


def _schema(parsed: graphql.DocumentNode) -> graphql.GraphQLSchema:
    """A schema with what AppSync knows by itself."""
    known = graphql.parse(KNOWN, no_location=True).definitions
    return graphql.build_ast_schema(graphql.DocumentNode(definitions=(*known, *parsed.definitions)))


def _defined(node: graphql.TypeDefinitionNode, number: int) -> DefinedType:
    description = None if node.description is None else node.description.value
    return DefinedType(node.name.value, number, _text(node), description, _field_names(node))


def _text(node: graphql.Node) -> str:
    assert node.loc is not None
    return node.loc.source.body[node.loc.start : node.loc.end]


def _field_names(node: Any) -> set[str]:
    return set(_names(getattr(node, "fields", None) or ()))


def _names(nodes: Any) -> Iterator[str]:
    return (each.name.value for each in nodes or ())


def _named_in(definitions: Any) -> list[str]:
    """The names of the types that definitions refer to."""
    found = []

    class Note(graphql.Visitor):
        """Notes them."""

        def enter_named_type(self, node: Any, *_: object) -> None:
            found.append(node.name.value)

    graphql.visit(graphql.DocumentNode(definitions=tuple(definitions)), Note())
    return found
