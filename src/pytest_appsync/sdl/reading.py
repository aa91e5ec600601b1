"""What stands in a schema, and a schema as JSON.

AWS's scalars and directives: AppSync developer guide, "Scalar types in AWS AppSync" and
"GraphQL schema directives"; those of merged APIs: "Merging APIs in AWS AppSync".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import graphql

from pytest_appsync.sdl.errors import SdlError

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
_MISFITS = (AttributeError, TypeError, RecursionError, graphql.GraphQLError)
"""What graphql-core raises for definitions that do not fit together, or are nested too deep."""


class Definition(NamedTuple):
    """What is defined at one place of a schema.

    :ivar type: the type's name; ``None`` where no type is defined.
    :ivar extends: the name of the type that it extends, if any.
    :ivar fields: the names of its fields, with spaces between them.
    """

    text: str
    type: str | None
    extends: str | None
    description: str | None
    fields: str


def parse(sdl: str) -> graphql.DocumentNode:
    """The definitions of a text.

    :raises SdlError: for what is no SDL, such as a query, or is nested too deep to be read.
    """
    try:
        document = graphql.parse(sdl)
    except (graphql.GraphQLSyntaxError, RecursionError) as error:
        raise SdlError(getattr(error, "message", "It is nested too deep.")) from None
    for node in document.definitions:
        if isinstance(node, graphql.ExecutableDefinitionNode):
            raise SdlError("Queries and fragments are no SDL.")
    return document


def read(sdl: str) -> list[Definition]:
    """What is in a schema, extensions last: they need not stand behind what they extend.

    :raises SdlError: for what is no SDL.
    """
    found = parse(sdl).definitions
    return sorted(map(_definition, found), key=lambda it: it.extends is not None)


def check(sdl: str) -> None:
    """Check a whole schema.

    :raises SdlError: for mistakes in it.
    """
    try:
        problems = [error.message for error in graphql.validate_schema(_schema(sdl))]
    except _MISFITS as error:
        problems = str(error).split("\n\n")
    if problems:
        raise SdlError("\n".join(problems))


def introspect(sdl: str) -> dict[str, Any]:
    """The result of GraphQL's introspection of a schema.

    :raises SdlError: where its types do not fit together.
    """
    try:
        return dict(graphql.introspection_from_schema(_schema(sdl)))
    except _MISFITS as error:
        raise SdlError(str(error)) from None


def types_as_json(sdl: str) -> dict[str, str]:
    """Each type as in GraphQL's introspection, by its name.

    What it refers to need not be there: it counts as a scalar, or as what only can stand there.

    :raises SdlError: where the types do not fit together: graphql-core before 3.3 only. A later
        one describes such types too.
    """
    definitions = [
        node
        for node in parse(KNOWN + sdl).definitions
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
        raise SdlError(str(error)) from None
    return {each["name"]: json.dumps(each) for each in found["__schema"]["types"]}


def without_directives(sdl: str) -> str:
    """The same schema without any directive."""

    class Remove(graphql.Visitor):
        """A visitor that removes the directives."""

        def enter_directive(self, *_: object) -> object:
            return graphql.REMOVE

        enter_directive_definition = enter_directive

    return graphql.print_ast(graphql.visit(parse(sdl), Remove()))


def _schema(sdl: str) -> graphql.GraphQLSchema:
    """A schema with what AppSync knows by itself."""
    known, own = graphql.parse(KNOWN, no_location=True), parse(sdl)
    definitions = (*known.definitions, *own.definitions)
    return graphql.build_ast_schema(graphql.DocumentNode(definitions=definitions))


def _definition(node: graphql.DefinitionNode) -> Definition:
    assert node.loc is not None
    description = getattr(node, "description", None)
    return Definition(
        node.loc.source.body[node.loc.start : node.loc.end],
        node.name.value if isinstance(node, graphql.TypeDefinitionNode) else None,
        node.name.value if isinstance(node, graphql.TypeExtensionNode) else None,
        None if description is None else description.value,
        " ".join(_names(getattr(node, "fields", ()))),
    )


def _names(nodes: Any) -> Iterator[str]:
    return (each.name.value for each in nodes or ())


def _named_in(definitions: Any) -> list[str]:
    """The names of the types that definitions refer to."""
    found = []

    class Note(graphql.Visitor):
        """A visitor that notes them."""

        def enter_named_type(self, node: Any, *_: object) -> None:
            found.append(node.name.value)

    graphql.visit(graphql.DocumentNode(definitions=tuple(definitions)), Note())
    return found
