"""The differences between AppSync's SDL and today's GraphQL.

| what AppSync does | source |
| --- | --- |
| `implements A, B` is taken, and so is `implements A & B` | aws/aws-appsync-community #58; \
awslabs/graphql-schema-utilities #36 |
| an interface that implements another one: the document cannot be parsed | \
aws/aws-appsync-community #387 |
| `Directive definitions are not supported.` | awslabs/graphql-schema-utilities #25 |
| `The mutations argument on the aws_subscribe directive has an invalid value`, where it is no \
list | aws-amplify/docs #892, #1113, #1279 |
| `Schema contains duplicate type names.`, for a second type of a name, for what AppSync defines \
itself, and for a type that is extended | sid88in/serverless-appsync-plugin #468, #480, #715 |
| `The subscription has an invalid output type.`, where a mutation that it names has another one; \
one may be non-null and the other not, and abstract ones need an object type in common | \
dabit3/graphql-api-cdk-serverless-postgres #3; \
aws-amplify/amplify-js #2257; theburningmonk/appsyncmasterclass-backend |
| `The subscription field name is too long. Max characters allowed: 50` | a public framework's \
notes on a deployment that failed (reventless-core) |
| the directives that say who may ask are also taken at interfaces, unions and inputs, and \
`@aws_auth` at types | theburningmonk/appsyncmasterclass-backend; \
sid88in/serverless-appsync-plugin #590, Schema.ts |
| a directive that it does not know is taken | sid88in/serverless-appsync-plugin #409, #626; \
aws-samples/appsync-bedrock-sample-with-ai-agent, whose schema misspells two |
| no scalars besides AppSync's and GraphQL's own; not in which words | AppSync developer guide, \
"Scalar types in GraphQL"; aws/aws-appsync-community #26 |
| a name that begins with AWS is reserved; not in which words | AppSync developer guide, "Scalar \
types in GraphQL"; aws/aws-appsync-community #108 |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import graphql

from pytest_appsync.sdl.errors import SdlError

KNOWN = graphql.parse(
    """
scalar AWSDate scalar AWSTime scalar AWSDateTime scalar AWSTimestamp scalar AWSEmail
scalar AWSJSON scalar AWSPhone scalar AWSURL scalar AWSIPAddress
"This directive allows results to be deferred during execution"
directive @defer on FIELD
"Tells the service which mutation triggers this subscription."
directive @aws_subscribe(
    "List of mutations which will trigger this subscription when they are called."
    mutations: [String]
) on FIELD_DEFINITION
"Tells the service which subscriptions will be published to when this mutation is called. \
This directive is deprecated use @aws_susbscribe directive instead."
directive @aws_publish(
    "List of subscriptions which will be published to when this mutation is called."
    subscriptions: [String]
) on FIELD_DEFINITION
"Directs the schema to enforce authorization on a field"
directive @aws_auth(
    "List of cognito user pool groups which have access on this field"
    cognito_groups: [String]
) on FIELD_DEFINITION
"Tells the service this field/object has access authorized by an API key."
directive @aws_api_key on OBJECT | FIELD_DEFINITION
"Tells the service this field/object has access authorized by sigv4 signing."
directive @aws_iam on OBJECT | FIELD_DEFINITION
"Tells the service this field/object has access authorized by a Lambda Authorizer."
directive @aws_lambda on OBJECT | FIELD_DEFINITION
"Tells the service this field/object has access authorized by an OIDC token."
directive @aws_oidc on OBJECT | FIELD_DEFINITION
"Tells the service this field/object has access authorized by a Cognito User Pools token."
directive @aws_cognito_user_pools(
    "List of cognito user pool groups which have access on this field"
    cognito_groups: [String]
) on OBJECT | FIELD_DEFINITION
directive @canonical on OBJECT | INTERFACE | UNION | INPUT_OBJECT | ENUM | SCALAR | FIELD_DEFINITION
directive @hidden on OBJECT | INTERFACE | UNION | INPUT_OBJECT | ENUM | FIELD_DEFINITION
directive @renamed(to: String) on
    OBJECT | INTERFACE | UNION | INPUT_OBJECT | ENUM | SCALAR | FIELD_DEFINITION
