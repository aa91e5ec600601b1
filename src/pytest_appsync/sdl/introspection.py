"""GraphQL's introspection, as AppSync answers it.

| what AppSync does | source |
| --- | --- |
| the members below, and no newer ones; a directive also has `onOperation`, `onFragment` and \
`onField`; the type of an operation has its name only | the files schema.json of eleven public \
projects, which Amplify's command line wrote with GetIntrospectionSchema: aws-samples/\
serverless-patterns (appsync-bedrock-cdk), aws-appsync-iot-core-realtime-dashboard, \
aws-appsync-refarch-offline, appsync-refarch-realtime, aws-appsync-chat, and others |
| the directives below, also in an API without merged ones; `Built-in String` and its like | \
the same; aws-samples/serverless-patterns is the latest of them (2023) |
| Query comes first, then what it leads to, then Mutation and Subscription; of AWS's scalars only \
those that the schema has | the same |
"""

from __future__ import annotations

from typing import Any

import graphql

_QUERY = graphql.parse(
    """
    { __schema {
        queryType { name } mutationType { name } subscriptionType { name }
        types {
            kind name description
            fields(includeDeprecated: true) {
                name description args { ...Input } type { ...Type } isDeprecated deprecationReason
            }
            inputFields { ...Input }
            interfaces { ...Type }
            enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
            possibleTypes { ...Type }
        }
        directives { name description locations args { ...Input } }
    } }
    fragment Input on __InputValue { name description type { ...Type } defaultValue }
    fragment Type on __Type { kind name """
    + "ofType { kind name " * 7
    + "}" * 8
)
_DIRECTIVES = (
    "include",
    "skip",
    "defer",
    "aws_subscribe",
    "aws_iam",
    "aws_auth",
    "deprecated",
    "aws_oidc",
    "aws_publish",
    "aws_cognito_user_pools",
    "aws_api_key",
    "aws_lambda",
)


def introspect(schema: graphql.GraphQLSchema) -> dict[str, Any]:
    """The result of the introspection.

    :raises graphql.GraphQLError: where graphql-core cannot describe the schema.
    :raises TypeError: where the types of the schema do not fit together.
    """
    answer = graphql.execute_sync(schema, _QUERY)
    for error in answer.errors or ():
        raise error
    result: Any = answer.data
    found = result["__schema"]
    roots = schema.query_type, schema.mutation_type, schema.subscription_type
    places = {name: place for place, name in enumerate(graphql.GraphQLSchema(*roots).type_map)}
    found["types"].sort(
        key=lambda it: (it["name"][:2] == "__", places.get(it["name"], len(places)))
    )
    for each in found["types"]:
        if each["name"] in graphql.specified_scalar_types:
            each["description"] = f"Built-in {each['name']}"
    directives = {each["name"]: each for each in found["directives"]}
    found["directives"] = [_with_places(directives[name]) for name in _DIRECTIVES]
    return dict(result)


def _with_places(directive: dict[str, Any]) -> dict[str, Any]:
    """A directive with the members that say where it may be, which GraphQL had until 2016."""
    places = directive["locations"]
    return {
        **directive,
        "onOperation": any(it in places for it in ("QUERY", "MUTATION", "SUBSCRIPTION")),
        "onFragment": any("FRAGMENT" in it for it in places),
        "onField": "FIELD" in places,
    }
