"""The text of a schema: it comes back as it came, and it is kept once."""

from __future__ import annotations

import gc
import sys
from types import ModuleType
from typing import Any

import graphql
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_appsync import Api, AppSync
from pytest_appsync.appsync import lifecycle_of
from tests.thoroughness import IS_THOROUGH, examples

IGNORED = st.lists(
    st.sampled_from(
        [" ", "\t", ",", "\n", "\r", "\r\n", "\ufeff", "# € type T0 { a: Int }\r\n", '#"""😀\n']
    ),
    max_size=6,
).map("".join)
TYPES = [
    "type {} {{ a: Int }}",
    "type {}\r\n{{\r\n\ta:Int # é\r\n  b(c:,Int): [T]}}",
    '"é \\"€\\" \\u20ac # no comment" type {} {{ a: T }}',
    '"""\n    😀 {{ "\n      \\""" two\r\n""" enum {} {{ "first" A B }}',
    '"" input {} {{ "€" a: Int = 1 }}',
    "union {} = T",
    "interface {}\n{{ a: ID }}",
]


@settings(max_examples=examples(50, 500), deadline=None)
@given(
    shapes=st.lists(st.sampled_from(TYPES), max_size=6),
    has_root=st.booleans(),
    ignored=st.lists(IGNORED, min_size=9, max_size=9),
)
def test_a_schema_comes_back_as_it_came(
    shapes: list[str], has_root: bool, ignored: list[str]
) -> None:
    texts = [shape.format(f"T{number}") for number, shape in enumerate(shapes)]
    texts = ["type T { a: Int }", *texts, "type Query { t: T }"]
    root = ["schema\n{ query: Query }"] if has_root else []
    definitions = [*texts[:-1], *root, texts[-1]]
    parts = [
        part
        for ignored_here, text in zip(ignored, definitions, strict=False)
        for part in (",", ignored_here, text)
    ]
    sdl = "".join([*parts[1:], ignored[-1]]).encode()
    with AppSync() as appsync:
        client: Any = appsync.client()
        api = appsync.add_api().id
        client.start_schema_creation(apiId=api, definition=sdl)
        found = client.get_introspection_schema(apiId=api, format="SDL")["schema"].read()
        types = client.list_types(apiId=api, format="SDL", maxResults=25)["types"]
    assert found == sdl
    assert [each["definition"] for each in types] == texts
    for each in types:
        [node] = graphql.parse(each["definition"]).definitions
        described: Any = getattr(node, "description", None)
        assert each.get("description") == (described and described.value)


OLDER = ModuleType("graphql")
"""graphql-core before 3.2, which older frameworks bring, has the name, and reads it otherwise."""
vars(OLDER)["parse"] = graphql.parse


# A folder `graphql` of the application is no extra.
@pytest.mark.parametrize(
    "instead", [None, ModuleType("graphql"), OLDER], ids=["nothing", "another", "older"]
)
def test_text_that_is_not_utf8_comes_back_without_the_extra(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch, instead: ModuleType | None
) -> None:
    monkeypatch.setitem(sys.modules, "graphql", instead)
    client: Any = appsync.client()
    api = appsync.add_api().id
    client.start_schema_creation(apiId=api, definition=b"\xef\xbb\xbf \xff\r\n")
    found = client.get_introspection_schema(apiId=api, format="SDL")["schema"].read()
    assert found == b"\xef\xbb\xbf \xff\r\n"


def test_a_resolver_needs_a_field_of_the_type_as_it_is_now(appsync: AppSync) -> None:
    client: Any = appsync.client()
    api = appsync.add_api().id
    client.start_schema_creation(apiId=api, definition=b"type Query { old: Int }")
    client.create_data_source(apiId=api, name="none", type="NONE")
    resolver = {"apiId": api, "typeName": "Query", "dataSourceName": "none"}
    client.create_resolver(**resolver, fieldName="old")
    definition = "type Query { new: Int }"
    client.update_type(apiId=api, typeName="Query", format="SDL", definition=definition)
    with pytest.raises(ClientError, match="No field named old found on type Query"):
        client.update_resolver(**resolver, fieldName="old")
    client.create_resolver(**resolver, fieldName="new")


