"""Schemas: AppSync's work at them, what it refuses meanwhile, and what is in them."""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import graphql
import pytest

from pytest_appsync import Api, AppSync, model
from pytest_appsync.sdl.errors import ExtraNotInstalled
from tests.prepared import run_with_boto3

if TYPE_CHECKING:
    from tests.service.conftest import SDL, Refusal
else:
    from service.conftest import SDL

    Refusal = Any

slow = pytest.mark.appsync(schema_creation=timedelta(seconds=30))
ALTERED = "^Schema is currently being altered, please wait until that is complete.$"
NOT_SDL = "Failed to parse schema document - ensure it's a valid SDL-formatted document."


@pytest.fixture
def api(appsync: AppSync) -> Api:
    return appsync.add_api("orders")


def upload(client: Any, api: Api, sdl: bytes) -> Any:
    assert client.start_schema_creation(apiId=api.id, definition=sdl)["status"] == "PROCESSING"
    return status(client, api)


def status(client: Any, api: Api) -> tuple[str, str | None]:
    found = client.get_schema_creation_status(apiId=api.id)
    return found["status"], found.get("details")


def sdl_of(client: Any, api: Api, **more: Any) -> str:
    found = client.get_introspection_schema(apiId=api.id, format="SDL", **more)
    text: str = found["schema"].read().decode()
    return text


# --- AppSync's work ------------------------------------------------------------------


def test_a_schema_is_in_force_at_once(client: Any, api: Api) -> None:
    assert status(client, api) == ("NOT_APPLICABLE", None)
    assert upload(client, api, SDL) == ("SUCCESS", "Successfully created schema with 2 types.")
    assert sdl_of(client, api) == SDL.decode()


def test_an_api_without_a_schema_has_none_to_show(client: Any, api: Api, refused: Refusal) -> None:
    with refused("GraphQLSchemaException", 400, "^InvalidSyntaxError$"):
        sdl_of(client, api)
    assert client.list_types(apiId=api.id, format="SDL")["types"] == []
    with refused("NotFoundException", 404, "^GraphQL API none not found.$"):
        client.start_schema_creation(apiId="none", definition=SDL)


@slow
def test_a_schema_takes_its_time(appsync: AppSync, client: Any, api: Api) -> None:
    assert upload(client, api, SDL) == ("PROCESSING", "The schema is being processed")
    appsync.clock.advance(seconds=29)
    assert status(client, api)[0] == "PROCESSING"
    appsync.clock.advance(seconds=1)
    assert status(client, api)[0] == "SUCCESS"
    appsync.clock.advance(days=-1)
    assert status(client, api)[0] == "SUCCESS"


@slow
def test_what_was_done_before_time_is_set_back_stays_done(
    appsync: AppSync, client: Any, api: Api
) -> None:
    """Also where nothing was asked meanwhile."""
    client.start_schema_creation(apiId=api.id, definition=SDL)
    appsync.clock.advance(seconds=31)
    appsync.clock.advance(days=-1)
    assert status(client, api)[0] == "SUCCESS"
    client.start_schema_creation(apiId=api.id, definition=SDL)
    appsync.clock.advance(seconds=29)
    appsync.clock.advance(days=-1)
    assert status(client, api)[0] == "PROCESSING"


@slow
def test_what_only_reads_works_meanwhile(appsync: AppSync, client: Any, api: Api) -> None:
    """GetDataSource and ListTypes document ConcurrentModificationException as well."""
    source = {"apiId": api.id, "name": "none"}
    client.create_data_source(**source, type="NONE")
    client.start_schema_creation(apiId=api.id, definition=b"type Query { a: Int }")
    appsync.clock.advance(seconds=31)
    client.start_schema_creation(apiId=api.id, definition=b"type Query { b: Int }")
    assert client.get_data_source(**source)["dataSource"]["name"] == "none"
    [found] = client.list_types(apiId=api.id, format="SDL")["types"]
    assert found["definition"] == "type Query { a: Int }"


@slow
@pytest.mark.parametrize(
    ("operation", "params", "missing"),
    [
        ("start_schema_creation", {"definition": SDL}, None),
        ("create_data_source", {"name": "table", "type": "NONE"}, None),
        (
            "create_resolver",
            {"typeName": "Query", "fieldName": "orders", "dataSourceName": "any"},
            "^No data source found$",
        ),
        (
            "update_function",
            {"functionId": "any", "name": "load", "dataSourceName": "table"},
            "was not found",
        ),
        ("create_api_key", {}, None),
        ("update_graphql_api", {"name": "renamed", "authenticationType": "API_KEY"}, None),
        ("delete_graphql_api", {}, None),
    ],
)
def test_what_appsync_refuses_meanwhile(
    appsync: AppSync,
    client: Any,
    api: Api,
    refused: Refusal,
    operation: str,
    params: Any,
    missing: str | None,
) -> None:
    """Afterwards it is done, or what it names is looked for and is not there."""
    client.start_schema_creation(apiId=api.id, definition=SDL)
    with refused("ConcurrentModificationException", 409, ALTERED):
        getattr(client, operation)(apiId=api.id, **params)
    appsync.clock.advance(seconds=30)
    with refused("NotFoundException", 404, missing) if missing else contextlib.nullcontext():
        getattr(client, operation)(apiId=api.id, **params)


