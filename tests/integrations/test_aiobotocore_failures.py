"""What a test scripts is what async clients meet too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import botocore
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from pytest_appsync import AppSync

aiobotocore_session = pytest.importorskip("aiobotocore.session")
AioConfig = pytest.importorskip("aiobotocore.config").AioConfig

BOTOCORE = tuple(int(part) for part in botocore.__version__.split(".")[:2])


def with_client(use: Callable[[Any], Awaitable[Any]], **kwargs: Any) -> Any:
    """Run ``use`` with an async AppSync client."""

    async def run() -> Any:
        async with aiobotocore_session.get_session().create_client("appsync", **kwargs) as client:
            return await use(client)

    return asyncio.run(run())


def refused(operation: str, kind: Any = ClientError, **params: Any) -> Any:
    """The exception that an async call of ``operation`` raises."""

    async def use(client: Any) -> Any:
        with pytest.raises(kind) as raised:
            await getattr(client, operation)(**params)
        return raised.value

    return with_client(use)


def test_a_denial_names_the_request(appsync: AppSync) -> None:
    denial = appsync.deny("CreateApiKey")
    error = refused("create_api_key", apiId="7eeywq")
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert error.response["Error"]["Code"] == "AccessDeniedException"
    assert error.response["Error"]["Message"].endswith(
        "is not authorized to perform: appsync:CreateApiKey on resource: "
        "arn:aws:appsync:us-east-1:123456789012:/v1/apis/7eeywq/apikeys"
    )
    assert appsync.calls[-1].attempts[0].met is denial


def test_an_observed_error_is_a_modeled_exception(appsync: AppSync) -> None:
    appsync.fail("CreateApiKey", "ConcurrentModificationException")
    error = refused("create_api_key", apiId="any")
    assert type(error).__name__ == "ConcurrentModificationException"
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_a_transport_error_by_its_name(appsync: AppSync) -> None:
    appsync.fail("CreateApiKey", "ReadTimeoutError")
    refused("create_api_key", ReadTimeoutError, apiId="any")


def test_retries_outlast_an_outage(appsync: AppSync) -> None:
    api = appsync.add_api()
    appsync.outage(lasting=90)

    async def create(client: Any) -> Any:
        return await client.create_api_key(apiId=api.id)

    began, clock_began = time.monotonic(), appsync.clock.now()
    config = AioConfig(retries={"mode": "standard", "total_max_attempts": 30})
    with_client(create, config=config)
    assert time.monotonic() - began < 10
    assert appsync.clock.now() - clock_began > 90
    *during, after = appsync.calls[-1].attempts
    assert {attempt.http_status for attempt in during} == {503}
    assert all(attempt.met is not None for attempt in during)
    assert (after.http_status, after.met) == (200, None)


def test_a_failure_of_a_region(appsync: AppSync) -> None:
    appsync.fail("ListGraphqlApis", "UnauthorizedException", region="eu-west-1")

    async def listed(client: Any) -> Any:
        return await client.list_graphql_apis()

    assert with_client(listed, region_name="us-east-1")["graphqlApis"] == []
    with pytest.raises(ClientError, match="UnauthorizedException"):
        with_client(listed, region_name="eu-west-1")


def test_the_answer_says_when_to_try_again(appsync: AppSync) -> None:
    appsync.fail("CreateApiKey", "LimitExceededException", times=1, retry_after=4)
    api = appsync.add_api()

    async def create(client: Any) -> Any:
        return await client.create_api_key(apiId=api.id)

    with_client(create, config=AioConfig(retries={"mode": "standard"}))
    limited, _ = appsync.calls[-1].attempts
    if BOTOCORE >= (1, 44):
        assert 4 <= limited.slept <= 9
    else:
        assert limited.slept < 4