""",
    no_location=True,
).definitions
"""AWS's scalars and directives: AppSync developer guide, "Scalar types in AWS AppSync" and
"GraphQL schema directives"; those of merged APIs: "Merging APIs in AWS AppSync". The descriptions:
see :mod:`pytest_appsync.sdl.introspection`."""

_AT_FIELDS = (graphql.FieldDefinitionNode,)
_AT_TYPES_TOO = (*_AT_FIELDS, graphql.ObjectTypeDefinitionNode)
_WHO_MAY_ASK = {
    "aws_api_key": _AT_TYPES_TOO,
    "aws_auth": _AT_FIELDS,
    "aws_cognito_user_pools": _AT_TYPES_TOO,
    "aws_iam": _AT_TYPES_TOO,
    "aws_lambda": _AT_TYPES_TOO,
    "aws_oidc": _AT_TYPES_TOO,
}
"""The directives that say who may ask, and where AppSync defines them."""

_DUPLICATE = "Schema contains duplicate type names."
_MUTATIONS = "The mutations argument on the aws_subscribe directive has an invalid value"


def parse(sdl: str) -> graphql.DocumentNode:
    """The document of a text. Each node stands where it stands in the text.

    :raises SdlError: for a text that AppSync cannot parse.
    """
    try:
        document = graphql.parse(sdl)
    except (graphql.GraphQLSyntaxError, RecursionError) as error:
        try:
            document = graphql.parse(_with_ampersands(sdl))
        except (graphql.GraphQLSyntaxError, RecursionError):
            raise SdlError(getattr(error, "message", "It is nested too deep.")) from None
    for node in document.definitions:
        if isinstance(node, graphql.ExecutableDefinitionNode):
            raise SdlError("Queries and fragments are not SDL.")
        if isinstance(node, graphql.InterfaceTypeDefinitionNode) and node.interfaces:
            raise SdlError(f"Interface {node.name.value} must not implement an interface.")
    return document


def without_directives(node: Any, is_removed: Callable[[str, graphql.Node], bool]) -> Any:
    """A document or definition without some of its directives.

    :param is_removed: whether to remove a directive, by its name and the node that has it.
    """

    class Remove(graphql.Visitor):
        """A visitor that removes them."""

        def enter_directive(self, node: Any, key: Any, parent: Any, path: Any, above: Any) -> Any:
            return graphql.REMOVE if is_removed(node.name.value, above[-1]) else None

    return graphql.visit(node, Remove())


def is_undefined(directive: str, owner: graphql.Node) -> bool:
    """Whether AppSync takes a directive there, but does not define it there."""
    places = _WHO_MAY_ASK.get(directive, object)
    return directive not in _KNOWN_DIRECTIVES or not isinstance(owner, places)


def refuse(document: graphql.DocumentNode) -> None:
    """Refuse what AppSync does not support, though GraphQL does.

    :raises SdlError: for such a document, in AWS's words where they were seen.
    """
    names = set(KNOWN_TYPES)
    found: dict[str, None] = {}
    for node in document.definitions:
        found |= dict.fromkeys(_problems(node, names))
        if isinstance(node, graphql.TypeDefinitionNode):
            names.add(node.name.value)
    if found:
        raise SdlError("\n".join(found))


def refuse_subscriptions(schema: graphql.GraphQLSchema) -> None:
    """Refuse a subscription to a mutation of another type, or one with a long name.

    :raises SdlError: for such a schema, in AWS's words.
    """
    mutations = schema.mutation_type.fields if schema.mutation_type else {}
    subscriptions = schema.subscription_type.fields if schema.subscription_type else {}
    found: dict[str, None] = {}
    for name, field in subscriptions.items():
        named = _mutations_of(field.ast_node)
        given: Any = graphql.get_named_type(field.type)
        types = [graphql.get_named_type(mutations[it].type) for it in named if it in mutations]
        if not all(graphql.do_types_overlap(schema, given, its) for its in types):
            found["The subscription has an invalid output type."] = None
        if named and len(name) > 50:
            found["The subscription field name is too long. Max characters allowed: 50"] = None
    if found:
        raise SdlError("\n".join(found))


def _mutations_of(field: Any) -> list[str]:
    """The mutations that the directives of a subscription's field name."""
    return [
        each.value
        for directive in field.directives or ()
        if directive.name.value == "aws_subscribe"
        for argument in directive.arguments
        for each in argument.value.values
        if isinstance(each, graphql.StringValueNode)
    ]


def _problems(node: Any, names: set[str]) -> Iterator[str]:
    """The problems of a definition, in AWS's words where they were seen.

    :param names: the names of the types in front of it, and of AppSync's own.
    """
    if isinstance(node, graphql.DirectiveDefinitionNode):
        yield "Directive definitions are not supported."
    elif isinstance(node, graphql.TypeExtensionNode) or (
        isinstance(node, graphql.TypeDefinitionNode) and node.name.value in names
    ):
        yield _DUPLICATE
    elif isinstance(node, graphql.TypeDefinitionNode) and node.name.value.startswith("AWS"):
        yield f"Type {node.name.value} must not begin with AWS, which is reserved."
    elif (
        isinstance(node, graphql.ScalarTypeDefinitionNode)
        and node.name.value not in graphql.specified_scalar_types
    ):
        yield f"Custom scalars are not supported: {node.name.value}."
    for field in getattr(node, "fields", None) or ():
        for directive in field.directives or ():
            if directive.name.value == "aws_subscribe" and not _has_list(directive):
                yield _MUTATIONS


def _has_list(directive: graphql.DirectiveNode) -> bool:
    """Whether a directive's argument ``mutations`` is there, as a list."""
    return any(
        each.name.value == "mutations" and isinstance(each.value, graphql.ListValueNode)
        for each in directive.arguments or ()
    )


KNOWN_TYPES = frozenset(
    node.name.value for node in KNOWN if isinstance(node, graphql.TypeDefinitionNode)
)
"""The names of AWS's scalars."""
_KNOWN_DIRECTIVES = frozenset(it.name for it in graphql.specified_directives).union(
    node.name.value for node in KNOWN if isinstance(node, graphql.DirectiveDefinitionNode)
)

_COMMENT = re.compile(r"#[^\r\n]*")


def _with_ampersands(sdl: str) -> str:
    """The text with ``&`` for each comma between interfaces. It keeps its length.

    :raises graphql.GraphQLSyntaxError: for a text that cannot be divided into tokens.
    """
    lexer = graphql.Lexer(graphql.Source(sdl))
    tokens = [lexer.advance()]
    while tokens[-1].kind is not graphql.TokenKind.EOF:
        tokens.append(lexer.advance())
    text, in_list = list(sdl), False
    for before, token, after in zip(tokens, tokens[2:], tokens[3:], strict=False):
        if token.value == "implements" and before.value in ("type", "interface"):
            in_list = True
        elif token.kind not in (graphql.TokenKind.NAME, graphql.TokenKind.AMP):
            in_list = False
        elif in_list and after.kind is graphql.TokenKind.NAME:
            between = sdl[token.end : after.start]
            comma = _COMMENT.sub(lambda it: " " * len(it[0]), between).find(",")
            if comma >= 0:
                text[token.end + comma] = "&"
    return "".join(text)
