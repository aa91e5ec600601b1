"""All that we wrap in aiobotocore, and every name of its inside that we rely on.

Installed when ``aiobotocore.session`` is imported, never before. The table is that of
:mod:`pytest_appsync.clients.botocore_wrapping`, with what aiobotocore writes anew; the rest it
has from botocore.

====================================  =====================================================
wrapped                               inside a simulation
====================================  =====================================================
``AioBaseClient._make_api_call``      a call begins and ends
``AioSession._create_client``         a client made without a region gets the simulation's
``AioSession.get_credentials``        (always) an AppSync client looks for credentials at its
                                      first real call, not when it is made
``AioEndpoint._sleep``, or            a retry's delay moves the simulation's clock
``aiobotocore.endpoint.asyncio``
``AsyncClientRateLimiter``'s handlers adaptive mode paces a limiter of the simulation's own
``AsyncTokenBucket.acquire``          its waiting moves the simulation's clock
====================================  =====================================================

tests/integrations/test_aiobotocore_wrapping.py fails, naming the name, when one of them moves.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar, Token
from types import ModuleType
from typing import Any

import wrapt
from aiobotocore.awsrequest import AioAWSResponse
from aiobotocore.credentials import AioCredentials
from aiobotocore.retries import adaptive, bucket
from botocore.awsrequest import AWSResponse
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import CapacityNotAvailableError

from pytest_appsync.clients import responses, retry_state
from pytest_appsync.clients.botocore_wrapping import (
    Args,
    Features,
    Kwargs,
    Wrapped,
    asks_for_appsync,
    credentials_in_environment,
    credentials_wait,
    fresh_limiter,
    must_wait,
    wait_for_tokens,
    with_region,
)
from pytest_appsync.clients.calling import begin_call
from pytest_appsync.clients.client_call import answered, current, current_call, is_dormant
from pytest_appsync.clients.wrapping import replace_once, wrap_once
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.record.call_site import CallSite, call_site


def install(_: ModuleType) -> None:
    """Wrap what the table above names; the import hook calls it."""
    import aiobotocore.client
    import aiobotocore.endpoint

    # While the import hook runs, the module is not yet an attribute of its package.
    session = importlib.import_module("aiobotocore.session")
    wrap_once(aiobotocore.client, "AioBaseClient._make_api_call", _make_api_call)
    wrap_once(session, "AioSession._create_client", _create_client)
    wrap_once(session, "AioSession.get_credentials", _get_credentials)
    wrap_once(adaptive, "AsyncClientRateLimiter.on_sending_request", _with_own_state)
    wrap_once(adaptive, "AsyncClientRateLimiter.on_receiving_response", _with_own_state)
    wrap_once(bucket, "AsyncTokenBucket.acquire", _acquire_tokens)
    if hasattr(aiobotocore.endpoint.AioEndpoint, "_sleep"):
        wrap_once(aiobotocore.endpoint, "AioEndpoint._sleep", _sleep)
        wrap_once(aiobotocore.endpoint, "AnyioEndpoint._sleep", _sleep)
    else:  # aiobotocore before 3.6
        replace_once(aiobotocore.endpoint, "asyncio", EndpointAsyncio)


def _make_api_call(wrapped: Wrapped, client: Any, args: Args, kwargs: Kwargs) -> Any:
    # Whoever awaits the coroutine need not be the one who made the call: given to a task
    # or to gather(), it runs in frames of asyncio's only.
    site = None if is_dormant() else call_site()
    return _await_api_call(wrapped, client, args, kwargs, site)


async def _await_api_call(
    wrapped: Wrapped, client: Any, args: Args, kwargs: Kwargs, site: CallSite | None
) -> Any:
    if is_dormant():
        return await wrapped(*args, **kwargs)
    around = current_call.set(current())
    try:
        with begin_call(client, to_response, *args, site=site, **kwargs) as call:
            try:
                parsed = await wrapped(*args, **kwargs)
            except Exception:
                await _give_way_after_delay()
                raise
            await _give_way_after_delay()
            call.returned(parsed)
            return parsed
    finally:
        _go_back(current_call, around)


async def _give_way_after_delay() -> None:
    """Let other tasks go first once an answer has taken its time: it was there at once."""
    call = answered()
    if call is not None and call.is_delayed and _in_asyncio():
        await asyncio.sleep(0)


def _in_asyncio() -> bool:
    """Whether an event loop of asyncio runs here; trio's has no tasks of its kind."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _go_back(variable: ContextVar[Any], token: Token[Any]) -> None:
    # A coroutine that nobody awaits any more is closed by the garbage collector, in the
    # context of whoever runs just then, which is none of its business.
    with contextlib.suppress(ValueError):
        variable.reset(token)


