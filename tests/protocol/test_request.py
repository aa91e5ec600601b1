"""A request is read by the service model, or refused by a BadRequestException that says why."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from pytest_appsync import AppSync
from tests.protocol.reading import (
    api_body,
    read,
    read_api,
    read_create,
    refusal,
    refusal_of_api,
    refusal_of_create,
)

ARN = "arn:aws:appsync:us-east-1:123456789012:apis/7eeywqbd6na5voygrlzgvyxciu"


# --- bodies --------------------------------------------------------------------------


def test_a_request_is_its_parameters() -> None:
    assert read_create(b'{"description": "web", "expires": 1784632175}') == {
        "apiId": "orders",
        "description": "web",
        "expires": 1784632175,
    }


@pytest.mark.parametrize("body", [b"", None, b"{}", "{}", bytearray(b"{}")], ids=repr)
def test_a_body_may_say_nothing(body: Any) -> None:
    assert read_create(body) == {"apiId": "orders"}


def test_a_body_may_be_a_file() -> None:
    assert read_create(io.BytesIO(b'{"expires": 7}')) == {"apiId": "orders", "expires": 7}


@pytest.mark.parametrize(
    "body",
    [
        b"not JSON",
        b"{",
        b'{"expires": 1',
        b"{'expires': 1}",
        b'{"expires": 1} and more',
        b'{"expires": 1,}',
        b"<html></html>",
        b" ",
        b"\x00",
        b"\xef\xbb\xbf{}",
        b'{"expires": NaN}',
        b'{"expires": Infinity}',
        b'{"expires": -Infinity}',
        b'{"anything": [NaN]}',
        b'{"description": "\xff"}',
        b'{"description": "\xed\xa0\x80"}',
        "{}".encode("utf-16"),
        b'{"expires": ' + b"1" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"description":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_body_that_is_not_json(body: bytes) -> None:
    assert "The request body is not JSON" in refusal_of_create(body)


def test_a_constant_of_javascript_is_named() -> None:
    assert "NaN is no JSON number" in refusal_of_create(b'{"expires": NaN}')


@pytest.mark.parametrize("body", [b"[]", b"1", b'"text"', b"null", b"true", b"[{}]"], ids=repr)
def test_a_body_that_is_not_an_object(body: bytes) -> None:
    assert refusal_of_create(body) == "The request body is not a JSON object."


@pytest.mark.parametrize("depth", [10, 100, 500, 900, 990, 1000, 1100])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_body_of_any_depth(depth: int, opening: str, closing: str) -> None:
    nested = opening * depth + ("" if opening == "[" else "1") + closing * depth
    refusal_of_create(f'{{"description": {nested}}}'.encode())


def test_unknown_members_are_ignored() -> None:
    body = b'{"expires": 7, "colour": "red", "Expires": 8, "apiId": "other", "": {"deep": []}}'
    assert read_create(body) == {"apiId": "orders", "expires": 7}


def test_null_is_as_good_as_nothing() -> None:
    assert read_create(b'{"expires": null, "description": null}') == {"apiId": "orders"}
    assert read_api(api_body(tags=None, logConfig=None)) == read_api(api_body())


# --- types ---------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["text", "7", 7.0, 7.5, True, [], {}, [7], 1e300], ids=repr)
def test_what_is_no_integer(value: Any) -> None:
    message = refusal_of_create(json.dumps({"expires": value}))
    assert "at 'expires' failed to satisfy constraint: Member must be an integer" in message
    assert message.startswith("1 validation error detected: Value '")


def test_a_number_too_large_for_a_float_is_no_integer() -> None:
    assert "Member must be an integer" in refusal_of_create(b'{"expires": 1e999}')


@pytest.mark.parametrize("value", [7, 7.5, True, False, [], {}, ["text"], {"a": 1}], ids=repr)
def test_what_is_no_string(value: Any) -> None:
    message = refusal_of_create(json.dumps({"description": value}))
    assert "at 'description' failed to satisfy constraint: Member must be a string" in message


@pytest.mark.parametrize("value", ["true", 1, 0, [], {}], ids=repr)
def test_what_is_no_boolean(value: Any) -> None:
    message = refusal_of_api(api_body(xrayEnabled=value))
    assert "at 'xrayEnabled' failed to satisfy constraint: Member must be a boolean" in message


@pytest.mark.parametrize("value", ["text", 1, True, [], ["a"]], ids=repr)
def test_what_is_no_structure(value: Any) -> None:
    message = refusal_of_api(api_body(logConfig=value))
    assert f"Value '{value}' at 'logConfig' failed to satisfy constraint: " in message
    assert message.endswith(": Member must be a structure")


@pytest.mark.parametrize("value", ["text", 1, True, {}, {"a": []}], ids=repr)
def test_what_is_no_list(value: Any) -> None:
    message = refusal_of_api(api_body(additionalAuthenticationProviders=value))
    assert f"Value '{value}' at 'additionalAuthenticationProviders' failed" in message
    assert message.endswith(": Member must be a list")


@pytest.mark.parametrize("value", ["text", 1, True, [], [["a", "b"]]], ids=repr)
def test_what_is_no_map(value: Any) -> None:
    message = refusal_of_api(api_body(tags=value))
    assert f"Value '{value}' at 'tags' failed to satisfy constraint: " in message
    assert message.endswith(": Member must be a map")


@pytest.mark.parametrize("value", ["no base64", "a", 7, "ä", [], "YQ=\n"], ids=repr)
def test_what_is_no_blob(value: Any) -> None:
    path = "/v1/apis/orders/schemacreation"
    message = refusal("StartSchemaCreation", path, json.dumps({"definition": value}))
    assert "at 'definition' failed to satisfy constraint: Member must be base64" in message


def test_a_blob_is_bytes() -> None:
    path = "/v1/apis/orders/schemacreation"
    assert read("StartSchemaCreation", path, b'{"definition": "AP8="}') == {
        "apiId": "orders",
        "definition": b"\x00\xff",
    }


@pytest.mark.parametrize("expires", [2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 10**4000])
def test_an_integer_has_any_size(expires: int) -> None:
    """The bounds of a key's validity are for the service to judge."""
    digits = "1" + "0" * 4000 if expires == 10**4000 else str(expires)
    assert read_create(f'{{"expires": {digits}}}')["expires"] == expires