@slow
def test_what_appsync_allows_meanwhile(appsync: AppSync, client: Any, api: Api) -> None:
    key = appsync.add_api_key(api)
    client.start_schema_creation(apiId=api.id, definition=SDL)
    client.get_graphql_api(apiId=api.id)
    client.list_data_sources(apiId=api.id)
    client.update_api_key(apiId=api.id, id=key.id, description="web")
    client.create_api_key(apiId=appsync.add_api().id)
    client.list_tags_for_resource(resourceArn=api.arn)


@pytest.mark.parametrize(
    ("sdl", "details"),
    [
        (b"type Query {", NOT_SDL),
        (b"", NOT_SDL),
        (b"\xff", NOT_SDL),
        (b"type Query { a: Int } { a }", NOT_SDL),
        (b"type Query { a: " + b"[" * 5000 + b"Int" + b"]" * 5000 + b" }", NOT_SDL),
        (
            b"type Query { placed: Date more: Time }",
            "Found 2 problem(s) with the schema:\n"
            "The field type 'Date' is not present when resolving type 'Query' [@1:1].\n"
            "The field type 'Time' is not present when resolving type 'Query' [@1:1].",
        ),
        (
            b"type Order { id: ID }",
            "Found 1 problem(s) with the schema:\nThere is no top level schema object defined.",
        ),
        (
            b"schema { mutation: Mutation } type Mutation { a: Int } type Query { a: Int }",
            "Found 1 problem(s) with the schema:\nA schema MUST have a 'query' operation defined.",
        ),
        (
            b"schema { mutation: Q } extend schema { query: Q } type Q { a: None }",
            "Found 1 problem(s) with the schema:\n"
            "The field type 'None' is not present when resolving type 'Q' [@1:51].",
        ),
        (b"schema { query: None }", "Schema has the following errors:\n   - Unknown type 'None'."),
        (b"scalar AWSJSON type Query { a: AWSJSON }", "Schema contains duplicate type names."),
        (b"type Query { a: Int @aws_iam(at: 1) }", "Unknown argument 'at' on directive '@aws_iam'"),
    ],
)
def test_a_schema_that_fails_leaves_the_one_before(
    client: Any, api: Api, sdl: bytes, details: str
) -> None:
    upload(client, api, SDL)
    failed, found = upload(client, api, sdl)
    assert failed == "FAILED"
    assert found is not None
    assert details in found
    assert sdl_of(client, api) == SDL.decode()


def test_what_appsync_knows_by_itself(client: Any, api: Api) -> None:
    scalars = [
        "Date",
        "Time",
        "DateTime",
        "Timestamp",
        "Email",
        "JSON",
        "Phone",
        "URL",
        "IPAddress",
    ]
    fields = "".join(f"a{number}: AWS{name} " for number, name in enumerate(scalars))
    sdl = f"""
        type Query @aws_api_key @aws_cognito_user_pools(cognito_groups: ["all"]) {{ {fields} }}
        type Mutation {{ put(id: ID!): Post @aws_iam @aws_oidc @aws_lambda }}
        type Post @canonical {{ id: ID @deprecated secret: Int @hidden }}
        type Subscription {{ put: Post @aws_subscribe(mutations: ["put"]) }}
    """
    assert upload(client, api, sdl.encode())[0] == "SUCCESS"


# --- what is in it -------------------------------------------------------------------


def test_types_are_listed_and_found(client: Any, api: Api, refused: Refusal) -> None:
    upload(client, api, SDL)
    query, order = client.list_types(apiId=api.id, format="SDL")["types"]
    assert query == {
        "name": "Query",
        "description": "All there is to ask",
        "arn": f"{api.arn}/types/Query",
        "definition": (
            '"All there is to ask"\ntype Query { orders: [Order] order(id: ID!): Order }'
        ),
        "format": "SDL",
    }
    assert "description" not in order
    found = client.get_type(apiId=api.id, typeName="Order", format="JSON")["type"]
    assert found["format"] == "JSON"
    definition = json.loads(found["definition"])
    assert (definition["kind"], definition["name"]) == ("OBJECT", "Order")
    assert [field["name"] for field in definition["fields"]] == ["id", "placed"]
    with refused("NotFoundException", 404, "^Type none not found$"):
        client.get_type(apiId=api.id, typeName="none", format="SDL")


