"""Merged APIs: their associations with source APIs, and the schema that comes of them."""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_appsync import AppSync
from tests.installed_model import needs
from tests.thoroughness import examples

if TYPE_CHECKING:
    from tests.service.conftest import Refusal
else:
    Refusal = Any

ARN = "arn:aws:appsync:us-east-1:123456789012:"
ALTERED = "^Schema is currently being altered, please wait until that is complete.$"
slow = pytest.mark.appsync(schema_creation=timedelta(seconds=30))


# --- associations --------------------------------------------------------------------


@pytest.fixture
def merged_id(client: Any) -> str:
    created = client.create_graphql_api(
        name="merged", authenticationType="API_KEY", apiType="MERGED"
    )
    id: str = created["graphqlApi"]["apiId"]
    return id


def associate(client: Any, merged: str, source: str, **more: Any) -> Any:
    return client.associate_source_graphql_api(
        mergedApiIdentifier=merged, sourceApiIdentifier=source, **more
    )["sourceApiAssociation"]


def test_a_source_api_is_merged(client: Any, api_id: str, merged_id: str) -> None:
    made = associate(client, merged_id, api_id, description="orders")
    id = made["associationId"]
    assert made["associationArn"] == f"{ARN}apis/{merged_id}/sourceApiAssociations/{id}"
    assert made["sourceApiAssociationStatus"] == "MERGE_SCHEDULED"
    assert "sourceApiAssociationStatusDetail" not in made, "no merge has ended yet"
    assert "lastSuccessfulMergeDate" not in made
    assert made["sourceApiAssociationConfig"] == {"mergeType": "MANUAL_MERGE"}
    both = {"associationId": id, "mergedApiIdentifier": merged_id}
    found = client.get_source_api_association(**both)["sourceApiAssociation"]
    assert found["sourceApiAssociationStatus"] == "MERGE_SUCCESS"
    assert found["sourceApiAssociationStatusDetail"] == (
        f"Successfully merged source GraphQL API (API Id: {api_id}, Association Id: {id})"
    )
    assert found["lastSuccessfulMergeDate"]
    assert found["sourceApiArn"] == f"{ARN}apis/{api_id}"
    assert found["mergedApiArn"] == f"{ARN}apis/{merged_id}"
    changed = client.update_source_api_association(**both, description="all")
    assert changed["sourceApiAssociation"] == found | {"description": "all"}
    types = client.list_types_by_association(**both, format="SDL")["types"]
    assert [each["name"] for each in types] == ["Query", "Order"]
    for end in (api_id, merged_id):
        [listed] = client.list_source_api_associations(apiId=end)["sourceApiAssociationSummaries"]
        assert (listed["associationId"], listed["sourceApiId"]) == (id, api_id)


@pytest.mark.parametrize("by", ["merged", "source"])
def test_an_association_ends_at_both_ends(
    client: Any, api_id: str, merged_id: str, by: str, refused: Refusal
) -> None:
    source_arn = client.get_graphql_api(apiId=api_id)["graphqlApi"]["arn"]
    made = client.associate_merged_graphql_api(
        sourceApiIdentifier=source_arn, mergedApiIdentifier=merged_id
    )["sourceApiAssociation"]
    with refused("BadRequestException", 400, "^SourceApiAssociation already exists.$"):
        associate(client, merged_id, api_id)
    if by == "merged":
        ended = client.disassociate_source_graphql_api(
            mergedApiIdentifier=merged_id, associationId=made["associationId"]
        )
    else:
        ended = client.disassociate_merged_graphql_api(
            sourceApiIdentifier=api_id, associationId=made["associationId"]
        )
    assert ended["sourceApiAssociationStatus"] == "DELETION_SCHEDULED"
    for end in (api_id, merged_id):
        listed = client.list_source_api_associations(apiId=end)
        assert listed["sourceApiAssociationSummaries"] == []


@needs("CreateApi")
def test_an_event_api_is_at_no_end(
    appsync: AppSync, client: Any, api_id: str, merged_id: str, refused: Refusal
) -> None:
    event_id = appsync.add_api("events", kind="EVENT").id
    for merged, source in ((merged_id, event_id), (event_id, api_id)):
        with refused("NotFoundException", 404, f"^GraphQL API {event_id} not found.$"):
            associate(client, merged, source)


