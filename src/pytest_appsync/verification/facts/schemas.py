"""The schema of a GraphQL API, and its types."""

from __future__ import annotations

import json
from typing import Any

from pytest_appsync.verification.asking import Asking
from pytest_appsync.verification.fact import CHOICE, Seen, fact

_SCHEMA_CREATION = "AppSync(schema_creation=...)"
_SCHEMA = b"""type Query { order(id: ID!): Order item: String }
type Mutation { add(id: ID!): Order }
type Order { id: ID! }
schema { query: Query mutation: Mutation }"""
_MORE = "type Item { id: ID! }"


def _status(ask: Asking) -> str:
    """The state of an API's schema, and what AppSync says of it."""
    answer = ask.call("get_schema_creation_status", apiId=ask.api)
    return f"{answer['status']}: {answer.get('details')}"


def _start(ask: Asking, schema: bytes = _SCHEMA) -> dict[str, Any]:
    """Upload a schema."""
    return ask.call("start_schema_creation", apiId=ask.api, definition=schema)


def upload(ask: Asking, schema: bytes = _SCHEMA) -> str:
    """Upload a schema and wait until AppSync has done its work; its state then."""
    _start(ask, schema)
    ask.wait_for(lambda: not _status(ask).startswith("PROCESSING"))
    return _status(ask)


def with_schema(ask: Asking) -> str:
    """The id of an API with a schema and nothing else."""
    upload(ask)
    return ask.api


def _create_type(ask: Asking, definition: str = _MORE) -> dict[str, Any]:
    return ask.call("create_type", apiId=ask.api, definition=definition, format="SDL")


def _sdl(ask: Asking) -> str:
    answer = ask.call("get_introspection_schema", apiId=ask.api, format="SDL")
    sdl: str = answer["schema"].decode()
    return sdl


@fact("service model")
def schema_upload(ask: Asking) -> Seen:
    """StartSchemaCreation answers PROCESSING."""
    return _start(ask)["status"]


@fact(
    "aws/aws-appsync-community #292",
    keyword=_SCHEMA_CREATION,
    also=("SUCCESS: Successfully created schema with 3 types.",),
)
def schema_in_work(ask: Asking) -> Seen:
    """Meanwhile its status is PROCESSING, `The schema is being processed`."""
    _start(ask)
    return _status(ask)


@fact("a public deployment script's output")
def schema_created(ask: Asking) -> Seen:
    """Then it is SUCCESS, `Successfully created schema with 3 types.`."""
    return upload(ask)


@fact("aws/aws-cdk #8960, #13032")
def schema_not_sdl(ask: Asking) -> Seen:
    """What is no SDL is FAILED, with AppSync's own words."""
    return upload(ask, b"type Query {")


@fact(
    "hashicorp/terraform-provider-aws #16211, #18492; 409: amplify-cli #5041",
    keyword=_SCHEMA_CREATION,
    also=("accepted",),
)
def key_while_schema_in_work(ask: Asking) -> Seen:
    """Meanwhile CreateApiKey is refused: 409 ConcurrentModificationException."""
    _start(ask)
    return ask.refusal("create_api_key", apiId=ask.api)


@fact(
    "amplify-cli #5041; cloudformation-coverage-roadmap #932",
    keyword=_SCHEMA_CREATION,
    also=("accepted",),
)
def data_source_while_schema_in_work(ask: Asking) -> Seen:
    """Meanwhile CreateDataSource is refused as well."""
    _start(ask)
    return ask.refusal("create_data_source", apiId=ask.api, name="none", type="NONE")


@fact("amplify-cli #5041", keyword=_SCHEMA_CREATION, also=("accepted",))
def schema_while_schema_in_work(ask: Asking) -> Seen:
    """Meanwhile StartSchemaCreation is refused as well."""
    _start(ask)
    return ask.refusal("start_schema_creation", apiId=ask.api, definition=_SCHEMA)


@fact(CHOICE)
def reading_while_schema_in_work(ask: Asking) -> Seen:
    """Meanwhile what only reads is answered."""
    _start(ask)
    return ask.refusal("list_data_sources", apiId=ask.api)


@fact("aws-amplify/amplify-cli #3141, for the type of an input's field")
def schema_with_a_mistake(ask: Asking) -> Seen:
    """A schema that lacks a type is FAILED, and its mistakes are told in graphql-java's words."""
    return upload(ask, b"type Query { item(of: In): Missing }\ninput In { one: Missing }")


@fact("aws-amplify/amplify-hosting #259; panther-labs/panther #1675, of an input")
def schema_with_a_field_twice(ask: Asking) -> Seen:
    """A type with two fields of a name is a mistake as well."""
    return upload(ask, b"type Query { item: Int item: Int }")


