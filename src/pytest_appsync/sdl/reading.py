"""What stands in a schema, and a schema as JSON.

AWS's scalars and directives: AppSync developer guide, "Scalar types in AWS AppSync" and
"GraphQL schema directives"; those of merged APIs: "Merging APIs in AWS AppSync".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import graphql

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
_MISFITS = (AttributeError, TypeError, graphql.GraphQLError)
"""What graphql-core raises for definitions that do not fit together."""


class NotSdlError(ValueError):
    """A text is no SDL."""


class MisfitError(ValueError):
    """Definitions do not fit together. Each mistake has a line."""


class Definition(NamedTuple):
    """What is defined at one place of a schema.

    :ivar type: the type's name; ``None`` where no type is defined.
    :ivar extends: the name of the type that it extends, if any.
    :ivar fields: the names of its fields.
    """

    text: str
    type: str | None
    extends: str | None
    description: str | None
    fields: set[str]


def read(sdl: str) -> list[Definition]:
    """What is in a schema, extensions last: they need not stand behind what they extend.

    :raises NotSdlError: for what is no SDL.
    """
    return sorted(map(_definition, _parse(sdl).definitions), key=lambda it: it.extends is not None)


def check(sdl: str) -> None:
    """Check a whole schema.

    :raises NotSdlError: for what is no SDL.
    :raises MisfitError: for mistakes in it.
    """
    parsed = _parse(sdl)
    try:
        problems = [error.message for error in graphql.validate_schema(_schema(parsed))]
    except _MISFITS as error:
        problems = str(error).split("\n\n")
    if problems:
        raise MisfitError("\n".join(problems))


def introspect(sdl: str, *, directives: bool) -> dict[str, Any]:
    """The result of GraphQL's introspection of a schema.

    :raises MisfitError: where its types do not fit together.
    """
    try:
        found: Any = graphql.introspection_from_schema(_schema(_parse(sdl)))
    except _MISFITS as error:
        raise MisfitError(str(error)) from None
    if not directives:
        found["__schema"]["directives"] = []
    return dict(found)


def types_as_json(sdl: str) -> dict[str, str]:
    """Each type as in GraphQL's introspection, by its name.

    What it refers to need not be there: it counts as a scalar, or as what only can stand there.

    :raises MisfitError: where the types do not fit together, by graphql-core before 3.3; a later
        one says what there is to say of them.
    """
    definitions = [
        node
        for node in graphql.parse(KNOWN + sdl).definitions
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
        raise MisfitError(str(error)) from None
    return {each["name"]: json.dumps(each) for each in found["__schema"]["types"]}


def without_directives(sdl: str) -> str:
    """The same schema without any directive."""

    class Remove(graphql.Visitor):
        """Leaves the directives out."""

        def enter_directive(self, *_: object) -> object:
            return graphql.REMOVE

        enter_directive_definition = enter_directive

    return graphql.print_ast(graphql.visit(graphql.parse(sdl), Remove()))


def _parse(sdl: str) -> graphql.DocumentNode:
    try:
        return graphql.parse(sdl)
    except graphql.GraphQLSyntaxError as error:
        raise NotSdlError(error.message) from None


def _schema(parsed: graphql.DocumentNode) -> graphql.GraphQLSchema:
    """A schema with what AppSync knows by itself."""
    known = graphql.parse(KNOWN, no_location=True).definitions
    return graphql.build_ast_schema(graphql.DocumentNode(definitions=(*known, *parsed.definitions)))


def _definition(node: graphql.DefinitionNode) -> Definition:
    assert node.loc is not None
    description = getattr(node, "description", None)
    return Definition(
        node.loc.source.body[node.loc.start : node.loc.end],
        node.name.value if isinstance(node, graphql.TypeDefinitionNode) else None,
        node.name.value if isinstance(node, graphql.TypeExtensionNode) else None,
        None if description is None else description.value,
        set(_names(getattr(node, "fields", ()))),
    )


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