def test_each_end_takes_its_kind_of_api(
    appsync: AppSync, client: Any, api_id: str, merged_id: str, refused: Refusal
) -> None:
    not_merged, merged = f"API {api_id} is no merged API", f"API {merged_id} is a merged API"
    with refused("BadRequestException", 400, f"^`mergedApiIdentifier`: {not_merged}.$"):
        associate(client, api_id, api_id)
    with refused("BadRequestException", 400, f"^`sourceApiIdentifier`: {merged}.$"):
        associate(client, merged_id, merged_id)
    for merged, source in ((merged_id, "none"), ("none", api_id)):
        with refused("NotFoundException", 404, "^GraphQL API none not found.$"):
            associate(client, merged, source)
    id = associate(client, merged_id, api_id)["associationId"]
    at_source: dict[str, Any] = {"mergedApiIdentifier": api_id, "associationId": id}
    for operation, more in (
        ("get_source_api_association", {}),
        ("update_source_api_association", {}),
        ("start_schema_merge", {}),
        ("list_types_by_association", {"format": "SDL"}),
        ("disassociate_source_graphql_api", {}),
    ):
        with refused("BadRequestException", 400, not_merged):
            getattr(client, operation)(**at_source, **more)
    with refused("BadRequestException", 400, "is a merged API"):
        client.disassociate_merged_graphql_api(sourceApiIdentifier=merged_id, associationId=id)
    with refused("NotFoundException", 404, "^Source API association none not found.$"):
        client.start_schema_merge(mergedApiIdentifier=merged_id, associationId="none")


def test_a_source_has_one_merged_api_which_has_ten_sources(
    appsync: AppSync, client: Any, merged_id: str, refused: Refusal
) -> None:
    sources = [appsync.add_api(f"source {number}").id for number in range(11)]
    for source in sources[:10]:
        associate(client, merged_id, source)
    with refused("LimitExceededException", 429, "at most 10 source APIs"):
        associate(client, merged_id, sources[10])
    other = client.create_graphql_api(name="m", authenticationType="API_KEY", apiType="MERGED")
    with refused("BadRequestException", 400, f"already associated with {merged_id}"):
        associate(client, other["graphqlApi"]["apiId"], sources[0])


@slow
def test_a_merge_takes_its_time(appsync: AppSync, client: Any) -> None:
    source = appsync.add_api()
    client.start_schema_creation(apiId=source.id, definition=b"type Query { a: Int }")
    appsync.clock.advance(seconds=31)
    merged = client.create_graphql_api(
        name="merged", authenticationType="API_KEY", apiType="MERGED"
    )["graphqlApi"]["apiId"]
    made = associate(client, merged, source.id)
    both = {"associationId": made["associationId"], "mergedApiIdentifier": merged}

    def status() -> Any:
        found = client.get_source_api_association(**both)["sourceApiAssociation"]
        return found["sourceApiAssociationStatus"]

    assert status() == "MERGE_IN_PROGRESS"
    appsync.clock.advance(seconds=31)
    assert status() == "MERGE_SUCCESS"
    assert client.start_schema_merge(**both)["sourceApiAssociationStatus"] == "MERGE_SCHEDULED"
    assert status() == "MERGE_IN_PROGRESS"


@slow
def test_an_association_takes_its_time_to_end(
    appsync: AppSync, client: Any, merged_id: str, refused: Refusal
) -> None:
    source = appsync.add_api("source").id
    client.start_schema_creation(apiId=source, definition=b"type Query { a: Int }")
    appsync.clock.advance(seconds=31)
    config = {"mergeType": "AUTO_MERGE"}
    made = associate(client, merged_id, source, sourceApiAssociationConfig=config)
    both = {"mergedApiIdentifier": merged_id, "associationId": made["associationId"]}
    appsync.clock.advance(seconds=31)
    ended = client.disassociate_source_graphql_api(**both)
    assert ended["sourceApiAssociationStatus"] == "DELETION_SCHEDULED"
    assert state(client, merged_id, made) == ("DELETION_IN_PROGRESS", None)
    for end in (source, merged_id):
        listed = client.list_source_api_associations(apiId=end)["sourceApiAssociationSummaries"]
        assert [each["associationId"] for each in listed] == [made["associationId"]]
    with refused("BadRequestException", 400, "as it is associated to a Merged API$"):
        client.delete_graphql_api(apiId=source)
    with refused("BadRequestException", 400, "already associated"):
        other = client.create_graphql_api(name="m", authenticationType="API_KEY", apiType="MERGED")
        associate(client, other["graphqlApi"]["apiId"], source)
    with refused("ConcurrentModificationException", 409):
        client.disassociate_merged_graphql_api(
            sourceApiIdentifier=source, associationId=made["associationId"]
        )
    client.create_type(apiId=source, format="SDL", definition="type More { a: Int }")
    appsync.clock.advance(seconds=31)
    assert types_of(client, merged_id) == {}, "what the source has now is not merged any more"
    with refused("NotFoundException", 404):
        client.get_source_api_association(**both)
    client.delete_graphql_api(apiId=source)


