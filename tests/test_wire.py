"""HTTP requests are read, and answers written, by the service model.

A request that does not follow it is a BadRequestException that says what is
wrong, whatever it is; and what botocore's own serializer wrote, or its parser
reads, arrives as it was sent.
"""

from __future__ import annotations

import functools
import io
import json
import os
import re
from collections.abc import Callable
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from botocore.awsrequest import AWSPreparedRequest, create_request_object, prepare_request_dict
from botocore.compat import HTTPHeaders
from botocore.endpoint import convert_to_response_dict
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_appsync import AppSync, HttpAnswer, model, wire
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.operations import OPERATIONS

if TYPE_CHECKING:
    from tests.in_processes import in_a_fork
else:
    from in_processes import in_a_fork

HOST = "https://appsync.us-east-1.amazonaws.com"
SIMULATED = [name for name in OPERATIONS if name in model.service_model().operation_names]


def request(
    path: str, body: Any = b"", *, method: str = "POST", headers: dict[str, str] | None = None
) -> AWSPreparedRequest:
    wire_headers = HTTPHeaders()
    for name, value in (headers or {}).items():
        wire_headers[name] = value
    return AWSPreparedRequest(method, HOST + path, wire_headers, body, False)


def read(operation: str, path: str, body: Any = b"") -> dict[str, Any]:
    return dict(wire.read_request(model.operation_model(operation), request(path, body)))


def refusal(operation: str, path: str, body: Any = b"") -> str:
    """The message with which a request is refused."""
    with pytest.raises(ServiceError) as caught:
        read(operation, path, body)
    assert caught.value.code == "BadRequestException"
    assert caught.value.message
    caught.value.message.encode()  # it has to travel as UTF-8
    assert len(caught.value.message) < 2000
    return caught.value.message


read_create = functools.partial(read, "CreateApiKey", "/v1/apis/orders/apikeys")
refusal_of_create = functools.partial(refusal, "CreateApiKey", "/v1/apis/orders/apikeys")
read_api = functools.partial(read, "CreateGraphqlApi", "/v1/apis")
refusal_of_api = functools.partial(refusal, "CreateGraphqlApi", "/v1/apis")


def api_body(**members: Any) -> bytes:
    return json.dumps({"name": "orders", "authenticationType": "API_KEY", **members}).encode()


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


def test_members_that_nobody_knows_are_ignored() -> None:
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


def test_an_empty_identifier_is_named_as_the_reason() -> None:
    assert "an identifier in it is empty" in refusal("DeleteApiKey", "/v1/apis/orders/apikeys/")


@pytest.mark.parametrize("api_id", ["%FF", "%ED%A0%80", "%C3"])
def test_an_identifier_that_is_not_utf_8(api_id: str) -> None:
    message = refusal("CreateApiKey", f"/v1/apis/{api_id}/apikeys")
    assert "at 'apiId' failed to satisfy constraint: Member must be valid Unicode" in message


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
    arn = "arn:aws:appsync:us-east-1:123456789012:apis/7eeywqbd6na5voygrlzgvyxciu"
    path = f"/v1/tags/{quote(arn, safe='')}?tagKeys=team&tagKeys=stage"
    assert read("UntagResource", path) == {"resourceArn": arn, "tagKeys": ["team", "stage"]}


# --- constraints in the body ---------------------------------------------------------


def test_an_enum() -> None:
    message = refusal_of_api(api_body(authenticationType="PASSWORD"))
    assert "Value 'PASSWORD' at 'authenticationType'" in message
    assert "enum value set: [API_KEY, AWS_IAM," in message


def test_what_is_required() -> None:
    assert refusal_of_api(b'{"authenticationType": "API_KEY"}') == (
        "1 validation error detected: "
        "Value null at 'name' failed to satisfy constraint: Member must not be null"
    )
    message = refusal_of_api(api_body(logConfig={"fieldLogLevel": "ALL"}))
    assert "Value null at 'logConfig.cloudWatchLogsRoleArn'" in message


def test_a_required_member_of_another_type_is_one_mistake() -> None:
    message = refusal_of_api(api_body(name=7))
    assert message == (
        "1 validation error detected: "
        "Value '7' at 'name' failed to satisfy constraint: Member must be a string"
    )
    message = refusal_of_api(
        api_body(logConfig={"fieldLogLevel": 7, "cloudWatchLogsRoleArn": "arn"})
    )
    assert message.startswith("1 validation error detected: Value '7' at 'logConfig.fieldLogLevel'")


