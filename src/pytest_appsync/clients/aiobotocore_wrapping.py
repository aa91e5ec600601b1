"""The wrappers of aiobotocore, and every private name of it that we rely on.

Installed when ``aiobotocore.client`` is imported, never before. The reasons are those of
:mod:`pytest_appsync.clients.botocore_wrapping`; this is what aiobotocore overrides of it.

====================================  =====================================================
wrapped                               inside a simulation
====================================  =====================================================
``AioBaseClient._make_api_call``      a call begins and ends
``AioSession._create_client``         a client gets a region, and no credentials are looked up
``AioSession.get_credentials``        the same
``AioEndpoint._sleep``, or            a retry's delay moves the simulation's clock
``aiobotocore.endpoint.asyncio``
``AsyncClientRateLimiter``'s handlers adaptive mode paces a limiter of the simulation's own
``AsyncTokenBucket.acquire``          its waiting moves the simulation's clock
``AioEndpoint._send``                 the guard refuses what nothing has answered
====================================  =====================================================

tests/integrations/test_aiobotocore_wrapping.py fails, naming the name, when one of them moves.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar, Token
from types import ModuleType
from typing import Any

import wrapt
from aiobotocore.awsrequest import AioAWSResponse
from botocore.awsrequest import AWSResponse
from botocore.exceptions import CapacityNotAvailableError

from pytest_appsync.clients import client_arguments, responses, retry_state
from pytest_appsync.clients.botocore_wrapping import (
    fresh_limiter,
    given_credentials,
    is_made_inside,
    is_second_copy,
    note_lookup,
    wait_for_tokens,
)
from pytest_appsync.clients.calling import begin_call, refuse_call
from pytest_appsync.clients.client_call import answered, current, current_call, is_outside
from pytest_appsync.clients.wrapping import Args, Kwargs, Wrapped, is_begun, replace_once, wrap_once
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.record.call_site import CallSite, call_site
from pytest_appsync.simulation import entered


def install(library: ModuleType) -> None:
    """Wrap what the table above names in a module that was just imported or reloaded.

    After the first import of ``aiobotocore.client`` also what is there of the others.
    """
    if is_second_copy():
        owner, path = sys.modules.get("aiobotocore.client"), "AioBaseClient._make_api_call"
        if not is_begun(owner, path):
            wrap_once(owner, path, refuse_call)
        return
    for name, path, wrapper in _WRAPPERS:
        owner = sys.modules.get(name)
        if library is owner or not is_begun(owner, path):
            wrap_once(owner, path, wrapper)
    endpoint: Any = sys.modules["aiobotocore.endpoint"]
    if hasattr(endpoint.AioEndpoint, "_sleep"):
        wrap_once(endpoint, "AioEndpoint._sleep", _sleep)
        wrap_once(endpoint, "AnyioEndpoint._sleep", _sleep)
    else:  # aiobotocore before 3.6
        replace_once(endpoint, "asyncio", EndpointAsyncio)


def _make_api_call(wrapped: Wrapped, client: Any, args: Args, kwargs: Kwargs) -> Any:
    # The code that awaits the coroutine may not be the code that made the call: given to a
    # task or to gather(), it runs in frames of asyncio only.
    site = None if is_outside() else call_site()
    return _await_api_call(wrapped, client, args, kwargs, site)


async def _await_api_call(
    wrapped: Wrapped, client: Any, args: Args, kwargs: Kwargs, site: CallSite | None
) -> Any:
    if is_outside():
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
    """Let other tasks run first after a scripted delay, which took no real time."""
    call = answered()
    if call is not None and call.is_delayed:
        # Without an event loop of asyncio, aiobotocore itself waits by anyio.
        await (asyncio if _in_asyncio() else sys.modules["anyio"]).sleep(0)


def _in_asyncio() -> bool:
    """Whether an event loop of asyncio runs here; trio's has no tasks of its kind."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _go_back(variable: ContextVar[Any], token: Token[Any]) -> None:
    # The garbage collector closes a coroutine that is not awaited to its end, in the context
    # of the code that runs at that moment. That context must not be changed.
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
    """The parts of an aiohttp response that aiobotocore reads: the body, and once its headers."""

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
    simulation = entered.active()
    if simulation is None or not client_arguments.are_for_appsync(args, kwargs):
        return await wrapped(*args, **kwargs)
    args, kwargs = client_arguments.inside(simulation, session, args, kwargs)
    around = is_made_inside.set(simulation.settings.unsimulated != "passthrough")
    try:
        return await wrapped(*args, **kwargs)
    finally:
        _go_back(is_made_inside, around)


async def _get_credentials(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    if is_made_inside.get():
        return given_credentials(session)
    had = session._credentials
    found = await wrapped(*args, **kwargs)
    if had is None:
        note_lookup(found)
    return found


async def _sleep(wrapped: Wrapped, endpoint: Any, args: Args, kwargs: Kwargs) -> Any:
    return await _sleep_instead(wrapped, *args, **kwargs)


async def _sleep_instead(sleep: Callable[[float], Awaitable[Any]], seconds: float) -> Any:
    """Move the clock and let the other tasks run, or else really sleep."""
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
    own = retry_state.own(call.simulation, limiter, fresh_limiter)
    return await wrapped.__func__(own, *args, **kwargs)  # type: ignore[attr-defined]


async def _acquire_tokens(wrapped: Wrapped, bucket: Any, args: Args, kwargs: Kwargs) -> Any:
    call = answered()
    if call is None:
        return await wrapped(*args, **kwargs)
    amount = args[0] if args else kwargs.get("amount", 1)
    try:
        return await wrapped(amount, block=False)
    except CapacityNotAvailableError:
        wait_for_tokens(call, bucket, amount)
    # The limiter of a client that is older than this package is its own, whose clock has
    # not moved. The client has waited in simulated time, so it may go on.
    with contextlib.suppress(CapacityNotAvailableError):
        await wrapped(amount, block=False)
    return True


async def _send(wrapped: Wrapped, endpoint: Any, args: Args, kwargs: Kwargs) -> Any:
    call = current()
    if call is not None:
        call.refuse_network(args[0] if args else kwargs.get("request"))
    return await wrapped(*args, **kwargs)


_WRAPPERS: list[tuple[str, str, Callable[..., Any]]] = [
    ("aiobotocore.client", "AioBaseClient._make_api_call", _make_api_call),
    ("aiobotocore.session", "AioSession._create_client", _create_client),
    ("aiobotocore.session", "AioSession.get_credentials", _get_credentials),
    (
        "aiobotocore.retries.adaptive",
        "AsyncClientRateLimiter.on_sending_request",
        _with_own_state,
    ),
    (
        "aiobotocore.retries.adaptive",
        "AsyncClientRateLimiter.on_receiving_response",
        _with_own_state,
    ),
    ("aiobotocore.retries.bucket", "AsyncTokenBucket.acquire", _acquire_tokens),
    ("aiobotocore.endpoint", "AioEndpoint._send", _send),
]