@slow
@pytest.mark.parametrize("by", ["lists", "deletes", "associates"])
def test_an_association_that_has_ended_is_not_there(
    appsync: AppSync, client: Any, merged_id: str, by: str
) -> None:
    source = appsync.add_api("source").id
    made = associate(client, merged_id, source)
    appsync.clock.advance(seconds=31)
    client.disassociate_merged_graphql_api(
        sourceApiIdentifier=source, associationId=made["associationId"]
    )
    appsync.clock.advance(seconds=31)
    if by == "lists":
        listed = client.list_source_api_associations(apiId=source)
        assert listed["sourceApiAssociationSummaries"] == []
    elif by == "deletes":
        client.delete_graphql_api(apiId=source)
    else:
        assert associate(client, merged_id, source)["associationId"] != made["associationId"]


@slow
def test_a_merged_api_goes_with_all_its_associations(
    appsync: AppSync, client: Any, merged_id: str
) -> None:
    sources = [appsync.add_api().id for _ in "ab"]
    for source in sources:
        associate(client, merged_id, source)
        appsync.clock.advance(seconds=30)
    client.delete_graphql_api(apiId=merged_id)
    other = client.create_graphql_api(name="m", authenticationType="API_KEY", apiType="MERGED")
    for source in sources:
        associate(client, other["graphqlApi"]["apiId"], source)
        appsync.clock.advance(seconds=30)


def test_a_merged_api_takes_its_associations_along(
    client: Any, api_id: str, merged_id: str
) -> None:
    associate(client, merged_id, api_id)
    client.delete_graphql_api(apiId=merged_id)
    found = client.list_source_api_associations(apiId=api_id)["sourceApiAssociationSummaries"]
    assert found == []


def test_a_source_api_cannot_be_deleted(
    client: Any, api_id: str, merged_id: str, refused: Refusal
) -> None:
    id = associate(client, merged_id, api_id)["associationId"]
    with refused(
        "BadRequestException", 400, "^API can not be deleted as it is associated to a Merged API$"
    ):
        client.delete_graphql_api(apiId=api_id)
    assert client.list_source_api_associations(apiId=api_id)["sourceApiAssociationSummaries"]
    client.disassociate_merged_graphql_api(sourceApiIdentifier=api_id, associationId=id)
    client.delete_graphql_api(apiId=api_id)


# --- the schema of a merged API ------------------------------------------------------


def source_with(appsync: AppSync, client: Any, sdl: str) -> str:
    source = appsync.add_api("source").id
    client.start_schema_creation(apiId=source, definition=sdl.encode())
    assert client.get_schema_creation_status(apiId=source)["status"] == "SUCCESS"
    return source


def state(client: Any, merged: str, association: Any) -> tuple[str, str | None]:
    found = client.get_source_api_association(
        mergedApiIdentifier=merged, associationId=association["associationId"]
    )["sourceApiAssociation"]
    return found["sourceApiAssociationStatus"], found.get("sourceApiAssociationStatusDetail")


def types_of(client: Any, api: str) -> dict[str, str]:
    """The definitions of its types, in one line each, by their names."""
    found = client.list_types(apiId=api, format="SDL")["types"]
    return {each["name"]: " ".join(each["definition"].split()) for each in found}


