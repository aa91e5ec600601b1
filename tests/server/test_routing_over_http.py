"""Which operation of which region a request over HTTP asks for, and what is none."""

from __future__ import annotations

import pytest

from pytest_appsync import AppSync, Server
from pytest_appsync.service.identifiers import ACCOUNT_ID
from tests.asking import ask, send

SIGNATURE = (
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261123/{}/appsync/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


def regions_of(appsync: AppSync) -> list[str]:
    return [call.region for call in appsync.calls]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "nonsense"},
        {"Authorization": SIGNATURE.format("us-east-1")},
        {"Host": "appsync.us-east-1.amazonaws.com"},
        {"Host": "anything.example:80"},
        {"Host": "[not an address"},
        {"Host": ""},
    ],
    ids=str,
)
def test_any_host_and_any_signature_will_do(
    appsync: AppSync, appsync_server: Server, headers: dict[str, str]
) -> None:
    answer = ask(appsync_server.url, "/v1/apis", headers=headers)
    assert answer.status == 200
    assert regions_of(appsync) == ["us-east-1"]


@pytest.mark.appsync(region="ap-south-1")
@pytest.mark.parametrize(
    ("headers", "region"),
    [
        ({}, "ap-south-1"),
        ({"Authorization": SIGNATURE.format("eu-west-1")}, "eu-west-1"),
        ({"Host": "appsync.eu-north-1.amazonaws.com"}, "eu-north-1"),
        ({"Host": "APPSYNC.EU-NORTH-1.AMAZONAWS.COM:443"}, "eu-north-1"),
        ({"Host": "appsync-fips.us-west-2.amazonaws.com"}, "us-west-2"),
        ({"Host": "appsync.eu-north-1.api.aws"}, "eu-north-1"),
        ({"Host": "appsync.cn-north-1.amazonaws.com.cn"}, "cn-north-1"),
        (
            {
                "Authorization": SIGNATURE.format("eu-west-1"),
                "Host": "appsync.eu-north-1.amazonaws.com",
            },
            "eu-west-1",
        ),
        ({"Authorization": SIGNATURE.format("../odd")}, "ap-south-1"),
        ({"Authorization": "Bearer x", "Host": "appsync.example"}, "ap-south-1"),
    ],
    ids=str,
)
def test_the_region_is_the_signatures_else_the_hosts_else_the_simulations(
    appsync: AppSync, appsync_server: Server, headers: dict[str, str], region: str
) -> None:
    made = ask(
        appsync_server.url,
        "/v1/apis",
        {"name": "orders", "authenticationType": "API_KEY"},
        headers=headers,
    )
    assert regions_of(appsync) == [region]
    assert f":appsync:{region}:{ACCOUNT_ID}:" in made.json["graphqlApi"]["arn"]
    assert [api.region for api in appsync.apis(region)] == [region]


def test_the_region_of_a_presigned_url(appsync: AppSync, appsync_server: Server) -> None:
    scope = "AKIAIOSFODNN7EXAMPLE%2F20261126%2Feu-west-1%2Fappsync%2Faws4_request"
    appsync.add_api("orders", region="eu-west-1")
    answer = ask(appsync_server.url, f"/v1/apis?X-Amz-Credential={scope}&X-Amz-Expires=60")
    assert [api["name"] for api in answer.json["graphqlApis"]] == ["orders"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/apis"),
        ("POST", "/v1/nothing"),
        ("PATCH", "/v1/apis"),
        ("OPTIONS", "*"),
        ("HEAD", "/v1/apis"),
        ("NONSENSE", "/v1/apis"),
    ],
)
def test_an_unknown_path_is_forbidden_by_the_gateway(
    appsync: AppSync, appsync_server: Server, method: str, path: str
) -> None:
    answer = ask(appsync_server.url, path if path != "*" else "", method=method)
    assert (answer.status, answer.code) == (403, "ForbiddenException")
    assert answer.headers["x-amzn-RequestId"]
    assert answer.body == (b"" if method == "HEAD" else b'{"message": "Forbidden"}')
    assert not appsync.calls


@pytest.mark.parametrize("body", [b"{", b"nonsense", b'{"description": NaN}', b"[]", b"\xff"])
def test_a_body_that_is_no_json_object_is_a_bad_request(
    appsync: AppSync, appsync_server: Server, body: bytes
) -> None:
    api = appsync.add_api()
    answer = ask(appsync_server.url, f"/v1/apis/{api.id}/apikeys", body)
    assert (answer.status, answer.code) == (400, "BadRequestException")
    [call] = appsync.calls
    assert call.params == {"apiId": api.id}, "what was read of it"
    assert (call.http_status, call.error_code) == (400, "BadRequestException")
    assert call.result is None


@pytest.mark.parametrize("target", ["/v1/apis", "http://any.example/v1/apis", "//v1/apis"])
def test_proxies_may_send_whole_urls(appsync_server: Server, target: str) -> None:
    request = f"GET {target} HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n"
    assert send(appsync_server.url, request.encode()).startswith(b"HTTP/1.1 200 OK\r\n")


def test_bodies_come_in_chunks_too(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    head = f"POST /v1/apis/{api.id}/apikeys HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b'8;x=y\r\n{"descri\r\nD\r\nption": "in"}\r\n0\r\nTrailer: x\r\n\r\n'
    answer = send(appsync_server.url, head.encode() + chunks)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert [key.description for key in appsync.api_keys(api)] == ["in"]


def test_a_connection_is_kept_for_the_next_request(appsync_server: Server) -> None:
    one = b"GET /v1/apis HTTP/1.1\r\nHost: x\r\n\r\n"
    both = one + one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert send(appsync_server.url, both).count(b"HTTP/1.1 200 OK") == 2


def test_requests_of_one_invocation_are_attempts_of_one_call(
    appsync: AppSync, appsync_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_appsync.server.calls._REMEMBERED", 2)
    appsync.fail("ListGraphqlApis", "InternalFailureException", times=1)
    for name in ("a", "a", "b", "c", "a", None, None):
        headers = {} if name is None else {"amz-sdk-invocation-id": name}
        ask(appsync_server.url, "/v1/apis", headers=headers)
    attempts = [[each.http_status for each in call.attempts] for call in appsync.calls]
    assert attempts == [[500, 200], [200], [200], [200], [200], [200]], "the first a was long ago"


@pytest.mark.parametrize(
    ("method", "path", "missing"),
    [
        ("GET", "/v1/apis/{id}/types", "format"),
        ("GET", "/v1/apis/{id}/types/Query", "format"),
        ("GET", "/v1/apis/{id}/schema", "format"),
        ("DELETE", f"/v1/tags/arn:aws:appsync:us-east-1:{ACCOUNT_ID}:apis%2F{{id}}", "tagKeys"),
    ],
)
def test_a_query_parameter_that_is_needed(
    appsync: AppSync, appsync_server: Server, method: str, path: str, missing: str
) -> None:
    api = appsync.add_api()
    answer = ask(appsync_server.url, path.format(id=api.id), method=method)
    assert (answer.status, answer.code) == (400, "BadRequestException")
    assert answer.json["message"] == (
        f"1 validation error detected: Value null at '{missing}' failed to satisfy "
        "constraint: Member must not be null"
    )