def test_a_type_is_created_changed_and_deleted(client: Any, api: Api, refused: Refusal) -> None:
    upload(client, api, SDL)
    item = {"apiId": api.id, "format": "SDL"}
    made = client.create_type(**item, definition="type Item { of: Order }")["type"]
    assert (made["name"], made["definition"]) == ("Item", "type Item { of: Order }")
    with refused("BadRequestException", 400, "Type Item already exists"):
        client.create_type(**item, definition="type Item { of: Order }")
    new = "type Query { items: [Item] }"
    client.update_type(**item, typeName="Query", definition=new)
    assert client.update_type(**item, typeName="Query")["type"]["definition"] == new
    client.create_data_source(apiId=api.id, name="none", type="NONE")
    client.create_resolver(apiId=api.id, typeName="Query", fieldName="items", dataSourceName="none")
    with refused("BadRequestException", 400, "must be one of type Query"):
        client.update_type(**item, typeName="Query", definition="type Other { a: Int }")
    assert [line for line in sdl_of(client, api).splitlines() if line] == [
        "schema { query: Query }",
        new,
        "type Order { id: ID! placed: AWSDateTime @aws_iam }",
        "type Item { of: Order }",
    ]
    client.delete_type(apiId=api.id, typeName="Item")
    with refused("NotFoundException", 404, "^Type Item not found$"):
        client.delete_type(apiId=api.id, typeName="Item")
    with refused("GraphQLSchemaException", 400, "Item"):
        client.get_introspection_schema(apiId=api.id, format="JSON")


def test_a_type_in_use_may_go_and_the_others_are_still_listed(client: Any, api: Api) -> None:
    sdl = b"""
        schema { query: Root }
        type Root { items: [Item!] all: Any }
        type Item implements Node { id: ID! }
        interface Node { id: ID! }
        union Any = Item | Root
        input Wish { id: ID! }
    """
    assert upload(client, api, sdl)[0] == "SUCCESS"
    for name in ("Item", "Node"):
        client.delete_type(apiId=api.id, typeName=name)
    listed = client.list_types(apiId=api.id, format="JSON")["types"]
    root, any_type, _ = (json.loads(each["definition"]) for each in listed)
    assert [each["name"] for each in listed] == ["Root", "Any", "Wish"]
    item = {"kind": "LIST", "ofType": {"kind": "NON_NULL", "ofType": {"name": "Item"}}}
    assert root["fields"][0]["type"] == item
    assert [each["name"] for each in any_type["possibleTypes"]] == ["Item", "Root"]
    definition = "type Item implements Node { id: ID! }"
    client.create_type(apiId=api.id, format="SDL", definition=definition)
    item = client.get_type(apiId=api.id, typeName="Item", format="JSON")["type"]
    assert [each["name"] for each in json.loads(item["definition"])["interfaces"]] == ["Node"]


def test_a_type_as_json_has_appsync_s_own_form(client: Any, api: Api) -> None:
    """As grucloud/grucloud read objects and inputs with ListTypes; the others are by analogy."""
    sdl = """
        type Query implements Node @aws_iam { id: ID! all(of: [In!] = [], n: Int): [Any] }
        interface Node { id: ID! }
        union Any = Item | Query
        type Item { old: Int @deprecated older: Int @deprecated(reason: "Use old.") }
        "What is asked for" input In { "How many" n: Int = 1 }
        enum Kind { NEW OLD @deprecated }
        type Subscription { s: Int @aws_subscribe(mutations: ["put"]) }
    """
    assert upload(client, api, sdl.encode())[0] == "SUCCESS"
    listed = client.list_types(apiId=api.id, format="JSON")["types"]
    types = {each["name"]: json.loads(each["definition"]) for each in listed}
    assert list(types) == ["Query", "Node", "Any", "Item", "In", "Kind", "Subscription"]
    plain: dict[str, Any] = {"directives": [], "isDeprecated": False}
    id = {"name": "id", "type": {"kind": "NON_NULL", "ofType": {"name": "ID"}}, "args": []} | plain
    of = {"kind": "LIST", "ofType": {"kind": "NON_NULL", "ofType": {"name": "In"}}}
    all = {"name": "all", "type": {"kind": "LIST", "ofType": {"name": "Any"}}} | plain
    all["args"] = [
        {"name": "of", "type": of, "defaultValue": "[]"},
        {"name": "n", "type": {"name": "Int"}},
    ]
    assert types["Query"] == {
        "name": "Query",
        "kind": "OBJECT",
        "fields": [id, all],
        "interfaces": [{"name": "Node"}],
        "directives": [{"name": "aws_iam", "args": []}],
    }
    node = {"name": "Node", "kind": "INTERFACE", "fields": [id], "directives": []}
    both = [{"name": "Item"}, {"name": "Query"}]
    any = {"name": "Any", "kind": "UNION", "possibleTypes": both, "directives": []}
    assert (types["Node"], types["Any"]) == (node, any)
    n = {"name": "n", "description": "How many", "type": {"name": "Int"}, "defaultValue": "1"}
    assert types["In"] == {
        "name": "In",
        "description": "What is asked for",
        "kind": "INPUT_OBJECT",
        "inputFields": [n],
    }
    fields = types["Item"]["fields"]
    assert [each["deprecationReason"] for each in fields] == ["No longer supported", "Use old."]
    assert [each["isDeprecated"] for each in types["Kind"]["enumValues"]] == [False, True]
    mutations = {"name": "mutations", "value": ["put"]}
    [subscription] = types["Subscription"]["fields"]
    assert subscription["directives"] == [{"name": "aws_subscribe", "args": [mutations]}]