def test_a_merged_api_has_the_types_of_its_sources(
    appsync: AppSync, client: Any, merged_id: str, refused: Refusal
) -> None:
    with refused("GraphQLSchemaException", 400):
        client.get_introspection_schema(apiId=merged_id, format="SDL")
    posts = "type Query { post(id: ID!): Post } type Post { id: ID! title: String! }"
    reviews = """
        schema { query: Root }
        type Root { review: Review }
        type Post { id: ID! reviews: [Review] }
        type Review { id: ID! post: Post }
    """
    associate(client, merged_id, source_with(appsync, client, posts))
    association = associate(client, merged_id, source_with(appsync, client, reviews))
    assert types_of(client, merged_id) == {
        "Query": "type Query { post(id: ID!): Post review: Review }",
        "Post": "type Post { id: ID! title: String! reviews: [Review] }",
        "Review": "type Review { id: ID! post: Post }",
    }
    status = client.get_schema_creation_status(apiId=merged_id)
    assert status["details"] == "Successfully created schema with 3 types."
    found = client.get_introspection_schema(apiId=merged_id, format="JSON")["schema"].read()
    assert {"Review", "Post"} <= {
        each["name"] for each in json.loads(found)["data"]["__schema"]["types"]
    }
    client.create_data_source(apiId=merged_id, name="none", type="NONE")
    client.create_resolver(
        apiId=merged_id, typeName="Post", fieldName="reviews", dataSourceName="none"
    )
    both = {"mergedApiIdentifier": merged_id, "associationId": association["associationId"]}
    client.disassociate_source_graphql_api(**both)
    assert list(types_of(client, merged_id)) == ["Query", "Post"]


def test_the_marks_of_a_merge_do_what_they_say(
    appsync: AppSync, client: Any, merged_id: str
) -> None:
    """The example of AppSync's developer guide, and what it says of fields."""
    one = """
        type Mutation { putPost(id: ID!, title: String!): Post }
        type Post { id: ID! title: String! }
        type Message { id: ID! content: String }
        type User @canonical { id: ID! email: String! address: String! }
        type Query { singlePost(id: ID!): Post getMessage(id: ID!): Message count: Int @canonical }
    """
    other = """
        type Post @hidden { id: ID! title: Int internalSecret: String! }
        type Message @renamed(to: "ChatMessage") {
            id: ID! chatId: ID! from: User! secret: ID @hidden
        }
        type User { id: ID! email: Int }
        union Found = Message | Post
        enum Colour { RED }
        type Query {
            getPost(id: ID!): [Post!]
            getMessage(id: ID!): Message @renamed(to: "getChatMessage")
            count: String
        }
    """
    third = "type Query { count: Int all: Int @aws_iam } enum Colour { RED GREEN } enum Post2 { A }"
    for sdl in (one, other, third):
        made = associate(client, merged_id, source_with(appsync, client, sdl))
        assert state(client, merged_id, made)[0] == "MERGE_SUCCESS"
    found = types_of(client, merged_id)
    assert found["Query"] == (
        "type Query { singlePost(id: ID!): Post getMessage(id: ID!): Message count: Int "
        "getChatMessage(id: ID!): ChatMessage all: Int @aws_iam }"
    )
    assert found["Post"] == "type Post { id: ID! title: String! }"
    assert found["User"] == "type User { id: ID! email: String! address: String! }"
    assert found["ChatMessage"] == "type ChatMessage { id: ID! chatId: ID! from: User! }"
    assert found["Found"] == "union Found = ChatMessage"
    assert found["Colour"] == "enum Colour { RED GREEN }"


def test_a_canonical_definition_stands_for_those_before_it(
    appsync: AppSync, client: Any, merged_id: str
) -> None:
    one = "type Query { a: Shared count: Int } type Shared { x: Int }"
    other = "type Query { count: ID @canonical } type Shared @canonical { x: String }"
    for sdl in (one, other):
        associate(client, merged_id, source_with(appsync, client, sdl))
    assert types_of(client, merged_id) == {
        "Query": "type Query { a: Shared count: ID }",
        "Shared": "type Shared { x: String }",
    }


@pytest.mark.parametrize(
    ("sdl", "detail"),
    [
        (
            "type Query { b: Int } type Shared { x: String! }",
            "Unable to resolve conflict on object with name Shared.x: "
            "Merging is not supported for fields with different types.",
        ),
        (
            "type Query { b: Int } input Shared { y: Int }",
            "Unable to resolve conflict on object with name Shared: "
            "Merging is not supported for different kinds of types.",
        ),
        (
            "type Query { b: Int } type Unused @hidden { x: Int } union Some = Unused",
            "Schema has the following errors:",
        ),
    ],
)
def test_a_conflict_leaves_the_schema_as_it_was(
    appsync: AppSync, client: Any, merged_id: str, sdl: str, detail: str
) -> None:
    one = source_with(appsync, client, "type Query { a: Shared } type Shared { x: Int }")
    first = associate(client, merged_id, one)
    before = types_of(client, merged_id)
    other = source_with(appsync, client, sdl)
    made = associate(client, merged_id, other)
    failed, found = state(client, merged_id, made)
    assert failed == "MERGE_FAILED"
    assert found is not None
    assert found.startswith(detail)
    assert state(client, merged_id, first)[0] == "MERGE_SUCCESS"
    assert types_of(client, merged_id) == before
    client.start_schema_creation(apiId=other, definition=b"type Query { b: Int }")
    assert state(client, merged_id, made)[0] == "MERGE_FAILED"
    client.start_schema_merge(mergedApiIdentifier=merged_id, associationId=made["associationId"])
    assert state(client, merged_id, made)[0] == "MERGE_SUCCESS"
    assert types_of(client, merged_id)["Query"] == "type Query { a: Shared b: Int }"


