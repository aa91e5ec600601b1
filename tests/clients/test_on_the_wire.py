"""What a stock client sends, where to, and what travels back, as AWS does it."""

from __future__ import annotations

import json
from typing import Any

import boto3
import botocore
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_appsync import Api, AppSync


@pytest.fixture
def api(appsync: AppSync) -> Api:
    return appsync.add_api("orders")


class Wire:
    """The requests and answers of a client, as its own event handlers see them."""

    def __init__(self, **client_kwargs: Any) -> None:
        self.client: Any = boto3.client("appsync", **client_kwargs)
        self.requests: list[Any] = []
        self.answers: list[Any] = []
        events = self.client.meta.events
        events.register_first("before-send.appsync", self._note_request)
        events.register("after-call.appsync", self._note_answer)

    def _note_request(self, request: Any, **_: Any) -> None:
        self.requests.append(request)

    def _note_answer(self, http_response: Any, **_: Any) -> None:
        self.answers.append(http_response)


@pytest.mark.parametrize(
    "given",
    [{}, {"description": "web"}, {"expires": 4102444800}, {"description": "", "expires": 0}],
)
def test_create_api_key_is_a_post_of_two_optional_members(
    appsync: AppSync, api: Api, given: dict[str, Any]
) -> None:
    wire = Wire()
    appsync.clock.set(4102444800 - 30 * 86_400)
    answer = wire.client.create_api_key(apiId=api.id, **given)
    [request], [response] = wire.requests, wire.answers
    assert request.method == "POST"
    assert request.url == f"https://appsync.us-east-1.amazonaws.com/v1/apis/{api.id}/apikeys"
    assert json.loads(request.body or "{}") == given
    assert response.status_code == 200
    body = json.loads(response.content)
    assert body == {"apiKey": answer["apiKey"]}
    assert body["apiKey"].keys() >= {"id", "expires", "deletes"}
    assert response.headers["x-amzn-RequestId"] == answer["ResponseMetadata"]["RequestId"] != ""


def test_an_errors_code_is_in_a_header_and_its_text_in_the_body() -> None:
    with AppSync():
        wire = Wire()
        with pytest.raises(wire.client.exceptions.NotFoundException) as refused:
            wire.client.create_api_key(apiId="none")
        [response] = wire.answers
    assert response.status_code == 404
    assert response.headers["x-amzn-ErrorType"] == "NotFoundException"
    assert json.loads(response.content) == {"message": "GraphQL API none not found."}
    parsed: Any = refused.value.response
    assert parsed["Error"]["Message"] == "GraphQL API none not found."
    assert parsed["message"] == "GraphQL API none not found."
    assert parsed["ResponseMetadata"]["RequestId"] == response.headers["x-amzn-RequestId"] != ""


@pytest.mark.parametrize(
    ("region", "dual_stack", "host"),
    [
        ("eu-west-1", False, "appsync.eu-west-1.amazonaws.com"),
        ("eu-west-1", True, "appsync.eu-west-1.api.aws"),
        ("cn-north-1", False, "appsync.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_the_hosts_of_the_control_plane(
    appsync: AppSync, region: str, dual_stack: bool, host: str
) -> None:
    wire = Wire(region_name=region, config=Config(use_dualstack_endpoint=dual_stack))
    api = appsync.add_api(region=region)
    wire.client.create_api_key(apiId=api.id)
    assert wire.requests[0].url == f"https://{host}/v1/apis/{api.id}/apikeys"
    assert (appsync.calls[-1].region, appsync.calls[-1].http_status) == (region, 200)


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("BadRequestException", 400),
        ("UnauthorizedException", 401),
        ("AccessDeniedException", 403),
        ("NotFoundException", 404),
        ("ConcurrentModificationException", 409),
    ],
)
def test_what_is_not_retried(appsync: AppSync, mode: Any, code: str, status: int) -> None:
    client = boto3.client("appsync", config=Config(retries={"mode": mode}))
    appsync.fail("CreateApiKey", code)
    with pytest.raises(ClientError, match=code):
        client.create_api_key(apiId="any")
    assert [attempt.http_status for attempt in appsync.calls[-1].attempts] == [status]


@pytest.mark.parametrize(("mode", "attempts"), [("legacy", 5), ("standard", 3), ("adaptive", 3)])
def test_throttling_is_retried_by_its_code_in_spite_of_its_status(
    appsync: AppSync, mode: Any, attempts: int
) -> None:
    client = boto3.client("appsync", config=Config(retries={"mode": mode}))
    appsync.fail("CreateApiKey", "ThrottlingException")
    with pytest.raises(ClientError, match="ThrottlingException"):
        client.create_api_key(apiId="any")
    assert [attempt.http_status for attempt in appsync.calls[-1].attempts] == [400] * attempts


def test_the_default_mode_is_botocores_own(appsync: AppSync) -> None:
    client: Any = boto3.client("appsync")
    mode = client.meta.config.retries["mode"]
    version = tuple(int(part) for part in botocore.__version__.split(".")[:3])
    if version >= (1, 44, 8):
        assert mode == "standard"
    elif version <= (1, 43, 11):
        assert mode == "legacy"
    appsync.fail("CreateApiKey", "LimitExceededException")
    with pytest.raises(ClientError):
        client.create_api_key(apiId="any")
    assert len(appsync.calls[-1].attempts) == {"legacy": 5, "standard": 3}[mode]