def test_all_mistakes_are_told_at_once() -> None:
    message = refusal_of_api(
        api_body(
            xrayEnabled="yes",
            logConfig={"fieldLogLevel": "SOME", "cloudWatchLogsRoleArn": 7},
            additionalAuthenticationProviders=[
                {"authenticationType": "API_KEY"},
                {"openIDConnectConfig": {"issuer": "https://issuer.example", "authTTL": "long"}},
            ],
        )
    )
    assert message.startswith("4 validation errors detected: ")
    for place in (
        "'xrayEnabled'",
        "'logConfig.fieldLogLevel'",
        "'logConfig.cloudWatchLogsRoleArn'",
        "'additionalAuthenticationProviders.2.member.openIDConnectConfig.authTTL'",
    ):
        assert f"at {place}" in message


@pytest.mark.parametrize(
    ("tags", "complaint"),
    [
        ({}, "at 'tags'.*length greater than or equal to 1"),
        ({f"tag{n}": "" for n in range(51)}, "at 'tags'.*length less than or equal to 50"),
        ({"": "web"}, "at 'tags.key'.*length greater than or equal to 1"),
        ({"x" * 129: "web"}, "at 'tags.key'.*length less than or equal to 128"),
        ({"aws:team": "web"}, "at 'tags.key'.*regular expression pattern"),
        ({"team": "x" * 257}, "at 'tags.team'.*length less than or equal to 256"),
        ({"team": 7}, "at 'tags.team'.*Member must be a string"),
        ({"team": ["web"]}, "at 'tags.team'.*Member must be a string"),
        ({"team": None}, "at 'tags.team'.*Member must not be null"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_map_and_what_is_in_it(tags: Any, complaint: str) -> None:
    assert re.search(complaint, refusal_of_api(api_body(tags=tags)))


def test_a_list_has_no_holes() -> None:
    """One that was let through would come back as null, which botocore cannot parse."""
    message = refusal_of_api(api_body(additionalAuthenticationProviders=[None]))
    assert "Value null at 'additionalAuthenticationProviders.1.member'" in message
    assert message.endswith(": Member must not be null")


def test_nested_structures_are_read_whole() -> None:
    given = {
        "tags": {"team": "web", "a b:c": ""},
        "additionalAuthenticationProviders": [
            {},
            {"userPoolConfig": {"userPoolId": "pool", "awsRegion": "eu-west-1"}},
        ],
    }
    found = read_api(api_body(**given))
    assert found == {"name": "orders", "authenticationType": "API_KEY", **given}


# --- whatever there is to send -------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def member_names(operation: str) -> st.SearchStrategy[str]:
    names: set[str] = set()

    def gather(shape: Shape) -> None:
        if isinstance(shape, StructureShape):
            names.update(shape.members)
            for member in shape.members.values():
                gather(member)
        elif isinstance(shape, ListShape):
            gather(shape.member)

    gather(input_shape(operation))
    return st.sampled_from(sorted(names)) | st.text(max_size=3)


def is_read_or_refused(operation: str, path: str, body: Any = b"") -> bool:
    try:
        params = read(operation, path, body)
    except ServiceError as refused:
        return refused.code == "BadRequestException" and bool(refused.message)
    return set(params) <= set(input_shape(operation).members)


def input_shape(operation: str) -> StructureShape:
    shape = model.operation_model(operation).input_shape
    assert shape is not None
    return shape


def path_of(operation: str, identifier: str = "x") -> str:
    template: str = model.operation_model(operation).http["requestUri"]
    return re.sub(r"\{\w+\}", lambda _: identifier, template)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), operation=st.sampled_from(SIMULATED))
def test_any_json_is_read_or_refused(data: st.DataObject, operation: str) -> None:
    names = member_names(operation)
    members = json_values | st.dictionaries(names, json_values, max_size=3)
    content = data.draw(st.dictionaries(names, members, max_size=6))
    assert is_read_or_refused(operation, path_of(operation), json.dumps(content))


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=50), operation=st.sampled_from(SIMULATED))
def test_any_bytes_are_read_or_refused(body: bytes, operation: str) -> None:
    assert is_read_or_refused(operation, path_of(operation), body)


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(st.sampled_from("/%?&=+;#.aF0~:@[]ä\ud800"), max_size=20),
    operation=st.sampled_from(SIMULATED),
)
def test_any_path_is_read_or_refused(text: str, operation: str) -> None:
    assert is_read_or_refused(operation, "/" + text)
    assert is_read_or_refused(operation, path_of(operation, text))
    assert is_read_or_refused(operation, path_of(operation) + "?" + text)


