"""Each exception that AWS documents, for each operation; in each retry mode, by a sample.

The table is the service model of the botocore that is installed: a newer one
makes this file test more.
"""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StructureShape

from pytest_appsync import Api, ApiKey, AppSync, model
from tests.thoroughness import IS_THOROUGH

OPERATIONS = list(model.service_model().operation_names)
SIMULATED = (
    "CreateApiKey",
    "ListApiKeys",
    "UpdateApiKey",
    "DeleteApiKey",
    "CreateGraphqlApi",
    "GetGraphqlApi",
    "ListGraphqlApis",
    "UpdateGraphqlApi",
    "DeleteGraphqlApi",
)
MODES = {"legacy": 5, "standard": 3, "adaptive": 3}
# botocore's legacy mode does not know this one; it goes by the status 408, which it ignores.
NOT_IN_LEGACY = {"RequestTimeoutException"}


def smallest(shape: Shape) -> Any:
    """A value that botocore's client accepts for the shape."""
    if isinstance(shape, StructureShape):
        return {name: smallest(shape.members[name]) for name in shape.required_members}
    if isinstance(shape, ListShape):
        return [smallest(shape.member)]
    if isinstance(shape, MapShape):
        return {"key": smallest(shape.value)}
    if shape.type_name == "string":
        return (shape.metadata.get("enum") or ["x" * max(1, shape.metadata.get("min", 1))])[0]
    return {"blob": b"x", "boolean": True}.get(shape.type_name, shape.metadata.get("min", 1))


def members_of(operation: str) -> Any:
    shape = model.operation_model(operation).input_shape
    return shape.members if shape else {}


def call(client: Any, operation: str, **params: Any) -> Any:
    shape = model.operation_model(operation).input_shape
    given = {**(smallest(shape) if shape else {}), **params}
    method = next(py for py, name in client.meta.method_to_api_mapping.items() if name == operation)
    return getattr(client, method)(**given)


# What is retried depends on the error and the mode, and on no operation.
EACH_MODE = OPERATIONS if IS_THOROUGH else ["CreateApiKey", "ListApiKeys"]


@pytest.mark.parametrize(
    ("operation", "mode"),
    [
        (operation, mode)
        for operation in OPERATIONS
        for mode in (MODES if operation in EACH_MODE else ["standard"])
    ],
)
def test_every_documented_error_of_every_operation(
    appsync: AppSync, operation: str, mode: Any
) -> None:
    client = boto3.client("appsync", config=Config(retries={"mode": mode}))
    documented = appsync.errors(operation, common=True)
    modeled = {shape.name for shape in model.operation_model(operation).error_shapes}
    assert modeled <= {error.code for error in documented}
    for error in documented:
        with appsync.fail(operation, error.code), pytest.raises(ClientError) as raised:
            call(client, operation)
        response = raised.value.response
        retried = error.retryable and not (mode == "legacy" and error.code in NOT_IN_LEGACY)
        attempts = MODES[mode] if retried else 1
        assert response["Error"] == {"Code": error.code, "Message": error.documentation}
        assert response["ResponseMetadata"]["HTTPStatusCode"] == error.http_status
        assert response["ResponseMetadata"]["RetryAttempts"] == attempts - 1
        assert response["ResponseMetadata"]["RequestId"]
        assert [a.http_status for a in appsync.calls[-1].attempts] == [error.http_status] * attempts
        assert [a.error_code for a in appsync.calls[-1].attempts] == [error.code] * attempts
        if error.code in modeled:
            assert type(raised.value) is getattr(client.exceptions, error.code)


@pytest.mark.parametrize("operation", SIMULATED)
def test_a_scripted_error_changes_nothing(appsync: AppSync, operation: str) -> None:
    api = appsync.add_api("orders")
    key = appsync.add_api_key(api, description="mine")
    before = appsync.apis(), appsync.api_keys(api)
    params: dict[str, Any] = {}
    members = members_of(operation)
    if "apiId" in members:
        params["apiId"] = api.id
    if "id" in members:
        params["id"] = key.id
    for error in appsync.errors(operation):
        with appsync.fail(operation, error.code), pytest.raises(ClientError, match=error.code):
            call(appsync.client(), operation, **params)
        assert (appsync.apis(), appsync.api_keys(api)) == before
    call(appsync.client(), operation, **params)  # and without it, all is well


# --- what causes them, without a script ---