@pytest.mark.parametrize("body", [b'{"description": "\\ud800"}', '{"description": "\udfff"}'])
def test_half_a_character_is_no_text(body: Any) -> None:
    assert "at 'description' failed to satisfy constraint: Member must be valid Unicode" in (
        refusal_of_create(body)
    )


@pytest.mark.parametrize(
    "tags", [b'{"\\ud800": "web"}', b'{"team": "\\ud800"}'], ids=["key", "value"]
)
def test_half_a_character_is_no_text_in_a_map_either(tags: bytes) -> None:
    body = b'{"name": "a", "authenticationType": "API_KEY", "tags": ' + tags + b"}"
    assert "Member must be valid Unicode" in refusal_of_api(body)


def test_a_long_value_is_shown_in_short() -> None:
    assert len(refusal_of_create(json.dumps({"expires": "x" * 10**6}))) < 300
    assert f"Value '{'x' * 100}...' at" in refusal_of_create(json.dumps({"expires": "x" * 101}))
    assert f"Value '{'x' * 100}' at" in refusal_of_create(json.dumps({"expires": "x" * 100}))


# --- paths and queries ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_the_wire", "api_id"),
    [
        ("orders", "orders"),
        ("a%2Fb", "a/b"),
        ("a%20b", "a b"),
        ("a+b", "a+b"),
        ("%C3%A4", "ä"),
        ("%25", "%"),
        ("100%", "100%"),
        ("..", ".."),
        ("apikeys", "apikeys"),
    ],
)
def test_an_identifier_in_the_path(on_the_wire: str, api_id: str) -> None:
    assert read("CreateApiKey", f"/v1/apis/{on_the_wire}/apikeys") == {"apiId": api_id}


def test_two_identifiers_in_the_path() -> None:
    assert read("DeleteApiKey", "/v1/apis/orders/apikeys/da2-a%2Fb") == {
        "apiId": "orders",
        "id": "da2-a/b",
    }


def test_an_endpoint_may_have_a_path_of_its_own() -> None:
    assert read("CreateApiKey", "/proxy/aws/v1/apis/orders/apikeys") == {"apiId": "orders"}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/apis//apikeys",
        "/v1/apis/apikeys",
        "/v1/apis/orders/apikey",
        "/v1/apis/orders/apikeys/da2-x",
        "/v1/apis/orders/items/apikeys",
        "/v2/apis/orders/apikeys",
        "/",
        "",
    ],
)
def test_a_path_of_another_form(path: str) -> None:
    assert "is not of the form /v1/apis/{apiId}/apikeys" in refusal("CreateApiKey", path)


def test_a_path_with_an_empty_identifier_is_of_another_form() -> None:
    message = refusal("DeleteApiKey", "/v1/apis/orders/apikeys/")
    assert "is not of the form /v1/apis/{apiId}/apikeys/{id}" in message


