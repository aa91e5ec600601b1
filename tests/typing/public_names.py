"""Right and wrong use of the public names, for mypy and pyright; nothing here is run.

A wrong use carries the refusal that a type checker must give it. Both are told to
complain of a refusal that does not come, so wrong use that passes is an error here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from botocore.exceptions import ReadTimeoutError

from pytest_appsync import (
    Api,
    ApiKey,
    ApiKeyRules,
    AppSync,
    Attempt,
    Call,
    Calls,
    DocumentedError,
    Fault,
    HttpAnswer,
)

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient


def right_use(appsync: AppSync, appsync_client: AppSyncClient) -> None:
    api: Api = appsync.add_api("orders", kind="EVENT", region="eu-west-1")
    key: ApiKey = appsync.add_api_key(api, expires=datetime.now(timezone.utc))
    keys: list[ApiKey] = appsync.api_keys(api.id)
    accepted: bool = appsync.accepts(api, key) or appsync.accepts(api.id, keys[0].id)
    fault: Fault = appsync.fail("CreateApiKey", "NotFoundException", times=1, lost=accepted)
    with appsync.fail("ListApiKeys", ReadTimeoutError) as scoped:
        hits: int = scoped.hits + fault.hits
    appsync.fail("ListApiKeys", HttpAnswer(502, body=b""), when={"apiId": api.id}, after=hits)
    appsync.respond("ListTypes", lambda params: {"types": [params["apiId"]]})
    appsync.clock.advance(timedelta(days=1))
    appsync.clock.advance(days=1, hours=0.5)
    now: float = appsync.clock.now()
    appsync.clock.set(now)
    outage: Fault = appsync.outage(ReadTimeoutError, lasting=timedelta(seconds=90), region="a-1")
    denial: Fault = appsync.deny("ListApiKeys", times=1)
    appsync.fail("ListApiKeys", "ThrottlingException", region="a-1", lasting=30, retry_after=0.5)
    appsync.clock.sleep(outage.hits + denial.hits)
    errors: tuple[DocumentedError, ...] = appsync.errors("CreateApiKey", common=True)
    source: str | None = errors[0].source if errors[0].observed else None
    calls: Calls = appsync.calls.of(source or errors[0].operation)
    call: Call = calls[0]
    attempts: list[Attempt] = call.attempts
    slept: float = attempts[0].slept
    client: AppSyncClient = appsync.client("eu-west-1")
    created: int = client.create_api_key(apiId=api.id)["apiKey"].get("expires", 0)
    appsync.clock.set(created + slept)
    appsync_client.list_api_keys(apiId=api.id)


@AppSync(key_rules=dataclasses.replace(ApiKeyRules.DA2, quota=3))
def decorated(number: int) -> str:
    return str(number)


@AppSync()
async def decorated_coroutine(number: int) -> str:
    return str(number)


signature: Callable[[int], str] = decorated


async def entered() -> str:
    async with AppSync(unsimulated="passthrough") as appsync:
        return appsync.region + await decorated_coroutine(3)


def wrong_use(appsync: AppSync) -> None:
    AppSync("us-east-1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    AppSync(unsimulated="ignore")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    AppSync(key_rules="DA2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    AppSync(regoin="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    appsync.add_api(kind="REST")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    appsync.fail("CreateApiKey", 500)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    appsync.fail("CreateApiKey")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    appsync.throttle("CreateApiKey")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    appsync.chaos(0.5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    appsync.clock.set("today")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    appsync.clock.advance(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    HttpAnswer("500")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ApiKeyRules(quota="3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    appsync.add_api().id = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    decorated("3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