def test_where_the_others_conflict_an_association_does_not_end(
    appsync: AppSync, client: Any, merged_id: str, refused: Refusal
) -> None:
    def source(sdl: str) -> Any:
        return associate(client, merged_id, source_with(appsync, client, sdl))

    decides = source("type Query { a: T } type T @canonical { x: Int }")
    source("type Query { b: T } type T { x: Int }")
    last = source("type Query { c: T } type T { x: String }")
    before = types_of(client, merged_id)
    both = {"mergedApiIdentifier": merged_id, "associationId": decides["associationId"]}
    client.disassociate_source_graphql_api(**both)
    status, detail = state(client, merged_id, decides)
    assert (status, "T.x" in str(detail)) == ("DELETION_FAILED", True)
    assert types_of(client, merged_id) == before
    client.disassociate_source_graphql_api(**both | {"associationId": last["associationId"]})
    client.disassociate_source_graphql_api(**both)
    with refused("NotFoundException", 404):
        client.get_source_api_association(**both)
    assert types_of(client, merged_id)["Query"] == "type Query { b: T }"


def association_of(client: Any, **both: str) -> Any:
    types_of(client, both["mergedApiIdentifier"])
    return client.get_source_api_association(**both)["sourceApiAssociation"]


@pytest.mark.appsync(page_size=1)
def test_a_merge_neither_repeats_nor_shifts_a_page(
    appsync: AppSync, client: Any, merged_id: str
) -> None:
    source = source_with(appsync, client, "type A { a: Int } type B { b: Int } type Query { a: A }")
    id = associate(client, merged_id, source)["associationId"]
    ask: dict[str, Any] = {"apiId": merged_id, "format": "SDL"}
    first = client.list_types(**ask)
    sdl = b"type C { c: Int } type Query { a: A } type B { b: Int } type A { a: Int }"
    client.start_schema_creation(apiId=source, definition=sdl)
    client.start_schema_merge(associationId=id, mergedApiIdentifier=merged_id)
    pages = [first]
    while "nextToken" in pages[-1]:
        pages.append(client.list_types(**ask, nextToken=pages[-1]["nextToken"]))
    names = [each["name"] for page in pages for each in page["types"]]
    assert sorted(names) == ["A", "B", "C", "Query"]


def test_a_manual_merge_waits_and_an_automatic_one_follows(
    appsync: AppSync, client: Any, merged_id: str
) -> None:
    source = source_with(appsync, client, "type Query { a: Int }")
    made = associate(client, merged_id, source)
    both = {"mergedApiIdentifier": merged_id, "associationId": made["associationId"]}
    client.start_schema_creation(apiId=source, definition=b"type Query { b: Int }")
    assert types_of(client, merged_id) == {"Query": "type Query { a: Int }"}
    client.update_source_api_association(
        **both, sourceApiAssociationConfig={"mergeType": "AUTO_MERGE"}
    )
    assert types_of(client, merged_id) == {"Query": "type Query { b: Int }"}
    client.create_type(apiId=source, format="SDL", definition="type More { c: Int }")
    assert list(types_of(client, merged_id)) == ["Query", "More"]
    date = association_of(client, **both)["lastSuccessfulMergeDate"]
    appsync.clock.advance(hours=5)
    sdl = client.get_introspection_schema(apiId=source, format="SDL")["schema"].read()
    client.start_schema_creation(apiId=source, definition=sdl)
    assert association_of(client, **both)["lastSuccessfulMergeDate"] == date, "nothing is new"
    client.disassociate_source_graphql_api(**both)
    assert types_of(client, merged_id) == {}


