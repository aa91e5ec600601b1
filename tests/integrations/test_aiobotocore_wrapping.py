"""Each name of aiobotocore's inside that we rely on, and what breaks when it goes."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import time
from typing import Any
from unittest import mock

import pytest
import wrapt
from botocore.exceptions import CapacityNotAvailableError

pytest.importorskip("aiobotocore.session")

WRAPPED = {
    "aiobotocore.client:AioBaseClient._make_api_call": "async calls reach the network",
    "aiobotocore.endpoint:AioEndpoint._send": "the guard lets go what a simulation lets through",
    "aiobotocore.session:AioSession._create_client": "a client without a region finds none",
    "aiobotocore.session:AioSession.get_credentials": "making a client asks for credentials",
    "aiobotocore.retries.adaptive:AsyncClientRateLimiter.on_sending_request": "it really waits",
    "aiobotocore.retries.adaptive:AsyncClientRateLimiter.on_receiving_response": "pacing stays",
}


def found_at(where: str) -> Any:
    module, _, path = where.partition(":")
    owner, _, name = path.partition(".")
    return inspect.getattr_static(getattr(importlib.import_module(module), owner), name, None)


@pytest.mark.parametrize("where", WRAPPED, ids=str)
def test_is_wrapped(where: str) -> None:
    is_wrapped = isinstance(found_at(where), wrapt.FunctionWrapper)
    assert is_wrapped, f"{where} has moved: {WRAPPED[where]}"


def test_the_endpoint_sleeps_where_we_look() -> None:
    endpoint: Any = importlib.import_module("aiobotocore.endpoint")
    source = inspect.getsource(endpoint.AioEndpoint._needs_retry)
    if hasattr(endpoint.AioEndpoint, "_sleep"):
        assert "await self._sleep(handler_response)" in source
        for cls in (endpoint.AioEndpoint, endpoint.AnyioEndpoint):
            assert isinstance(inspect.getattr_static(cls, "_sleep"), wrapt.FunctionWrapper)
    else:
        assert "await asyncio.sleep(handler_response)" in source
        assert isinstance(endpoint.__dict__["asyncio"], wrapt.ObjectProxy)


def test_what_is_wrapped_is_not_wrapped_again() -> None:
    patches: Any = importlib.import_module("pytest_appsync.clients.aiobotocore_wrapping")
    endpoint: Any = importlib.import_module("aiobotocore.endpoint")

    def wrapped() -> list[Any]:
        found = map(found_at, WRAPPED)
        return [*found, endpoint.__dict__.get("asyncio"), vars(endpoint.AioEndpoint).get("_sleep")]

    before = wrapped()
    patches.install(importlib.import_module("aiobotocore.session"))
    assert all(now is then for now, then in zip(wrapped(), before, strict=True))


def test_what_is_gone_is_told_at_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    patches: Any = importlib.import_module("pytest_appsync.clients.aiobotocore_wrapping")
    client: Any = importlib.import_module("aiobotocore.client")
    monkeypatch.delattr(client, "AioBaseClient")
    with pytest.raises(RuntimeError, match=r"aiobotocore .* has no .*AioBaseClient._make_api_call"):
        patches.install(client)


def test_a_patched_sleep_is_the_real_modules() -> None:
    endpoint: Any = importlib.import_module("aiobotocore.endpoint")
    if not hasattr(endpoint, "asyncio"):
        pytest.skip("this aiobotocore's endpoint does not sleep through asyncio itself")
    with mock.patch("aiobotocore.endpoint.asyncio.sleep") as sleep:
        assert asyncio.sleep is sleep
    assert asyncio.sleep is not sleep
    assert "sleep" not in vars(endpoint.asyncio) or endpoint.asyncio.sleep is not sleep


def test_a_bucket_outside_of_a_simulated_call_waits_as_ever() -> None:
    bucket: Any = importlib.import_module("aiobotocore.retries.bucket")

    async def acquire() -> float:
        tokens = bucket.AsyncTokenBucket(max_rate=50, clock=bucket.Clock())
        with pytest.raises(CapacityNotAvailableError):
            await tokens.acquire(amount=1, block=False)
        began = time.monotonic()
        assert await tokens.acquire()
        return time.monotonic() - began

    assert asyncio.run(acquire()) > 0.01


def test_a_session_knows_whether_it_has_credentials() -> None:
    session: Any = importlib.import_module("aiobotocore.session").AioSession()
    had = session._credentials
    assert had is None, "each client inside would seem to be given credentials"
    session.set_credentials("AKIA", "secret")
    assert session._credentials.method == "explicit", "those that were given would not count"


def test_outside_of_calls_the_wrappers_do_what_aiobotocore_does() -> None:
    wrapping: Any = importlib.import_module("pytest_appsync.clients.aiobotocore_wrapping")
    session: Any = importlib.import_module("aiobotocore.session").AioSession()
    session.set_credentials("AKIA", "secret")

    async def wrapped(*args: Any) -> Any:
        return args

    assert asyncio.run(wrapping._get_credentials(wrapped, session, (), {})) == ()
    assert asyncio.run(wrapping._send(wrapped, None, ("request",), {})) == ("request",)
    assert not wrapping._in_asyncio(), "trio has no loop of asyncio"