@fact(
    "aws-amplify/amplify-category-api #458, #1362; amplify-cli #10172, #12851; "
    "an input in place of an object: " + CHOICE
)
def schema_with_a_type_as_input(ask: Asking) -> Seen:
    """A type in place of an input, or the other way round: `Internal Failure ...`."""
    types = b"type Item { id: ID! } input In { id: ID! }"
    queries = (b"type Query { item(of: Item): Int } ", b"type Query { item: In } ")
    return [upload(ask, query + types) for query in queries]


@fact("aws/aws-appsync-community #345")
def schema_without_a_query(ask: Asking) -> Seen:
    """A schema without a query is FAILED, in AppSync's own words."""
    mutation = b"type Mutation { add: Int } "
    return [upload(ask, mutation), upload(ask, mutation + b"schema { mutation: Mutation }")]


@fact("aws/aws-appsync-community #58; awslabs/graphql-schema-utilities #36")
def schema_with_commas_between_interfaces(ask: Asking) -> Seen:
    """Between interfaces a comma is taken for `&`."""
    interfaces = b"interface A { a: Int } interface B { a: Int }"
    return upload(ask, interfaces + b"type T implements A, B { a: Int } type Query { t: T }")


@fact("aws/aws-appsync-community #387")
def schema_with_interface_inheritance(ask: Asking) -> Seen:
    """An interface that implements another one cannot be parsed."""
    interfaces = b"interface A { a: Int } interface B implements A { a: Int }"
    return upload(ask, interfaces + b"type Query { b: B }")


@fact("awslabs/graphql-schema-utilities #25")
def schema_with_a_directive_definition(ask: Asking) -> Seen:
    """A definition of a directive is not supported."""
    return upload(ask, b"directive @x on FIELD_DEFINITION type Query { a: Int }")


@fact("awslabs/graphql-schema-utilities #25; otherwise: LocalStack's tests, validated on AWS")
def schema_with_a_definition_of_a_directive_of_appsync(ask: Asking) -> Seen:
    """A definition of a directive that AppSync has itself is not supported either."""
    return upload(ask, b"directive @aws_iam on OBJECT | FIELD_DEFINITION type Query { a: Int }")


@fact("AppSync developer guide; aws/aws-appsync-community #108; for the words " + CHOICE)
def schema_with_a_reserved_name(ask: Asking) -> Seen:
    """No type's name begins with AWS."""
    return upload(ask, b"type Query { a: Int } type AWSOrder { b: Int }")


@fact("AppSync developer guide; aws/aws-appsync-community #26; for the words " + CHOICE)
def schema_with_a_custom_scalar(ask: Asking) -> Seen:
    """No schema has a scalar besides AppSync's and GraphQL's own."""
    return upload(ask, b"type Query { a: Date } scalar Date")


@fact("sid88in/serverless-appsync-plugin #468, #480; the words by inference")
def schema_with_an_extension(ask: Asking) -> Seen:
    """An extension of a type counts as a second type of the name."""
    return upload(ask, b"type Query { a: Int } extend type Query { b: Int }")


def _subscribed(ask: Asking, subscription: bytes, put: bytes = b"Int") -> Seen:
    """The result of a schema with a subscription.

    :param put: the type of its only mutation.
    """
    return upload(
        ask,
        b"type Query { a: Int } type Mutation { put: %s } type Subscription { %s }"
        % (put, subscription),
    )


@fact("aws-amplify/docs #892, #1113, #1279")
def schema_with_a_subscription_to_no_list(ask: Asking) -> Seen:
    """The mutations of `@aws_subscribe` must be a list."""
    return _subscribed(ask, b'a: Int @aws_subscribe(mutations: "put")')


@fact("dabit3/graphql-api-cdk-serverless-postgres #3; aws-amplify/amplify-js #2257")
def schema_with_a_subscription_to_another_type(ask: Asking) -> Seen:
    """A subscription has the type of its mutations."""
    return _subscribed(ask, b'a: Int @aws_subscribe(mutations: ["put"])', put=b"String")


@fact(CHOICE)
def schema_with_a_subscription_to_one_of_a_union(ask: Asking) -> Seen:
    """A subscription may have one type of the union that its mutation has."""
    return upload(
        ask,
        b"type Query { a: Int } type A { a: Int } type B { b: Int } union U = A | B "
        b"type Mutation { put: U } "
        b'type Subscription { a: A @aws_subscribe(mutations: ["put"]) }',
    )


@fact("a public framework's notes on a deployment that failed (reventless-core)")
def schema_with_a_long_subscription(ask: Asking) -> Seen:
    """The name of a subscription has at most 50 characters."""
    return _subscribed(ask, b"s" * 51 + b': Int @aws_subscribe(mutations: ["put"])')


@fact("theburningmonk/appsyncmasterclass-backend")
def schema_with_who_may_ask_at_a_union(ask: Asking) -> Seen:
    """Directives that say who may ask are taken at unions, interfaces, inputs and enums."""
    return upload(
        ask,
        b"type Query { a(of: Of, in: In): U } type T implements I { a: Int } "
        b"union U @aws_iam = T interface I @aws_iam { a: Int } "
        b"input In @aws_iam { a: Int } enum Of @aws_iam { A }",
    )