@slow
def test_a_merge_has_the_date_of_its_end(appsync: AppSync, client: Any, merged_id: str) -> None:
    source = appsync.add_api("source").id
    client.start_schema_creation(apiId=source, definition=b"type Query { a: Int }")
    appsync.clock.advance(seconds=31)
    began = appsync.clock.now()
    made = associate(client, merged_id, source)
    both = {"mergedApiIdentifier": merged_id, "associationId": made["associationId"]}
    assert "lastSuccessfulMergeDate" not in association_of(client, **both)
    appsync.clock.advance(seconds=31)
    first = association_of(client, **both)["lastSuccessfulMergeDate"]
    assert 30 <= first.timestamp() - began < 31
    client.start_schema_merge(**both)
    assert association_of(client, **both)["lastSuccessfulMergeDate"] == first
    appsync.clock.advance(seconds=31)
    assert association_of(client, **both)["lastSuccessfulMergeDate"] > first


@slow
def test_a_failed_merge_stays_failed_while_another_one_works(
    appsync: AppSync, client: Any, merged_id: str
) -> None:
    made = []
    for name in ("one", "two"):
        made.append(associate(client, merged_id, appsync.add_api(name).id))
        appsync.clock.advance(seconds=31)
    first, second = made
    assert state(client, merged_id, first) == NO_TYPES
    both = {"mergedApiIdentifier": merged_id, "associationId": second["associationId"]}
    client.start_schema_merge(**both)
    assert state(client, merged_id, first) == NO_TYPES
    assert state(client, merged_id, second) == ("MERGE_IN_PROGRESS", None)
    appsync.clock.advance(seconds=31)
    assert state(client, merged_id, second) == NO_TYPES


NO_TYPES = ("MERGE_FAILED", "There's no types found in this API")


@pytest.mark.parametrize("merge_type", ["MANUAL_MERGE", "AUTO_MERGE"])
def test_a_source_without_a_schema_is_not_merged(
    appsync: AppSync, client: Any, merged_id: str, merge_type: str
) -> None:
    associate(client, merged_id, source_with(appsync, client, "type Query { a: Int }"))
    source = appsync.add_api("source").id
    config = {"mergeType": merge_type}
    made = associate(client, merged_id, source, sourceApiAssociationConfig=config)
    assert state(client, merged_id, made) == NO_TYPES
    assert types_of(client, merged_id) == {"Query": "type Query { a: Int }"}
    client.start_schema_creation(apiId=source, definition=b"type Query { b: Int }")
    if merge_type == "MANUAL_MERGE":
        assert state(client, merged_id, made) == NO_TYPES
        both = {"mergedApiIdentifier": merged_id, "associationId": made["associationId"]}
        client.start_schema_merge(**both)
    assert state(client, merged_id, made)[0] == "MERGE_SUCCESS"
    assert types_of(client, merged_id) == {"Query": "type Query { a: Int b: Int }"}


@pytest.mark.parametrize("with_extra", [True, False])
def test_a_source_whose_types_were_all_deleted_is_not_merged(
    appsync: AppSync,
    client: Any,
    merged_id: str,
    monkeypatch: pytest.MonkeyPatch,
    with_extra: bool,
) -> None:
    emptied = appsync.add_api("emptied").id
    client.create_type(apiId=emptied, format="SDL", definition="type Order { id: ID }")
    client.delete_type(apiId=emptied, typeName="Order")
    if not with_extra:
        monkeypatch.setitem(sys.modules, "graphql", None)
    made = associate(client, merged_id, emptied)
    [listed] = client.list_source_api_associations(apiId=merged_id)["sourceApiAssociationSummaries"]
    assert listed["associationId"] == made["associationId"]
    assert state(client, merged_id, made) == NO_TYPES
    assert types_of(client, merged_id) == {}


def test_an_automatic_merge_does_not_take_the_last_type(
    appsync: AppSync, client: Any, merged_id: str
) -> None:
    source = source_with(appsync, client, "type Query { a: Int }")
    automatic = {"mergeType": "AUTO_MERGE"}
    made = associate(client, merged_id, source, sourceApiAssociationConfig=automatic)
    client.delete_type(apiId=source, typeName="Query")
    assert types_of(client, merged_id) == {"Query": "type Query { a: Int }"}
    assert state(client, merged_id, made) == NO_TYPES


def test_where_all_is_hidden_there_is_nothing_to_merge(
    appsync: AppSync, client: Any, merged_id: str
) -> None:
    made = associate(
        client, merged_id, source_with(appsync, client, "type Query @hidden { a: Int }")
    )
    assert state(client, merged_id, made)[0] == "MERGE_SUCCESS"
    assert types_of(client, merged_id) == {}