def to_response(answer: HttpAnswer, url: str) -> AWSResponse:
    """``answer`` as aiobotocore's HTTP layer would return it: its body is awaited."""
    response = responses.to_response(answer, url)
    made: AWSResponse = AioAWSResponse(
        url, response.status_code, response.headers, RawBody(response.content, response.headers)
    )
    return made


class RawBody:
    """What aiobotocore asks of an aiohttp response: its body, and once its headers."""

    def __init__(self, body: bytes, headers: Mapping[str, str]) -> None:
        self._body = responses.RawBody(body)
        self.content = self
        # aiobotocore before 2.12 reads the headers here rather than from the response.
        self.raw_headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def read(self, amount: int = -1) -> bytes:
        return self._body.read(amount)

    async def __aenter__(self) -> RawBody:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._body.close()

    def close(self) -> None:
        self._body.close()


async def _create_client(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    if not asks_for_appsync(args, kwargs):
        return await wrapped(*args, **kwargs)
    args, kwargs = with_region(session, args, kwargs)
    waited = credentials_wait.set(credentials_wait.get())
    try:
        credentials_wait.set(True)
        return await wrapped(*args, **kwargs)
    finally:
        _go_back(credentials_wait, waited)


async def _get_credentials(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    if not must_wait(session):
        return await wrapped(*args, **kwargs)
    found = credentials_in_environment(session)
    if found is None:
        return DeferredCredentials(wrapped)
    if isinstance(found, RefreshableCredentials):
        return await wrapped(*args, **kwargs)
    return AioCredentials(found.access_key, found.secret_key, found.token, method=found.method)


class DeferredCredentials:
    """A session's credentials, looked up when a real call first needs them."""

    method = "deferred-by-pytest-appsync"

    def __init__(self, look_up: Callable[[], Awaitable[Any]]) -> None:
        self._ask_session = look_up
        self._features = Features()

    async def _look_up(self) -> Any:
        with self._features.said():
            return await self._ask_session()

    async def get_frozen_credentials(self) -> Any:
        """What the signer asks for; ``None`` where there are no credentials at all."""
        credentials = await self._look_up()
        return None if credentials is None else await credentials.get_frozen_credentials()

    async def get_account_id(self) -> Any:
        """What endpoint rules ask for when they need it."""
        credentials = await self._look_up()
        found: Any = None if credentials is None else credentials.get_account_id()
        # Only credentials that may have to be refreshed make one wait.
        return await found if inspect.isawaitable(found) else found

    def get_deferred_property(self, property_name: str) -> Callable[[], Awaitable[Any]]:
        """What endpoint rules of later versions ask for, likewise."""

        async def look_up() -> Any:
            return getattr(await self._look_up(), property_name, None)

        return look_up


async def _sleep(wrapped: Wrapped, endpoint: Any, args: Args, kwargs: Kwargs) -> Any:
    return await _sleep_instead(wrapped, *args, **kwargs)


async def _sleep_instead(sleep: Callable[[float], Awaitable[Any]], seconds: float) -> Any:
    """Move the clock and give the other tasks their turn, or else really sleep."""
    call = answered()
    if call is None:
        return await sleep(seconds)
    call.wait(seconds)
    return await sleep(0)


class EndpointAsyncio(wrapt.ObjectProxy):  # type: ignore[type-arg]
    """The module ``asyncio`` as ``aiobotocore.endpoint`` sees it."""

    async def sleep(self, delay: float) -> Any:
        return await _sleep_instead(self.__wrapped__.sleep, delay)

    def __setattr__(self, name: str, value: Any) -> None:
        # mock.patch("aiobotocore.endpoint.asyncio.sleep") means the real module's.
        setattr(self.__wrapped__, name, value)


async def _with_own_state(wrapped: Wrapped, limiter: Any, args: Args, kwargs: Kwargs) -> Any:
    call = answered()
    if call is None:
        return await wrapped(*args, **kwargs)
    simulation = call.simulation
    own = retry_state.own(
        simulation, limiter, lambda: fresh_limiter(limiter, simulation.application_time)
    )
    return await wrapped.__func__(own, *args, **kwargs)  # type: ignore[attr-defined]


async def _acquire_tokens(wrapped: Wrapped, bucket: Any, args: Args, kwargs: Kwargs) -> Any:
    if answered() is None:
        return await wrapped(*args, **kwargs)
    amount = args[0] if args else kwargs.get("amount", 1)
    try:
        return await wrapped(amount, block=False)
    except CapacityNotAvailableError:
        wait_for_tokens(bucket, amount)
    # The limiter of a client that is older than this package is not a twin, so its clock
    # has not moved; it has waited all the same.
    with contextlib.suppress(CapacityNotAvailableError):
        await wrapped(amount, block=False)
    return True