@fact(
    "sid88in/serverless-appsync-plugin #409, #626; aws-samples/appsync-bedrock-sample-with-ai-agent"
)
def schema_with_an_unknown_directive(ask: Asking) -> Seen:
    """A directive that AppSync does not know is taken."""
    return upload(ask, b"type Query { a: Int @unknown }")


@fact("moto's tests")
def no_schema(ask: Asking) -> Seen:
    """GetIntrospectionSchema for an API without a schema is a GraphQLSchemaException."""
    return ask.refusal("get_introspection_schema", apiId=ask.common_api, format="SDL")


@fact(CHOICE)
def no_schema_status(ask: Asking) -> Seen:
    """The status of an API without a schema is NOT_APPLICABLE."""
    return _status(ask)


@fact("hashicorp/terraform-provider-aws, type_test.go")
def type_arn(ask: Asking) -> Seen:
    """CreateType works without a schema; a type's ARN ends in `apis/ID/types/NAME`."""
    return _create_type(ask)["type"]["arn"]


@fact(CHOICE)
def type_twice(ask: Asking) -> Seen:
    """A second type of a name is a BadRequestException."""
    _create_type(ask)
    return ask.refusal("create_type", apiId=ask.api, definition=_MORE, format="SDL")


@fact("aws/aws-cdk #17997; aws-amplify/amplify-cli #682")
def unknown_type(ask: Asking) -> Seen:
    """GetType for a type that is not in the schema: 404, `Type NAME not found`."""
    api = ask.shared(with_schema)
    return ask.refusal("get_type", apiId=api, typeName="Item", format="SDL")


@fact(CHOICE)
def type_without_schema_status(ask: Asking) -> Seen:
    """CreateType does not change the status of an API without a schema."""
    _create_type(ask)
    return _status(ask)


@fact(CHOICE)
def type_definition(ask: Asking) -> Seen:
    """A type's definition as SDL is its text as it was uploaded."""
    upload(ask, b"type Query  {item:String}")
    answer = ask.call("get_type", apiId=ask.api, typeName="Query", format="SDL")
    return answer["type"]["definition"]


@fact(CHOICE)
def type_order(ask: Asking) -> Seen:
    """ListTypes is in the order of the types' creation."""
    upload(ask, b"type Query { item: Item } type Item { id: ID! }")
    for name in ("C", "B"):
        _create_type(ask, f"type {name} {{ id: ID! }}")
    types = ask.call("list_types", apiId=ask.api, format="SDL", maxResults=25)["types"]
    return [each["name"] for each in types]


@fact(CHOICE)
def type_that_is_referred_to(ask: Asking) -> Seen:
    """A type that another one refers to can be deleted."""
    upload(ask)
    return ask.refusal("delete_type", apiId=ask.api, typeName="Order")


@fact(CHOICE)
def type_as_json(ask: Asking) -> Seen:
    """CreateType with the format JSON is a BadRequestException."""
    definition = '{"kind": "OBJECT", "name": "Item"}'
    return ask.refusal("create_type", apiId=ask.api, definition=definition, format="JSON")


@fact("grucloud/grucloud, AppSyncType.js")
def type_in_a_form_of_its_own(ask: Asking) -> Seen:
    """A type as JSON: `kind` of non-null types only, its directives, and nothing that is null."""
    upload(ask, b"type Query { item(id: ID!): String @aws_api_key }")
    found = ask.call("get_type", apiId=ask.api, typeName="Query", format="JSON")["type"]
    [field] = json.loads(found["definition"])["fields"]
    return json.dumps(field, sort_keys=True)


@fact("aws-samples/serverless-patterns, appsync-bedrock-cdk/schema.json")
def introspection_as_json(ask: Asking) -> Seen:
    """The introspection as JSON has `onField`, no newer members, and the scalars that are used."""
    upload(ask, b"type Query { item: AWSDate }")
    found = ask.call("get_introspection_schema", apiId=ask.api, format="JSON")["schema"]
    schema = json.loads(found)["data"]["__schema"]
    types = [each["name"] for each in schema["types"] if each["name"].startswith("AWS")]
    first_directive = schema["directives"][:1]
    return [sorted(schema), sorted(types), *map(sorted, first_directive)]


@fact(CHOICE)
def introspection_with_directives(ask: Asking) -> Seen:
    """GetIntrospectionSchema has directives where nothing is said of them."""
    upload(ask, b"type Query { item: String @deprecated }")
    return "@deprecated" in _sdl(ask)


@fact(CHOICE)
def introspection_after_create_type(ask: Asking) -> Seen:
    """The SDL has a type that CreateType has made, and no comments any more."""
    upload(ask, b"# a comment\ntype Query { item: String }")
    _create_type(ask)
    sdl = _sdl(ask)
    return ["type Item" in sdl, "# a comment" in sdl]