@pytest.mark.appsync(page_size=1)
def test_a_new_upload_neither_repeats_nor_shifts_a_page(client: Any, api: Api) -> None:
    ask: dict[str, Any] = {"apiId": api.id, "format": "SDL"}
    upload(client, api, b"type Query { a: A b: B } type A { a: Int } type B { b: Int }")
    first = client.list_types(**ask)
    upload(client, api, b"type C { c: C } type B { b: Int } type A { a: Int } type Query { c: C }")
    second = client.list_types(**ask, nextToken=first["nextToken"])
    third = client.list_types(**ask, nextToken=second["nextToken"])
    last = client.list_types(**ask, nextToken=third["nextToken"])
    pages = [first, second, third, last]
    assert [page["types"][0]["name"] for page in pages] == ["Query", "A", "B", "C"]
    assert "nextToken" not in last


@pytest.mark.appsync(page_size=1)
def test_a_changed_type_keeps_its_place_between_two_pages(client: Any, api: Api) -> None:
    ask: dict[str, Any] = {"apiId": api.id, "format": "SDL"}
    upload(client, api, b"type Query { a: A } type A { a: Int } type B { b: Int }")
    first = client.list_types(**ask)
    for name in ("Query", "A"):
        client.update_type(**ask, typeName=name, definition=f"type {name} {{ b: Int }}")
    second = client.list_types(**ask, nextToken=first["nextToken"])
    last = client.list_types(**ask, nextToken=second["nextToken"])
    names = [page["types"][0]["name"] for page in (first, second, last)]
    assert names == ["Query", "A", "B"]
    assert "nextToken" not in last


def test_a_type_needs_no_schema_and_may_refer_to_what_is_not_there(client: Any, api: Api) -> None:
    definition = "type Mutation { putPost(id: ID!): Post }"
    client.create_type(apiId=api.id, format="SDL", definition=definition)
    assert sdl_of(client, api) == definition
    assert status(client, api)[0] == "NOT_APPLICABLE"


@pytest.mark.parametrize(
    ("definition", "format", "message"),
    [
        ("type {", "SDL", "Syntax Error"),
        (f"type A {{ a: {'[' * 9000}Int{']' * 9000} }}", "SDL", "nested too deep"),
        ("{ a }", "SDL", "^Queries and fragments are not SDL.$"),
        ("type A { a: Int } type B { b: Int }", "SDL", "exactly one type"),
        ("schema { query: Query }", "SDL", "exactly one type"),
        ('{"kind": "OBJECT"}', "JSON", "must be SDL, and its format must say so"),
    ],
)
def test_what_is_no_type(
    client: Any, api: Api, refused: Refusal, definition: str, format: str, message: str
) -> None:
    with refused("BadRequestException", 400, message):
        client.create_type(apiId=api.id, format=format, definition=definition)


@pytest.mark.parametrize(
    ("sdl", "problem"),
    [
        (
            '"of all"\ntype Query { a: Int }\n\n  "of some"\n  input In { a: [None!]! }',
            "The input value type 'None' is not present when resolving type 'In' [@4:3].",
        ),
        (
            "interface I { b: Int c(of: [None!]!): Int } type Query { a: I }",
            "The field input type 'None' is not present when resolving type 'I' [@1:1].",
        ),
        (
            "type Query { a: U } union U = Query | None",
            "The union member type 'None' is not present when resolving type 'U' [@1:21].",
        ),
        (
            "type Query implements None { a: AWSDate }",
            "The interface type 'None' is not present when resolving type 'Query' [@1:1].",
        ),
        (
            "type Query implements T { a: Int } type T { a: Int }",
            "The interface type 'T' is not present when resolving type 'Query' [@1:1].",
        ),
        (
            "type Query { a: Int b: Int a: String }",
            "The type 'Query' [@1:1] has declared a field with a non unique name 'a'.",
        ),
        (
            "type Query { a(of: In): Int } input In { a: Int a: Int }",
            "The type 'In' [@1:31] has declared an input field with a non unique name 'a'.",
        ),
        (
            "type Query { a(b: Int, c: Int, b: Int): Int }",
            "The type 'Query' with field 'a' [@1:1] has declared an argument with a non unique "
            "name 'b'.",
        ),
        (
            "type Query { a: E } enum E { A A }",
            "The type 'E' [@1:21] has declared an enum value with a non unique name 'A'.",
        ),
    ],
)
def test_what_graphql_java_finds_is_told_in_its_words(
    client: Any, api: Api, sdl: str, problem: str
) -> None:
    """AppSync: aws-amplify/amplify-cli #3141, panther-labs/panther #1675."""
    details = f"Found 1 problem(s) with the schema:\n{problem}"
    assert upload(client, api, sdl.encode()) == ("FAILED", details)