# --- there and back ------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8"), max_size=8)


def values_of(shape: Shape, within: tuple[str, ...] = ()) -> st.SearchStrategy[Any]:
    """Values that the service model allows for a shape."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if isinstance(shape, StructureShape):
        members = {
            name: values_of(member, (*within, shape.name))
            for name, member in shape.members.items()
            if member.name not in within
        }
        required = {name: members.pop(name) for name in shape.required_members}
        return st.fixed_dictionaries(required, optional=members)
    if isinstance(shape, ListShape):
        items = values_of(shape.member, (*within, shape.name))
        return st.lists(items, min_size=least or 0, max_size=(least or 0) + 2)
    if isinstance(shape, MapShape):
        keys, values = values_of(shape.key), values_of(shape.value, (*within, shape.name))
        return st.dictionaries(keys, values, min_size=least or 0, max_size=(least or 0) + 2)
    return scalars_of(shape, least, most)


EXAMPLES = {
    "DomainName": ["api.example.com", "*.example.com"],
    "ResourceArn": ["arn:aws:appsync:us-east-1:123456789012:apis/7eeywqbd6na5voygrlzgvyxciu"],
}
"""Of the two patterns that hypothesis finds hard to meet."""


def readable(pattern: str) -> str:
    """Older service models have patterns whose backslashes were escaped twice."""
    return pattern.replace("\\\\", "\\")


def scalars_of(shape: Shape, least: int | None, most: int | None) -> st.SearchStrategy[Any]:
    if shape.type_name == "string":
        if shape.metadata.get("enum"):
            return st.sampled_from(shape.metadata["enum"])
        if shape.name in EXAMPLES:
            return st.sampled_from(EXAMPLES[shape.name])
        if pattern := shape.metadata.get("pattern"):
            alphabet = st.characters(codec="ascii")
            matching = st.from_regex(readable(pattern), fullmatch=True, alphabet=alphabet)
            return matching.filter(lambda text: (least or 0) <= len(text) <= (most or 10**6))
        in_path = shape.serialization.get("location") == "uri"
        return st.text(
            st.characters(codec="utf-8"),
            min_size=max(least or 0, 1 if in_path else 0),
            max_size=min(most or 8, 8 + (least or 0)),
        )
    if shape.type_name in ("integer", "long"):
        bits = 31 if shape.type_name == "integer" else 63
        return st.integers(
            -(2**bits) if least is None else least, 2**bits - 1 if most is None else most
        )
    if shape.type_name in ("float", "double"):
        return st.floats(allow_nan=False, allow_infinity=False)
    if shape.type_name == "boolean":
        return st.booleans()
    if shape.type_name == "blob":
        return st.binary(max_size=20)
    assert shape.type_name == "timestamp", shape
    return st.datetimes(
        datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(timezone.utc)
    ).map(lambda moment: moment.replace(microsecond=0))


@functools.cache
def inputs_of(operation: str) -> st.SearchStrategy[dict[str, Any]]:
    shape = model.operation_model(operation).input_shape
    return st.just({}) if shape is None else values_of(shape)


@functools.cache
def outputs_of(operation: str) -> st.SearchStrategy[dict[str, Any]]:
    shape = model.operation_model(operation).output_shape
    return st.just({}) if shape is None else values_of(shape)


def as_botocore_sends(operation: str, params: dict[str, Any]) -> AWSPreparedRequest:
    serializer = create_serializer("rest-json", include_validation=True)
    sent = serializer.serialize_to_request(params, model.operation_model(operation))
    prepare_request_dict(sent, endpoint_url=HOST, context={})
    prepared: AWSPreparedRequest = create_request_object(sent).prepare()
    return prepared


def as_botocore_parses(operation: str, answer: wire.Answer) -> dict[str, Any]:
    response = wire.to_response(answer, HOST)
    described = model.operation_model(operation)
    shape: Any = described.output_shape
    parsed: dict[str, Any] = create_parser("rest-json").parse(
        convert_to_response_dict(response, described), shape
    )
    return parsed


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), operation=st.sampled_from(SIMULATED))
def test_what_botocore_sends_is_what_is_read(data: st.DataObject, operation: str) -> None:
    params = data.draw(inputs_of(operation))
    sent = as_botocore_sends(operation, params)
    assert wire.read_request(model.operation_model(operation), sent) == params


@pytest.mark.parametrize("operation", model.service_model().operation_names)
def test_the_requests_of_every_other_operation_are_read_as_well(operation: str) -> None:
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(params=inputs_of(operation))
    def check(params: dict[str, Any]) -> None:
        sent = as_botocore_sends(operation, params)
        assert wire.read_request(model.operation_model(operation), sent) == params

    check()


@pytest.mark.parametrize(
    "operation",
    # The answer of this one is a stream; it has a test of its own.
    [name for name in model.service_model().operation_names if name != "GetIntrospectionSchema"],
)
def test_a_result_arrives_as_it_was(operation: str) -> None:
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(result=outputs_of(operation))
    def check(result: dict[str, Any]) -> None:
        answer = wire.result_answer(model.operation_model(operation), result)
        parsed = as_botocore_parses(operation, answer)
        metadata = parsed.pop("ResponseMetadata")
        assert metadata["HTTPStatusCode"] == 200
        assert parsed == result

    check()


# --- answers -------------------------------------------------------------------------


def test_a_timestamp_arrives_as_a_datetime(appsync: AppSync) -> None:
    moment = datetime(2026, 7, 21, 11, 9, 35, 500_000, tzinfo=timezone.utc)
    association: Any = {"sourceApiAssociation": {"lastSuccessfulMergeDate": moment}}
    appsync.respond("GetSourceApiAssociation", association)
    answer = appsync.client().get_source_api_association(
        mergedApiIdentifier="merged", associationId="association"
    )
    assert answer["sourceApiAssociation"]["lastSuccessfulMergeDate"] == moment


@pytest.mark.parametrize("schema", [b"type Query { a: Int }", b"", b"\x00\xff{}"])
def test_a_payload_arrives_as_bytes(appsync: AppSync, schema: bytes) -> None:
    appsync.respond("GetIntrospectionSchema", {"schema": schema})
    answer = appsync.client().get_introspection_schema(apiId="orders", format="SDL")
    content: Any = answer["schema"]
    assert (content if isinstance(content, bytes) else content.read()) == schema


def test_what_the_output_shape_does_not_have_is_left_out() -> None:
    answer = wire.result_answer(
        model.operation_model("CreateApiKey"),
        {"apiKey": {"id": "da2-x", "colour": "red"}, "price": 7},
    )
    assert json.loads(answer.body) == {"apiKey": {"id": "da2-x"}}


@pytest.mark.parametrize("operation", SIMULATED)
def test_a_refusal_arrives_with_code_message_and_status(operation: str) -> None:
    for error in model.errors(operation):
        answer = wire.refusal_answer(
            model.operation_model(operation), ServiceError(error.code, "für Elise \U0001f511")
        )
        parsed = as_botocore_parses(operation, answer)
        assert parsed["Error"]["Code"] == error.code
        assert parsed["Error"]["Message"] == "für Elise \U0001f511"
        assert parsed["ResponseMetadata"]["HTTPStatusCode"] == error.http_status
        assert parsed["ResponseMetadata"]["RequestId"]


def test_a_refusal_without_words_has_the_documented_ones() -> None:
    answer = wire.refusal_answer(
        model.operation_model("CreateApiKey"), ServiceError("ApiKeyLimitExceededException")
    )
    assert json.loads(answer.body) == {
        "message": "The API key exceeded a limit. Try your request again."
    }


def test_an_error_that_nobody_documents_arrives_in_awss_form() -> None:
    answer = HttpAnswer.error("TeapotException", 418, "Short and stout")
    parsed = as_botocore_parses("CreateApiKey", answer)
    assert parsed["Error"] == {"Code": "TeapotException", "Message": "Short and stout"}
    assert wire.to_response(answer, HOST).headers["content-type"] == "application/json"
    assert json.loads(HttpAnswer.error("TeapotException", 418).body) == {"message": ""}
    assert parsed["ResponseMetadata"]["HTTPStatusCode"] == 418


@pytest.mark.parametrize("status", [100, 599])
def test_the_statuses_of_http_have_ends(status: int) -> None:
    assert HttpAnswer(status).status == status


def test_each_answer_has_a_request_id_of_its_own_a_date_and_a_length() -> None:
    answer = HttpAnswer(200, body="ä")
    first, second = (wire.to_response(answer, HOST, 1784632175.9) for _ in range(2))
    assert first.headers["x-amzn-RequestId"] != second.headers["x-amzn-RequestId"]
    assert parsedate_to_datetime(first.headers["Date"]).timestamp() == 1784632175
    assert first.headers["Content-Length"] == "2"
    assert first.url == HOST
    assert first.content == "ä".encode()
    assert list(second.raw.stream(1)) == [b"\xc3", b"\xa4"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_request_ids_of_its_own() -> None:
    def request_id() -> str:
        return str(wire.to_response(HttpAnswer(200), HOST).headers["x-amzn-RequestId"])

    assert in_a_fork(request_id) not in ("", request_id())


def test_the_headers_of_a_raw_answer_win() -> None:
    answer = HttpAnswer(200, {"x-amzn-RequestId": "mine", "Content-Length": "99"})
    response = wire.to_response(answer, HOST)
    assert response.headers["x-amzn-RequestId"] == "mine"
    assert response.headers["Content-Length"] == "99"


@pytest.mark.parametrize("moment", [-(10**15), 10**18, 1e300])
def test_a_date_beyond_the_calendar_is_some_date(moment: float) -> None:
    response = wire.to_response(HttpAnswer(200), HOST, moment)
    assert parsedate_to_datetime(response.headers["Date"])


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: HttpAnswer(99), "status=99"),
        (lambda: HttpAnswer(600), "status=600"),
        (lambda: HttpAnswer(True), "status=True"),
        (lambda: HttpAnswer("200"), "status='200'"),  # type: ignore[arg-type]
        (lambda: HttpAnswer(200, body=7), "body=7"),  # type: ignore[arg-type]
        (lambda: HttpAnswer(200, [("a", "b")]), "headers="),  # type: ignore[arg-type]
        (lambda: HttpAnswer(200, {"a": 1}), "headers="),  # type: ignore[dict-item]
    ],
    ids=["99", "600", "True", "text", "body", "headers", "header"],
)
def test_a_raw_answer_that_http_does_not_know_is_refused(
    make: Callable[[], HttpAnswer], complaint: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=complaint):
        make()


def test_a_wrong_type_sent_without_validation_meets_a_modeled_exception(appsync: AppSync) -> None:
    from botocore.config import Config

    client = appsync.client(config=Config(parameter_validation=False))
    api, wrong = appsync.add_api(), {"expires": "tomorrow"}
    with pytest.raises(client.exceptions.BadRequestException, match="Value 'tomorrow' at 'expir"):
        client.create_api_key(apiId=api.id, **wrong)  # type: ignore[arg-type]
    assert appsync.api_keys(api) == []


def test_the_same_request_is_read_once() -> None:
    wire._read_alike.cache_clear()
    bodies = [b'{"description": "a"}', b'{"description": "b"}', b'{"description": "a"}']
    found = [read("CreateApiKey", "/v1/apis/x/apikeys", body)["description"] for body in bodies]
    assert found == ["a", "b", "a"]
    assert wire._read_alike.cache_info()[:2] == (1, 2), "hits and misses"
    for _ in range(2):
        with pytest.raises(ServiceError):
            read("CreateApiKey", "/v1/apis/x/apikeys", b'{"description": 1}')
    assert read("CreateApiKey", "/v1/apis/y/apikeys", bodies[0])["apiId"] == "y"
    for empty in (None, b""):  # botocore sends nothing at all with GET and DELETE
        hits = wire._read_alike.cache_info().hits
        for _ in range(2):
            assert read("ListApiKeys", "/v1/apis/x/apikeys", empty) == {"apiId": "x"}
        assert wire._read_alike.cache_info().hits == hits + 1


def test_a_long_request_is_not_remembered() -> None:
    wire._read_alike.cache_clear()
    for _ in range(2):
        read("CreateApiKey", "/v1/apis/x/apikeys", b'{"description": "a"}' + b" " * 4096)
        read("ListApiKeys", f"/v1/apis/{'x' * 4096}/apikeys", None)
    assert wire._read_alike.cache_info().currsize == 0