@pytest.mark.parametrize("api_id", ["%FF", "%ED%A0%80", "%C3"])
def test_an_identifier_that_is_not_utf_8(api_id: str) -> None:
    message = refusal("CreateApiKey", f"/v1/apis/{api_id}/apikeys")
    assert "at 'apiId' failed to satisfy constraint: Member must be valid Unicode" in message


@pytest.mark.parametrize("token", ["%FF", "%ED%A0%80", "%C3"])
def test_a_query_that_is_not_utf_8(token: str) -> None:
    message = refusal("ListApiKeys", f"/v1/apis/orders/apikeys?nextToken={token}")
    assert "at 'nextToken' failed to satisfy constraint: Member must be valid Unicode" in message


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("", {}),
        ("maxResults=0", {"maxResults": 0}),
        ("maxResults=25", {"maxResults": 25}),
        ("maxResults=007", {"maxResults": 7}),
        ("nextToken=a%2Bb%3D", {"nextToken": "a+b="}),
        ("nextToken=a&maxResults=3&colour=red", {"nextToken": "a", "maxResults": 3}),
    ],
)
def test_a_query(query: str, params: dict[str, Any]) -> None:
    found = read("ListApiKeys", f"/v1/apis/orders/apikeys?{query}")
    assert found == {"apiId": "orders", **params}


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("maxResults=26", "Value '26' at 'maxResults'.*less than or equal to 25"),
        ("maxResults=-1", "Value '-1' at 'maxResults'.*greater than or equal to 0"),
        ("maxResults=many", "Value 'many' at 'maxResults'.*Member must be an integer"),
        ("maxResults=1.5", "Value '1.5' at 'maxResults'.*Member must be an integer"),
        ("maxResults=", "Value '' at 'maxResults'.*Member must be an integer"),
        ("maxResults=1_0", "Value '1_0' at 'maxResults'.*Member must be an integer"),
        ("maxResults=%D9%A3", "at 'maxResults'.*Member must be an integer"),
        ("maxResults=" + "9" * 10_000, "at 'maxResults'.*Member must be an integer"),
        ("nextToken=", "Value '' at 'nextToken'.*greater than or equal to 1"),
        ("nextToken=a%20b", r"Value 'a b' at 'nextToken'.*pattern: \[\\+S\]\+"),
        ("nextToken=" + "a" * 65537, "at 'nextToken'.*less than or equal to 65536"),
    ],
    ids=lambda text: text[:30],
)
def test_a_query_out_of_bounds(query: str, complaint: str) -> None:
    assert re.search(complaint, refusal("ListApiKeys", f"/v1/apis/orders/apikeys?{query}"))


def test_a_boolean_in_a_query() -> None:
    path = "/v1/apis/orders/schema?format=SDL&includeDirectives="
    assert read("GetIntrospectionSchema", path + "false")["includeDirectives"] is False
    assert read("GetIntrospectionSchema", path + "true")["includeDirectives"] is True
    assert "Member must be a boolean" in refusal("GetIntrospectionSchema", path + "maybe")


def test_a_list_in_a_query() -> None:
    path = f"/v1/tags/{quote(ARN, safe='')}?tagKeys=team&tagKeys=stage"
    assert read("UntagResource", path) == {"resourceArn": ARN, "tagKeys": ["team", "stage"]}


def test_a_wrong_type_sent_without_validation_meets_a_modeled_exception(appsync: AppSync) -> None:
    from botocore.config import Config

    client = appsync.client(config=Config(parameter_validation=False))
    api, wrong = appsync.add_api(), {"expires": "tomorrow"}
    with pytest.raises(client.exceptions.BadRequestException, match="Value 'tomorrow' at 'expir"):
        client.create_api_key(apiId=api.id, **wrong)  # type: ignore[arg-type]
    assert appsync.api_keys(api) == []


@pytest.mark.parametrize(
    ("operation", "params", "missing"),
    [
        ("list_types", {}, "format"),
        ("get_type", {"typeName": "Query"}, "format"),
        ("get_introspection_schema", {}, "format"),
        ("untag_resource", {"resourceArn": ARN}, "tagKeys"),
    ],
)
def test_a_query_parameter_that_is_needed_sent_without_validation(
    appsync: AppSync, operation: str, params: dict[str, str], missing: str
) -> None:
    from botocore.config import Config

    client = appsync.client(config=Config(parameter_validation=False))
    api = appsync.add_api("orders", api_id="7eeywqbd6na5voygrlzgvyxciu")
    given = {"apiId": api.id, **params} if "resourceArn" not in params else params
    match = f"1 validation error detected: Value null at '{missing}' .*: Member must not be null"
    with pytest.raises(client.exceptions.BadRequestException, match=match):
        getattr(client, operation)(**given)
