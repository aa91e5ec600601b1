"""What the service model forbids is refused, all of it at once, with its place."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import pytest
from botocore.model import Shape

from pytest_appsync.protocol.constraints import broken
from tests.protocol.reading import api_body, read, read_api, refusal, refusal_of_api


def test_an_enum() -> None:
    message = refusal_of_api(api_body(authenticationType="PASSWORD"))
    assert "Value 'PASSWORD' at 'authenticationType'" in message
    assert "enum value set: [API_KEY, AWS_IAM," in message


def text_of(documentation: str) -> Shape:
    return Shape("String", {"type": "string", "documentation": documentation})


def test_the_only_version_that_the_documentation_allows() -> None:
    for said in (
        "Currently, the only allowed version is <code>1.2.0</code>.",
        "Currently, the supported value is 1.2.0. Note that it is required.",
    ):
        assert broken(text_of(said), "1.2.0") == []
        assert broken(text_of(said), "1.2.0.") == ["Member must satisfy enum value set: [1.2.0]"]
    for other in (
        "The version.",
        "Currently, the only allowed versions are 1.0.0 and 2.0.0.",
        "Currently, the only allowed version is <code>1.0.0</code> or <code>2.0.0</code>.",
        "Currently, the supported value is 1.0.0, or 2.0.0 with JavaScript.",
        "Currently, the supported value is either 1.0.0 or 2.0.0.",
    ):
        assert broken(text_of(other), "2.0.0") == [], "then nothing is refused"


def test_the_length_that_the_documentation_allows() -> None:
    said = text_of("This field accepts any string input with a length of 2 - 1,000 characters.")
    assert broken(said, "ab") == broken(said, "é" * 1000) == []
    assert broken(said, "a") == ["Member must have length greater than or equal to 2"]
    assert broken(said, "é" * 1001) == ["Member must have length less than or equal to 1000"]


def test_the_schemes_that_the_documentation_allows() -> None:
    said = text_of("You can specify the domain name, and the URL scheme must be HTTP or HTTPS.")
    for url in ("http://example.com", "https://192.0.2.1:8080/path", "HTTPS://example.com"):
        assert broken(said, url) == []
    for other in ("", "example.com", "ftp://example.com", "https://", "see http://example.com"):
        assert broken(said, other) == ["Member must be a URL with the scheme HTTP or HTTPS"]
    for url, index in (("https://a. b", 8), ("HTTP://a\n/", 7), ("http://a\t?b", 7)):
        problem = f"Illegal character in authority at index {index}: {url}"
        assert broken(said, url) == [problem]
    assert broken(said, "https://a/b c") == []


@pytest.mark.parametrize("kind", ["blob", "boolean", "integer", "list", "map", "timestamp"])
def test_the_documentation_of_another_type_says_something_else(kind: str) -> None:
    """Such as of the items of a list. A newer service model may say so of any member."""
    for said in (
        "Currently, the supported value is 1.2.0.",
        "Each domain name begins with a scheme, and the URL scheme must be HTTP or HTTPS.",
        *([] if kind == "integer" else ["Strings with a length of 20 - 30 characters."]),
    ):
        shape = Shape("Any", {"type": kind, "documentation": said})
        value: Any = {"blob": b"", "boolean": True, "list": [], "map": {}}.get(kind, 7)
        assert broken(shape, value) == []


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
    ("operation", "path", "noun"),
    [
        ("CreateDataSource", "datasources", "data source"),
        ("CreateFunction", "functions", "Function"),
        ("UpdateFunction", "functions/load", "Function"),
    ],
)
def test_a_name_is_refused_in_the_words_of_appsync(operation: str, path: str, noun: str) -> None:
    ask = functools.partial(refusal, operation, f"/v1/apis/orders/{path}")
    words = f"Invalid {noun} name given, must match pattern [_A-Za-z][_0-9A-Za-z]*"
    others = {"type": "NONE", "dataSourceName": "table"}
    assert ask(json.dumps({"name": "by-id", **others})) == words
    usual = " validation errors? detected: Value .* at 'name' failed to satisfy constraint: "
    assert re.match(f"1{usual}Member must not be null$", ask(json.dumps(others)))
    assert re.match(f"1{usual}.* length", ask(json.dumps({"name": "a" * 65537, **others})))


def test_a_missing_or_wrong_member_is_refused_in_the_words_of_appsync() -> None:
    pool = {"userPoolId": "us-east-1_a", "awsRegion": "us-east-1"}
    words = "Invalid default effect type."
    assert refusal_of_api(api_body(userPoolConfig=pool)) == words
    assert refusal_of_api(api_body(userPoolConfig={**pool, "defaultAction": "MAYBE"})) == words
    told = refusal_of_api(api_body(userPoolConfig={**pool, "defaultAction": 7}))
    assert "Value '7' at 'userPoolConfig.defaultAction'" in told
    body = {"fieldName": "orders", "dataSourceName": "table", "cachingConfig": {}}
    told = refusal("CreateResolver", "/v1/apis/a/types/Query/resolvers", json.dumps(body))
    assert told == "TTL value cannot be smaller than 1 second and larger than 3600 seconds."
    endpoint = "https://bedrock-runtime.us- east-1.amazonaws.com"
    data_source = {"name": "model", "type": "HTTP", "httpConfig": {"endpoint": endpoint}}
    told = refusal("CreateDataSource", "/v1/apis/a/datasources", json.dumps(data_source))
    assert told == f"Illegal character in authority at index 8: {endpoint}"


def test_words_of_appsync_count_for_the_first_mistake() -> None:
    body = {"name": "by-id", "dataSourceName": "by-id"}
    path = "/v1/apis/orders/functions"
    assert refusal("CreateFunction", path, json.dumps(body)).startswith("Invalid Function name")
    longer = {**body, "description": 7, "functionVersion": 8}
    told = refusal("UpdateFunction", f"{path}/by-id", json.dumps(longer))
    assert told.startswith("5 validation errors detected: Value 'by-id' at 'functionId'")


@pytest.mark.parametrize(
    ("tags", "complaint"),
    [
        ({}, "at 'tags'.*length greater than or equal to 1"),
        ({f"tag{n}": "" for n in range(51)}, "at 'tags'.*length less than or equal to 50"),
        ({"": "web"}, "at 'tags.key'.*length greater than or equal to 1"),
        ({"x" * 129: "web"}, "at 'tags.key'.*length less than or equal to 128"),
        ({"aws:team": "web"}, "at 'tags.key'.*regular expression pattern"),
        ({"team": "x" * 257}, "at 'tags.team'.*length less than or equal to 256"),
        ({"team": "größe"}, "at 'tags.team'.*regular expression pattern"),
        ({"team": 7}, "at 'tags.team'.*Member must be a string"),
        ({"team": ["web"]}, "at 'tags.team'.*Member must be a string"),
        ({"team": None}, "at 'tags.team'.*Member must not be null"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_map_and_what_is_in_it(tags: Any, complaint: str) -> None:
    assert re.search(complaint, refusal_of_api(api_body(tags=tags)))


@pytest.mark.parametrize("member", ["requestMappingTemplate", "responseMappingTemplate"])
def test_a_mapping_template_may_have_several_lines(member: str) -> None:
    """Its pattern is ``^.*$``. Nearly all templates have several lines, and AWS takes them."""
    template = '{\r\n  "version": "2018-05-29"\n}\n'
    given = {"name": "load", "dataSourceName": "table", member: template}
    body = json.dumps(given).encode()
    assert read("CreateFunction", "/v1/apis/orders/functions", body) == {
        "apiId": "orders",
        **given,
    }


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