def test_the_order_of_what_graphql_java_finds(client: Any, api: Api) -> None:
    found, details = upload(
        client, api, b"input In { a: A } type T { a(b: B): In c: C c: C } enum E { D }"
    )
    assert (found, details) == (
        "FAILED",
        "Found 6 problem(s) with the schema:\n"
        "The field type 'C' is not present when resolving type 'T' [@1:19].\n"
        "The field type 'C' is not present when resolving type 'T' [@1:19].\n"
        "The field input type 'B' is not present when resolving type 'T' [@1:19].\n"
        "The input value type 'A' is not present when resolving type 'In' [@1:1].\n"
        "There is no top level schema object defined.\n"
        "The type 'T' [@1:19] has declared a field with a non unique name 'c'.",
    )


@pytest.mark.parametrize(
    "sdl",
    [
        "type Query { a(of: [Query!]): Int }",
        "type Query { a(of: In): Int } input In { a: I! } interface I { a: Int }",
        "type Query { a(of: U): U } union U = Query",
        "type Query { a: [In] } input In { a: Int }",
    ],
)
def test_a_type_in_place_of_an_input_is_an_internal_failure(
    client: Any, api: Api, sdl: str
) -> None:
    """aws-amplify/amplify-category-api #458, #1362; amplify-cli #10172, #12851."""
    assert upload(client, api, sdl.encode()) == (
        "FAILED",
        "Internal Failure while saving the schema.",
    )


DUPLICATE = "Schema contains duplicate type names."
MUTATIONS = "The mutations argument on the aws_subscribe directive has an invalid value"


@pytest.mark.parametrize(
    ("sdl", "problem"),
    [
        ("directive @x on FIELD_DEFINITION", "Directive definitions are not supported."),
        ("directive @aws_iam on OBJECT", "Directive definitions are not supported."),
        ("extend type Query { more: Int }", DUPLICATE),
        ("scalar AWSDate", DUPLICATE),
        ("type Query { b: Int }", DUPLICATE),
        ("type AWSOrder { b: Int }", "Type AWSOrder must not begin with AWS, which is reserved."),
        ("extend scalar AWSDate @canonical", DUPLICATE),
        ("scalar Date", "Custom scalars are not supported: Date."),
        ("type Order { on: Date } scalar Date", "Custom scalars are not supported: Date."),
        ('type Subscription { a: Int @aws_subscribe(mutations: "put") }', MUTATIONS),
        ("type Subscription { a: Int @aws_subscribe }", MUTATIONS),
        ("type Subscription { a: Int @aws_subscribe b: Int @aws_subscribe }", MUTATIONS),
        ('type Subscription { a: Int @aws_subscribe(names: ["put"]) }', MUTATIONS),
    ],
)
def test_graphql_that_appsync_does_not_support(
    client: Any, api: Api, sdl: str, problem: str
) -> None:
    details = f"Schema has the following errors:\n   - {problem}"
    assert upload(client, api, f"type Query {{ a: Int }} {sdl}".encode()) == ("FAILED", details)


OUTPUT = "The subscription has an invalid output type."
TOO_LONG = "The subscription field name is too long. Max characters allowed: 50"
ON_PUT = '@aws_subscribe(mutations: ["put"])'


@pytest.mark.parametrize(
    ("mutation", "subscription", "problems"),
    [
        ("Order", f"s: Order {ON_PUT}", []),
        ("Order!", f"s: Order {ON_PUT}", []),  # as theburningmonk/appsyncmasterclass-backend has it
        ("[Order!]!", f"s: [Order] {ON_PUT}", []),
        ("Order", f"s: Node {ON_PUT} t: Any {ON_PUT}", []),
        ("Any", f"s: Order {ON_PUT} t: Node {ON_PUT} u: [Any]! {ON_PUT}", []),
        ("Order", "s: Int", []),
        (
            "Order",
            '"another mutation, or none" s: Int @aws_subscribe(mutations: ["get", null])',
            [],
        ),
        ("Order", f"{'s' * 50}: Order {ON_PUT}", []),
        ("Order", f"{'s' * 51}: Int", []),
        ("String", f"s: Order {ON_PUT} t: Order {ON_PUT}", [OUTPUT]),
        ("Order", f"s: Item {ON_PUT}", [OUTPUT]),
        ("Node", f"s: Item {ON_PUT}", [OUTPUT]),
        ("Item", f"s: Node {ON_PUT}", [OUTPUT]),
        ("Order", 's: Order @aws_subscribe(mutations: ["put", "count"])', [OUTPUT]),
        ("Order", f"{'s' * 51}: Order {ON_PUT}", [TOO_LONG]),
        ("Order", f"{'s' * 51}: Int {ON_PUT}", [OUTPUT, TOO_LONG]),
    ],
)
@pytest.mark.parametrize("roots", ["", "schema { query: Query mutation: M subscription: S }"])
def test_a_subscription_fits_its_mutations(
    client: Any, api: Api, roots: str, mutation: str, subscription: str, problems: list[str]
) -> None:
    """dabit3/graphql-api-cdk-serverless-postgres #3."""
    of_mutations, of_subscriptions = ("M", "S") if roots else ("Mutation", "Subscription")
    sdl = f"""
        type Query {{ a: Int }} {roots}
        interface Node {{ id: ID }} union Any = Order | Item
        type Order implements Node {{ id: ID }} type Item {{ id: ID }}
        type {of_mutations} {{ put: {mutation} count: Int }}
        type {of_subscriptions} {{ {subscription} }}
    """
    found, details = upload(client, api, sdl.encode())
    lines = [f"   - {it}" for it in problems]
    assert found == ("FAILED" if problems else "SUCCESS")
    assert details.splitlines()[1:] == lines