def refused(client: Any, operation: str, **params: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as raised:
        call(client, operation, **params)
    error, metadata = raised.value.response["Error"], raised.value.response["ResponseMetadata"]
    assert metadata["RequestId"]
    assert type(raised.value) is getattr(client.exceptions, error["Code"])
    return error["Code"], metadata["HTTPStatusCode"], error["Message"]


@pytest.fixture
def api(appsync: AppSync) -> Api:
    return appsync.add_api("orders")


@pytest.fixture
def key(appsync: AppSync, api: Api) -> ApiKey:
    return appsync.add_api_key(api)


@pytest.mark.parametrize("operation", ["CreateApiKey", "ListApiKeys", "UpdateApiKey"])
def test_an_api_that_is_not_there(appsync_client: Any, operation: str) -> None:
    assert refused(appsync_client, operation, apiId="7eeywqbd6na5voygrlzgvyxciu") == (
        "NotFoundException",
        404,
        "GraphQL API 7eeywqbd6na5voygrlzgvyxciu not found.",
    )


@pytest.mark.parametrize("operation", ["UpdateApiKey", "DeleteApiKey"])
def test_a_key_that_is_not_there(
    appsync: AppSync, appsync_client: Any, api: Api, key: ApiKey, operation: str
) -> None:
    expected = "NotFoundException", 404, f"API key not found: {key.id}"
    assert key.deletes is not None
    appsync.clock.set(key.deletes + 1)
    assert refused(appsync_client, operation, apiId=api.id, id=key.id) == expected
    appsync.clock.advance(days=-1)
    appsync_client.delete_api_key(apiId=api.id, id=key.id)
    assert refused(appsync_client, operation, apiId=api.id, id=key.id) == expected


def test_validity_out_of_bounds(
    appsync: AppSync, appsync_client: Any, api: Api, key: ApiKey
) -> None:
    now = int(appsync.clock.now())
    for operation in ("CreateApiKey", "UpdateApiKey"):
        params = {"apiId": api.id}
        if operation == "UpdateApiKey":
            params["id"] = key.id
        for expires in (1, -1, now, now + 86_000):
            assert refused(appsync_client, operation, **params, expires=expires) == (
                "ApiKeyValidityOutOfBoundsException",
                400,
                "API key must be valid for a minimum of 1 days.",
            )
        for expires in (now + 366 * 86_400, 2**63, 10**40):
            assert refused(appsync_client, operation, **params, expires=expires) == (
                "ApiKeyValidityOutOfBoundsException",
                400,
                "API key can be valid for a maximum of 365 days.",
            )


def test_a_key_over_the_quota(appsync: AppSync, appsync_client: Any, api: Api) -> None:
    for _ in range(50):
        appsync_client.create_api_key(apiId=api.id)
    code, status, _ = refused(appsync_client, "CreateApiKey", apiId=api.id)
    assert (code, status) == ("ApiKeyLimitExceededException", 400)
    assert len(appsync.api_keys(api)) == 50


@pytest.mark.parametrize(
    ("operation", "params", "problem"),
    [
        ("ListApiKeys", {"maxResults": 26}, "Value '26' at 'maxResults' failed to satisfy"),
        ("ListApiKeys", {"nextToken": "invented"}, "Invalid pagination token"),
        ("CreateApiKey", {"description": 7}, "at 'description'.*must be a string"),
        ("CreateApiKey", {"expires": "soon"}, "at 'expires'.*must be an integer"),
        ("CreateApiKey", {"expires": 1.5}, "at 'expires'.*must be an integer"),
        ("CreateApiKey", {"expires": True}, "at 'expires'.*must be an integer"),
        ("CreateApiKey", {"expires": float("nan")}, "not JSON"),
        ("CreateApiKey", {"description": ["a"], "expires": {}}, "2 validation errors detected"),
        ("CreateGraphqlApi", {"authenticationType": "API_KEYS"}, "enum value set: .API_KEY,"),
        ("CreateGraphqlApi", {"tags": {"aws:x": "y"}}, "at 'tags.key'.*regular expression"),
    ],
)
def test_requests_that_break_the_service_model(
    appsync: AppSync, api: Api, operation: str, params: dict[str, Any], problem: str
) -> None:
    client = appsync.client(config=Config(parameter_validation=False))
    given = {**({"apiId": api.id} if "apiId" in members_of(operation) else {}), **params}
    with pytest.raises(client.exceptions.BadRequestException, match=problem) as raised:
        call(client, operation, **given)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert appsync.api_keys(api) == []
    assert appsync.apis() == [api]


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"7", b"\xff", json.dumps({"expires": []})])
def test_a_body_that_is_no_json_object(
    appsync: AppSync, appsync_client: Any, api: Api, body: Any
) -> None:
    def garble(params: dict[str, Any], **_: Any) -> None:
        params["body"] = body

    events: Any = appsync_client.meta.events
    events.register("before-call.appsync.CreateApiKey", garble, unique_id="garble")
    try:
        code, status, _ = refused(appsync_client, "CreateApiKey", apiId=api.id)
    finally:
        events.unregister("before-call.appsync.CreateApiKey", unique_id="garble")
    assert (code, status) == ("BadRequestException", 400)
    assert appsync.api_keys(api) == []