def test_a_canonical_type_stands_for_others_and_extended_roots_have_their_names(
    appsync: AppSync, client: Any, merged_id: str
) -> None:
    one = "type Query { a: Shared } type Shared { x: Int }"
    other = """
        type Query { b: Int }
        type Shared @canonical { y: Int z: Int }
        type Changing { c: Int }
        extend schema { mutation: Changing }
        schema { query: Query }
        type Fixed @renamed(to: true) { d: Int }
    """
    for sdl in (one, other):
        associate(client, merged_id, source_with(appsync, client, sdl))
    found = types_of(client, merged_id)
    assert found["Shared"] == "type Shared { y: Int z: Int }"
    assert found["Mutation"] == "type Mutation { c: Int }"
    assert found["Fixed"] == "type Fixed { d: Int }"


_MARKS = st.sampled_from(
    ["", " @hidden", " @canonical", ' @renamed(to: "B")', " @renamed(to: true)", " @renamed"]
)
_DEFINITIONS = st.builds(
    "{} A{} {{ x: {}{} }}".format,
    st.sampled_from(["type", "interface", "input", "extend type", "directive @A on OBJECT type"]),
    _MARKS,
    st.sampled_from(["Int", "[A!]", "B", "[" * 2000 + "Int" + "]" * 2000]),
    _MARKS,
) | st.sampled_from(["union B = A", "enum B { A }", "extend schema { mutation: A }", "{ a }", "#"])


@settings(max_examples=examples(10, 100), deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.lists(_DEFINITIONS, max_size=3)), max_size=4))
def test_no_mistake_in_a_schema_leaves_an_operation_as_an_exception_of_ours(
    sources: list[tuple[bool, list[str]]],
) -> None:
    with AppSync() as appsync:
        client = appsync.client()
        made = client.create_graphql_api(name="m", authenticationType="API_KEY", apiType="MERGED")
        merged = made["graphqlApi"]["apiId"]
        for has_query, definitions in sources:
            source = appsync.add_api().id
            sdl = " ".join(["type Query { a: Int }"][: int(has_query)] + definitions) or "#"
            client.start_schema_creation(apiId=source, definition=sdl.encode())
            for definition in definitions:
                with contextlib.suppress(ClientError):
                    client.create_type(apiId=source, format="SDL", definition=definition)
            association = associate(client, merged, source)
            assert state(client, merged, association)[0] in ("MERGE_SUCCESS", "MERGE_FAILED")
            for api in (source, merged):
                for name in ("GetIntrospectionSchema", "ListTypes"):
                    with contextlib.suppress(ClientError):
                        getattr(client, xform_name(name))(apiId=api, format="JSON")


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("start_schema_creation", {"definition": b"type Query { a: Int }"}),
        ("create_type", {"format": "SDL", "definition": "type More { c: Int }"}),
        ("update_type", {"format": "SDL", "typeName": "Query"}),
        ("delete_type", {"typeName": "Query"}),
    ],
)
def test_the_schema_of_a_merged_api_is_read_only(
    client: Any, merged_id: str, refused: Refusal, operation: str, params: Any
) -> None:
    with refused("BadRequestException", 400, f"merged API {merged_id} is read-only"):
        getattr(client, operation)(apiId=merged_id, **params)


@pytest.mark.parametrize(
    ("of_the_merged_api", "status"),
    [
        ({"authenticationType": "AWS_IAM"}, "MERGE_SUCCESS"),
        (
            {
                "authenticationType": "API_KEY",
                "additionalAuthenticationProviders": [{"authenticationType": "AWS_IAM"}],
            },
            "MERGE_SUCCESS",
        ),
        ({"authenticationType": "API_KEY"}, "MERGE_FAILED"),
    ],
)
def test_a_merged_api_needs_the_ways_to_authorize_of_its_sources(
    client: Any, of_the_merged_api: dict[str, Any], status: str
) -> None:
    """Only the source's own one: an additional one is not needed."""
    source = client.create_graphql_api(
        name="source",
        authenticationType="AWS_IAM",
        additionalAuthenticationProviders=[{"authenticationType": "API_KEY"}],
    )["graphqlApi"]["apiId"]
    client.start_schema_creation(apiId=source, definition=b"type Query { a: Int }")
    merged = client.create_graphql_api(name="merged", apiType="MERGED", **of_the_merged_api)
    merged_id = merged["graphqlApi"]["apiId"]
    found, detail = state(client, merged_id, associate(client, merged_id, source))
    assert found == status
    if status == "MERGE_FAILED":
        assert detail == (
            f"The merged API does not have authorization mode AWS_IAM of API {source}."
        )
        assert types_of(client, merged_id) == {}