def test_a_subscription_without_any_mutation(client: Any, api: Api) -> None:
    sdl = f"type Query {{ a: Int }} type Subscription {{ s: Int {ON_PUT} }}"
    assert upload(client, api, sdl.encode())[0] == "SUCCESS"


def test_who_may_ask_is_said_at_any_place(client: Any, api: Api) -> None:
    """theburningmonk/appsyncmasterclass-backend, whose schema is deployed."""
    sdl = """
        union Any @aws_iam @aws_cognito_user_pools = Order | Item
        interface Node @aws_iam { id: ID! @aws_oidc }
        type Order implements Node @aws_api_key { id: ID! @aws_lambda }
        type Item @aws_iam @aws_auth(cognito_groups: ["admins"]) { id: ID! }
        input Filter @aws_cognito_user_pools(cognito_groups: ["admins"]) { id: ID @aws_iam }
        enum Kind @aws_api_key { NEW @aws_api_key }
        type Query { all(filter: Filter @aws_iam): [Any] @aws_auth(cognito_groups: ["admins"]) }
    """
    assert upload(client, api, sdl.encode()) == (
        "SUCCESS",
        "Successfully created schema with 7 types.",
    )
    assert sdl_of(client, api) == sdl
    shown = json.loads(
        client.get_introspection_schema(apiId=api.id, format="JSON")["schema"].read()
    )
    [iam] = [it for it in shown["data"]["__schema"]["directives"] if it["name"] == "aws_iam"]
    assert iam["locations"] == ["OBJECT", "FIELD_DEFINITION"]


@pytest.mark.parametrize(
    "sdl",
    [
        "type Query { a: Int @aws_iam(at: 1) }",
        "type Query { a: Int } type Item @aws_iam(at: 1) { a: Int }",
        "type Query { a: Int } input Filter { a: Int @hidden }",
    ],
)
def test_a_directive_that_cannot_be_there(client: Any, api: Api, sdl: str) -> None:
    assert upload(client, api, sdl.encode())[0] == "FAILED"


def test_a_directive_that_appsync_does_not_know(client: Any, api: Api) -> None:
    """aws-samples/appsync-bedrock-sample-with-ai-agent, whose schema misspells two."""
    sdl = 'type Query @model { a(of: In @of): Int @auth(rules: ["all"]) } input In @in { a: Int }'
    assert upload(client, api, sdl.encode())[0] == "SUCCESS"
    assert sdl_of(client, api) == sdl


def test_each_line_names_another_mistake(client: Any, api: Api) -> None:
    sdl = b"type Query { a: Int } scalar AWSJSON directive @x on OBJECT directive @y on OBJECT"
    found, details = upload(client, api, sdl)
    assert (found, details) == (
        "FAILED",
        f"Schema has the following errors:\n   - {DUPLICATE}\n"
        "   - Directive definitions are not supported.",
    )


@pytest.mark.parametrize(
    ("sdl", "problems"),
    [
        (
            "type Query { a: Int @aws_iam(at: 1) b: Int @aws_auth(of: 1) }",
            [
                "Unknown argument 'at' on directive '@aws_iam'.",
                "Unknown argument 'of' on directive '@aws_auth'.",
            ],
        ),
        (
            "interface Node { id: ID n: Int } type Query implements Node { a: Int }",
            [
                "Interface field Node.id expected but Query does not provide it.",
                "Interface field Node.n expected but Query does not provide it.",
            ],
        ),
    ],
)
def test_what_graphql_core_finds_has_a_line_for_each(
    client: Any, api: Api, sdl: str, problems: list[str]
) -> None:
    lines = ["Schema has the following errors:", *(f"   - {problem}" for problem in problems)]
    assert upload(client, api, sdl.encode()) == ("FAILED", "\n".join(lines))


INHERITANCE = (
    "interface Node { id: ID! } interface Character implements Node { id: ID! } "
    "type Query { all: [Character] }"
)