@pytest.mark.parametrize("definition", ["enum Any { A }", "union Any = Query"])
def test_a_type_without_fields_has_none_for_a_resolver(appsync: AppSync, definition: str) -> None:
    client: Any = appsync.client()
    api = appsync.add_api().id
    client.create_type(apiId=api, format="SDL", definition=definition)
    client.create_data_source(apiId=api, name="none", type="NONE")
    with pytest.raises(ClientError, match="No field named A found on type Any"):
        client.create_resolver(apiId=api, typeName="Any", fieldName="A", dataSourceName="none")


# --- size ----------------------------------------------------------------------------

COUNT = examples(3, 5)
FIELDS = " ".join(f"field{number:04}: Int" for number in range(666))
MANY = {
    "small": "type T{} {{ a: Int }}",
    "comment": f"type T{{}} {{{{ a: Int #{'x' * 10_000}\n }}}}",
    "fields": f"type T{{}} {{{{ {FIELDS} }}}}",
    "description": f'"{"word " * 2000}" type T{{}} {{{{ a: Int }}}}',
    "not ASCII": f"type T{{}} {{{{ a: Int #{'x' * 10_000}😀\n }}}}",
}


def size(*states: object) -> int:
    """The bytes of objects and of all that they hold, but classes and what these hold."""
    found: dict[int, object] = {}
    waiting: list[object] = list(states)
    while waiting:
        each = waiting.pop()
        if id(each) not in found and not isinstance(each, type | ModuleType):
            found[id(each)] = each
            waiting += gc.get_referents(each)
    return sum(map(sys.getsizeof, found.values()))


def stored(appsync: AppSync, api: Api) -> Any:
    return lifecycle_of(appsync).simulation.service.region(api.region).apis.get(api.id)


@pytest.mark.parametrize("shape", MANY if IS_THOROUGH else ["fields"])
@pytest.mark.parametrize("way", ["StartSchemaCreation", "CreateType"])
def test_a_type_takes_little_more_than_its_text(appsync: AppSync, way: str, shape: str) -> None:
    """Also after it was asked for. Its JSON, once asked for, is kept beside and not counted."""
    client: Any = appsync.client()
    api = appsync.add_api()
    texts = [MANY[shape].format(number) for number in range(COUNT)]
    query = "type Query { a: Int }"
    client.start_schema_creation(apiId=api.id, definition=query.encode())
    ask_for_all(client, api)
    before = size(stored(appsync, api).schema)
    if way == "CreateType":
        for text in texts:
            client.create_type(apiId=api.id, format="SDL", definition=text)
    else:
        client.start_schema_creation(apiId=api.id, definition="\n".join([query, *texts]).encode())
    assert ask_for_all(client, api) == COUNT + 1
    said = sum(len(text.encode()) for text in texts)
    more = (size(stored(appsync, api).schema) - before - said) / COUNT
    assert 0 < more < 2048


def ask_for_all(client: Any, api: Api) -> int:
    for format in ("SDL", "JSON"):
        client.get_introspection_schema(apiId=api.id, format=format)
        types = client.list_types(apiId=api.id, format=format)["types"]
    for each in types:
        with pytest.raises(ClientError, match=r"No resolver found|No field named"):
            client.get_resolver(apiId=api.id, typeName=each["name"], fieldName="a")
    return len(types)


def test_an_association_does_not_take_the_text_again(appsync: AppSync) -> None:
    client: Any = appsync.client()
    source = appsync.add_api()
    sdl = MANY["fields"].format("") + " type Query { t: T }"
    client.start_schema_creation(apiId=source.id, definition=sdl.encode())
    id = client.create_graphql_api(name="merged", authenticationType="API_KEY", apiType="MERGED")[
        "graphqlApi"
    ]["apiId"]
    client.associate_source_graphql_api(mergedApiIdentifier=id, sourceApiIdentifier=source.id)
    found = client.get_introspection_schema(apiId=id, format="SDL")["schema"].read()
    [merged] = [each for each in appsync.apis() if each.id == id]
    both = [stored(appsync, api) for api in (source, merged)]
    [association] = both[1].owned("SourceApiAssociation")
    # It, and two types of each API.
    more = size(association, *(api.schema for api in both)) - len(sdl) - len(found)
    assert 0 < more < 5 * 2048