@needs("PutGraphqlApiEnvironmentVariables")
def test_a_merged_api_has_the_environment_variables_of_its_sources(
    appsync: AppSync, client: Any, merged_id: str, refused: Refusal
) -> None:
    def of(api: str) -> Any:
        answer = client.get_graphql_api_environment_variables(apiId=api)
        return answer["environmentVariables"]

    def put(api: str, **variables: str) -> None:
        client.put_graphql_api_environment_variables(apiId=api, environmentVariables=variables)

    first, second = (
        source_with(appsync, client, f"type Query {{ {field}: Int }}") for field in "ab"
    )
    put(first, TABLE="orders", REGION="here")
    put(second, TABLE="items")
    assert of(merged_id) == {}
    made = associate(client, merged_id, first)
    assert of(merged_id) == {"TABLE": "orders", "REGION": "here"}
    other = associate(client, merged_id, second)
    assert state(client, merged_id, other) == (
        "MERGE_FAILED",
        "Environment variable TABLE is in more than one source API.",
    )
    assert of(merged_id) == {"TABLE": "orders", "REGION": "here"}
    assert types_of(client, merged_id) == {"Query": "type Query { a: Int }"}
    put(second, ITEMS="items")
    for association in (made, other):
        client.start_schema_merge(
            mergedApiIdentifier=merged_id, associationId=association["associationId"]
        )
        assert state(client, merged_id, association)[0] == "MERGE_SUCCESS"
    assert of(merged_id) == {"TABLE": "orders", "REGION": "here", "ITEMS": "items"}
    assert of(second) == {"ITEMS": "items"}
    words = f"^The list of environment variables of merged API {merged_id} is read-only: "
    with refused("BadRequestException", 400, words):
        put(merged_id, MINE="1")
    client.disassociate_source_graphql_api(
        mergedApiIdentifier=merged_id, associationId=made["associationId"]
    )
    assert of(merged_id) == {"ITEMS": "items"}


@needs("PutGraphqlApiEnvironmentVariables")
@slow
def test_environment_variables_come_and_go_with_the_types(
    appsync: AppSync, client: Any, merged_id: str
) -> None:
    source = appsync.add_api("source").id
    client.put_graphql_api_environment_variables(
        apiId=source, environmentVariables={"TABLE": "orders"}
    )
    client.start_schema_creation(apiId=source, definition=b"type Query { a: Int }")
    appsync.clock.advance(seconds=31)

    def variables() -> Any:
        answer = client.get_graphql_api_environment_variables(apiId=merged_id)
        return answer["environmentVariables"]

    both = {
        "mergedApiIdentifier": merged_id,
        "associationId": associate(client, merged_id, source)["associationId"],
    }
    assert (variables(), types_of(client, merged_id)) == ({}, {})
    appsync.clock.advance(seconds=31)
    merged = {"TABLE": "orders"}, {"Query": "type Query { a: Int }"}
    assert (variables(), types_of(client, merged_id)) == merged
    for begin in (client.start_schema_merge, client.disassociate_source_graphql_api):
        begin(**both)
        assert (variables(), types_of(client, merged_id)) == merged
        appsync.clock.advance(seconds=31)
    assert (variables(), types_of(client, merged_id)) == ({}, {})


@slow
def test_one_merge_after_the_other(
    appsync: AppSync, client: Any, merged_id: str, refused: Refusal
) -> None:
    """Seen on AWS: of associations made at the same time all but one get a 409."""
    first = appsync.add_api().id
    association = associate(client, merged_id, first)["associationId"]
    with refused("ConcurrentModificationException", 409, ALTERED):
        client.disassociate_merged_graphql_api(sourceApiIdentifier=first, associationId=association)
    second, arn = appsync.add_api().id, f"{ARN}apis/{merged_id}"
    with refused("ConcurrentModificationException", 409, ALTERED):
        associate(client, arn, second)
    appsync.clock.advance(seconds=31)
    appsync.clock.advance(days=-1)
    associate(client, arn, second)


def test_without_the_extra_the_sources_stand_one_after_the_other(
    appsync: AppSync, client: Any, merged_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "graphql", None)
    for sdl in ("type Query { a: Int }", "type More { b: Int }"):
        associate(client, merged_id, source_with(appsync, client, sdl))
    found = client.get_introspection_schema(apiId=merged_id, format="SDL")["schema"].read()
    assert found == b"type Query { a: Int }\n\ntype More { b: Int }"