def test_an_interface_that_implements_one_cannot_be_parsed(client: Any, api: Api) -> None:
    """aws/aws-appsync-community #387."""
    assert upload(client, api, INHERITANCE.encode()) == ("FAILED", NOT_SDL)


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ("scalar AWSDate", f"^{DUPLICATE}$"),
        ("extend type Query { b: Int }", f"^{DUPLICATE}$"),
        ("enum AWSOrder { A }", "^Type AWSOrder must not begin with AWS"),
        ("scalar Date", "^Custom scalars are not supported: Date.$"),
        ("directive @x on OBJECT", "^Directive definitions are not supported.$"),
        ("interface A implements B { id: ID! }", "Interface A must not implement an interface."),
        ("interface A implements B, C { id: ID }", "Interface A must not implement an interface."),
        ("type Subscription { a: Int @aws_subscribe }", f"^{MUTATIONS}$"),
    ],
)
def test_types_that_appsync_does_not_support(
    client: Any, api: Api, refused: Refusal, definition: str, message: str
) -> None:
    upload(client, api, b"type Query { a: Int }")
    with refused("BadRequestException", 400, message):
        client.create_type(apiId=api.id, format="SDL", definition=definition)


@pytest.mark.parametrize(
    "interfaces",
    ["A, B, C", "A,B,C", "A & B & C", "& A & B, C", "A # of, A\n , B, # of B\n C"],
)
def test_commas_or_ampersands_between_interfaces(client: Any, api: Api, interfaces: str) -> None:
    """aws/aws-appsync-community #58."""
    sdl = f"""
        scalar Int scalar, Float
        type implements {{ type: Int, implements: Int, all(a: Int, b: Int): Int }}
        enum Kind {{ implements, A, B }}
        "type T implements A, B"
        type T implements {interfaces} @aws_iam {{ a: Int, b: Int, c: Int }}
        interface A {{ a: Int }} interface B {{ b: Int }} interface C {{ c: Int }}
        type Query {{ t: T }}
    """
    assert upload(client, api, sdl.encode())[0] == "SUCCESS"
    assert sdl_of(client, api) == sdl
    ask: dict[str, Any] = {"apiId": api.id, "typeName": "T"}
    as_sdl = client.get_type(**ask, format="SDL")["type"]
    assert as_sdl["description"] == "type T implements A, B"
    assert f"type T implements {interfaces} @aws_iam {{" in as_sdl["definition"]
    as_json = json.loads(client.get_type(**ask, format="JSON")["type"]["definition"])
    assert [each["name"] for each in as_json["interfaces"]] == ["A", "B", "C"]
    assert "type T implements A & B & C {" in sdl_of(client, api, includeDirectives=False)
    client.create_type(apiId=api.id, format="SDL", definition=f"type U implements {interfaces}")


def test_a_resolver_outlives_its_type(client: Any, api: Api, refused: Refusal) -> None:
    """aws-amplify/amplify-cli #682."""
    upload(client, api, SDL)
    field = {"apiId": api.id, "typeName": "Order", "fieldName": "placed"}
    client.create_data_source(apiId=api.id, name="none", type="NONE")
    client.create_resolver(**field, dataSourceName="none")
    client.delete_type(apiId=api.id, typeName="Order")
    with refused("NotFoundException", 404, "^Type Order not found$"):
        client.delete_resolver(**field)
    client.create_type(apiId=api.id, format="SDL", definition="type Order { placed: Int }")
    client.delete_resolver(**field)


def test_introspection_as_json(client: Any, api: Api) -> None:
    upload(client, api, SDL)
    ask = {"apiId": api.id, "format": "JSON"}
    found = json.loads(client.get_introspection_schema(**ask)["schema"].read())
    schema = found["data"]["__schema"]
    assert schema["queryType"]["name"] == "Query"
    assert {"Query", "Order", "AWSDateTime"} <= {each["name"] for each in schema["types"]}
    assert "aws_iam" in {each["name"] for each in schema["directives"]}
    bare = client.get_introspection_schema(**ask, includeDirectives=False)["schema"].read()
    assert json.loads(bare)["data"]["__schema"]["directives"] == []


def test_introspection_as_json_is_aws_s(client: Any, api: Api) -> None:
    """The files schema.json of public projects: no member more or less, and types in their order.

    The latest of them is that of aws-samples/serverless-patterns, appsync-bedrock-cdk.
    """
    sdl = """
        input Alone { when: AWSDateTime }
        type Item { "Old" id: ID! old: [String!]! @deprecated }
        enum Kind { NEW }
        type Mutation { put(kind: Kind = NEW): Item }
        type Query { items(limit: Int): [Item] }
    """
    upload(client, api, sdl.encode())
    answer = client.get_introspection_schema(apiId=api.id, format="JSON")["schema"].read()
    schema = json.loads(answer)["data"]["__schema"]
    types = {each["name"]: each for each in schema["types"]}
    assert " ".join(types).startswith("Query Item ID String Int Mutation Kind ")
    own = {name for name in types if not name.startswith("__")}
    assert own == {"Boolean", "Alone", "AWSDateTime", *list(types)[:7]}
    assert list(types)[len(own)] == "__Schema"
    assert (schema["queryType"], schema["subscriptionType"]) == ({"name": "Query"}, None)
    assert list(schema) == ["queryType", "mutationType", "subscriptionType", "types", "directives"]
    scalar = {"kind": "SCALAR", "name": "ID", "description": "Built-in ID"}
    nothing = ("fields", "inputFields", "interfaces", "enumValues", "possibleTypes")
    assert types["ID"] == scalar | dict.fromkeys(nothing)
    [id, old] = types["Item"]["fields"]
    of_type = {"kind": "SCALAR", "name": "ID", "ofType": None}
    type = {"kind": "NON_NULL", "name": None, "ofType": of_type}
    same = {"args": [], "isDeprecated": False, "deprecationReason": None}
    assert id == {"name": "id", "description": "Old", "type": type} | same
    assert old["isDeprecated"]
    [argument] = types["Mutation"]["fields"][0]["args"]
    kind = {"kind": "ENUM", "name": "Kind", "ofType": None}
    assert argument == {"name": "kind", "description": None, "type": kind, "defaultValue": "NEW"}
    directives = {each.pop("name"): each for each in schema["directives"]}
    assert set(directives) == {
        *("include", "skip", "defer", "deprecated", "aws_subscribe", "aws_publish", "aws_auth"),
        *("aws_api_key", "aws_iam", "aws_lambda", "aws_oidc", "aws_cognito_user_pools"),
    }
    assert directives["aws_iam"]["description"].endswith(" has access authorized by sigv4 signing.")
    assert directives["aws_iam"] == {
        "description": directives["aws_iam"]["description"],
        "locations": ["OBJECT", "FIELD_DEFINITION"],
        "args": [],
        "onOperation": False,
        "onFragment": False,
        "onField": False,
    }
    assert (directives["skip"]["onFragment"], directives["skip"]["onField"]) == (True, True)


def test_what_graphql_core_cannot_describe(
    client: Any, api: Api, refused: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = graphql.ExecutionResult(None, [graphql.GraphQLError("Too deep.")])
    upload(client, api, SDL)
    monkeypatch.setattr("graphql.execute_sync", lambda *_: failed)
    with refused("GraphQLSchemaException", 400, "^Too deep.$"):
        client.get_introspection_schema(apiId=api.id, format="JSON")


def test_sdl_without_directives(client: Any, api: Api) -> None:
    upload(client, api, SDL)
    assert "@aws_iam" in sdl_of(client, api, includeDirectives=True)
    bare = sdl_of(client, api, includeDirectives=False)
    assert "placed: AWSDateTime" in bare
    assert "@" not in bare


# --- without the extra ---------------------------------------------------------------


@pytest.fixture
def without_graphql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphql", None)


@pytest.mark.usefixtures("without_graphql")
@pytest.mark.parametrize("definition", [b"", b" \n"])
def test_without_the_extra_nothing_is_no_schema(client: Any, api: Api, definition: bytes) -> None:
    """A file that was read before gives nothing."""
    assert upload(client, api, definition)[0] == "FAILED"


@pytest.mark.usefixtures("without_graphql")
def test_without_the_extra_a_schema_is_taken_as_it_is(client: Any, api: Api) -> None:
    assert upload(client, api, b"no schema at all {") == ("SUCCESS", None)
    assert sdl_of(client, api) == "no schema at all {"
    client.create_data_source(apiId=api.id, name="none", type="NONE")
    client.create_resolver(apiId=api.id, typeName="Query", fieldName="any", dataSourceName="none")
    assert client.get_resolver(apiId=api.id, typeName="Query", fieldName="any")


@pytest.mark.usefixtures("without_graphql")
@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("list_types", {"format": "SDL"}),
        ("create_type", {"format": "SDL", "definition": "type Order { id: ID! }"}),
        ("get_introspection_schema", {"format": "JSON"}),
        ("get_introspection_schema", {"format": "SDL", "includeDirectives": False}),
    ],
)
def test_what_needs_the_extra_says_so(
    client: Any, api: Api, operation: str, params: dict[str, Any]
) -> None:
    upload(client, api, SDL)
    with pytest.raises(ExtraNotInstalled, match=r"pip install 'pytest-appsync\[graphql\]'"):
        getattr(client, operation)(apiId=api.id, **params)


def application() -> None:
    with AppSync() as appsync:
        api = appsync.add_api()
        upload(appsync.client(), api, SDL)
        with contextlib.suppress(Exception):
            appsync.client().list_types(apiId=api.id, format="SDL")


@pytest.mark.usefixtures("without_graphql")
def test_an_application_cannot_swallow_that_the_extra_is_missing() -> None:
    with pytest.raises(ExtraNotInstalled):
        application()


def test_nothing_imports_graphql_before_a_call_needs_it() -> None:
    code = (
        "import sys; from pytest_appsync import AppSync\n"
        "with AppSync() as appsync:\n"
        "    client = appsync.client(); api = appsync.add_api()\n"
        "    client.create_data_source(apiId=api.id, name='a', type='NONE')\n"
        "    client.get_schema_creation_status(apiId=api.id)\n"
        "    assert 'graphql' not in sys.modules"
    )
    run_with_boto3(code)


def test_the_status_of_what_is_not_documented_comes_from_the_model() -> None:
    assert model.describe_error("CreateApiKey", "ConcurrentModificationException")[0] == 409
