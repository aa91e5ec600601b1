"""The wrappers of botocore, and every private name of it that we rely on.

Installed when ``botocore.client`` is imported, when a simulation is entered and when the guard
begins. Outside of simulations each wrapper does what botocore does. No public event or setting
does the same:

===================================  ======================================================
wrapped                              why
===================================  ======================================================
``BaseClient._make_api_call``        a call begins and ends. No event begins a call of a client
                                     that is older than this package, and none ends one that
                                     failed validation (``botocore.handlers.BUILTIN_HANDLERS``
                                     reaches only sessions that are made later)
``Session.create_client``            inside, a client gets a region, and its credentials are not
                                     looked up; botocore decides both before its first event
``Session.get_credentials``          the same: it is what ``create_client`` asks
``Session.get_scoped_config``        inside, a missing profile that only AWS_PROFILE names is no
                                     error; it is raised before there is a client
``EnvironmentProvider.provide``      while the guard is up, its address for child processes is
                                     hidden from the clients of this process. botocore reads the
                                     environment before its first event
``botocore.endpoint.time``           a retry's delay moves the simulation's clock. The event
                                     ``needs-retry`` is what decides the delay, and no event tells
                                     what it decided
``RetryQuota.acquire`` / ``release`` simulated failures spend a quota of the simulation. A client
                                     has 500 tokens and a retry costs 5 to 14 of them, so after some
                                     100 simulated failures it would retry nothing any more
``ClientRateLimiter``'s handlers     adaptive mode paces a limiter of the simulation, or a client
                                     would stay slow after it
``TokenBucket.acquire``              its waiting moves the simulation's clock
``URLLib3Session.send``              the guard refuses what no handler of ``before-send`` has
                                     answered. None of them sees what the others have answered
===================================  ======================================================

Only looked at: ``Session._credentials``, and the parts of a ``ClientRateLimiter``.

tests/clients/test_botocore_wrapping.py fails, naming the name, when one of them moves.
"""

from __future__ import annotations

import contextlib
import sys
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from types import ModuleType
from typing import Any

import botocore
import wrapt
from botocore import exceptions
from botocore.exceptions import CapacityNotAvailableError, ProfileNotFound

from pytest_appsync.clients import client_arguments, guard, guard_of_children, retry_state
from pytest_appsync.clients.calling import begin_call, refuse_call, refuse_second_copy
from pytest_appsync.clients.client_call import answered, current, current_call, is_outside
from pytest_appsync.clients.responses import to_response
from pytest_appsync.clients.wrapping import Args, Kwargs, Wrapped, is_begun, replace_once, wrap_once
from pytest_appsync.simulation import entered
from pytest_appsync.simulation.call_in_progress import CallInProgress


def install(library: ModuleType | None = None) -> None:
    """Wrap what the table above names, unless that is done.

    The import hook asks for it when ``botocore.client`` is there: a client keeps methods of its
    rate limiter, so they must be wrapped before it is made. Entering a simulation asks again: a
    test may have put a name back, as OpenTelemetry's ``uninstrument`` does.

    :param library: the module that was just imported or reloaded. Others may still be in the
        middle of their import, as ``botocore.session`` is, which imports ``botocore.client``.
    """
    if is_second_copy():
        _refuse_second_copy()
        return
    for name, path, wrapper in (*_WRAPPERS, *(_OF_THE_GUARD if guard.is_up_somewhere() else ())):
        owner = sys.modules.get(name)
        if library is None or library is owner or not is_begun(owner, path):
            wrap_once(owner, path, wrapper)
    replace_once(sys.modules["botocore.endpoint"], "time", EndpointTime)


# --- a second copy of botocore ---


def is_second_copy() -> bool:
    """Whether botocore was removed from ``sys.modules`` and imported again after we imported it.

    Its clients have exceptions and an ``UNSIGNED`` of their own, which are not ours.
    """
    found = sys.modules.get
    return found("botocore") is not botocore or found("botocore.exceptions") is not exceptions


def _refuse_second_copy() -> None:
    for name, path, wrapper in (
        ("botocore.client", "BaseClient._make_api_call", refuse_call),
        ("botocore.session", "Session.create_client", _refuse_client),
    ):
        owner = sys.modules.get(name)
        if not is_begun(owner, path):
            wrap_once(owner, path, wrapper)


def _refuse_client(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    if client_arguments.are_for_appsync(args, kwargs):
        refuse_second_copy("create_client")
    return wrapped(*args, **kwargs)


# --- calls ---


def _make_api_call(wrapped: Wrapped, client: Any, args: Args, kwargs: Kwargs) -> Any:
    if is_outside():
        return wrapped(*args, **kwargs)
    around = current()
    try:
        with begin_call(client, to_response, *args, **kwargs) as call:
            parsed = wrapped(*args, **kwargs)
            call.returned(parsed)
            return parsed
    finally:
        # A function of C, because Ctrl-C may come at the first step of any other.
        current_call.set(around)


# --- clients ---

is_made_inside: ContextVar[bool] = ContextVar("pytest_appsync_made_inside", default=False)
"""Whether this thread or task makes an AppSync client that gets no credentials of the machine."""


def _create_client(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    simulation = entered.active()
    if simulation is None or not client_arguments.are_for_appsync(args, kwargs):
        return wrapped(*args, **kwargs)
    args, kwargs = client_arguments.inside(simulation, session, args, kwargs)
    around = is_made_inside.get()
    try:
        is_made_inside.set(simulation.settings.unsimulated != "passthrough")
        return wrapped(*args, **kwargs)
    finally:
        is_made_inside.set(around)


def _get_credentials(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    if is_made_inside.get():
        return given_credentials(session)
    had = session._credentials
    found = wrapped(*args, **kwargs)
    if had is None:
        note_lookup(found)
    return found


_looked_up: weakref.WeakSet[Any] = weakref.WeakSet()
"""Credentials that sessions have found, in a resolver of the application's own too."""


def note_lookup(found: Any) -> None:
    """Remember that a session has looked these credentials up."""
    with contextlib.suppress(TypeError):  # None, or an object that cannot be remembered
        _looked_up.add(found)


def given_credentials(session: Any) -> Any:
    """The credentials that the code gave by ``set_credentials`` or ``boto3.Session(...)``.

    Those that the session looked up earlier, for another client, do not count.
    """
    known = session._credentials
    is_given = getattr(known, "method", None) == "explicit" and known not in _looked_up
    return known if is_given else None


def _get_scoped_config(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    try:
        return wrapped(*args, **kwargs)
    except ProfileNotFound:
        # AWS_PROFILE is set for the developer's other work, or is not on this machine.
        # A profile that the code names must be there.
        if entered.active() is None or "profile" in session.instance_variables():
            raise
        return {}


def _provide(wrapped: Wrapped, provider: Any, args: Args, kwargs: Kwargs) -> Any:
    value = wrapped(*args, **kwargs)
    return None if guard_of_children.is_for_children(value) else value


# --- retries ---


class EndpointTime(wrapt.ObjectProxy):  # type: ignore[type-arg]
    """The module ``time`` as ``botocore.endpoint`` sees it."""

    def sleep(self, seconds: float) -> None:
        call = answered()
        if call is None:
            self.__wrapped__.sleep(seconds)
        else:
            call.wait(seconds)
            call.give_way(seconds)

    def __setattr__(self, name: str, value: Any) -> None:
        # mock.patch("botocore.endpoint.time.sleep") means the real module's.
        setattr(self.__wrapped__, name, value)


def _with_own_state(wrapped: Wrapped, original: Any, args: Args, kwargs: Kwargs) -> Any:
    call = answered()
    if call is None:
        return wrapped(*args, **kwargs)
    own = retry_state.own(call.simulation, original, _fresh)
    return wrapped.__func__(own, *args, **kwargs)  # type: ignore[attr-defined]


def _fresh(original: Any, application_time: Callable[[], float]) -> Any:
    """A new retry quota, or rate limiter, of the same class."""
    # Not isinstance: the module may have been reloaded since.
    if hasattr(original, "_token_bucket"):
        return fresh_limiter(original, application_time)
    return type(original)()


def _acquire_tokens(wrapped: Wrapped, bucket: Any, args: Args, kwargs: Kwargs) -> Any:
    call = answered()
    if call is None:
        return wrapped(*args, **kwargs)
    amount = args[0] if args else kwargs.get("amount", 1)
    try:
        return wrapped(amount, block=False)
    except CapacityNotAvailableError:
        waited = wait_for_tokens(call, bucket, amount)
    # The limiter of a client that is older than this package is its own, whose clock has
    # not moved. The client has waited in simulated time, so it may go on.
    with contextlib.suppress(CapacityNotAvailableError):
        wrapped(amount, block=False)
    call.give_way(waited)
    return True


def fresh_limiter(limiter: Any, application_time: Callable[[], float]) -> Any:
    """A new rate limiter of the same class."""
    clock = type(limiter._clock)()
    clock.current_time = application_time
    return type(limiter)(
        rate_adjustor=type(limiter._rate_adjustor)(
            starting_max_rate=0, start_time=application_time()
        ),
        rate_clocker=type(limiter._rate_clocker)(clock),
        token_bucket=type(limiter._token_bucket)(max_rate=1, clock=clock),
        throttling_detector=limiter._throttling_detector,
        clock=clock,
    )


def wait_for_tokens(call: CallInProgress, bucket: Any, amount: int) -> float:
    """Let simulated time pass until the bucket has the tokens.

    :returns: the seconds that the call has waited.
    """
    # Another thread may have added some.
    missing = max(0.0, amount - bucket.available_capacity)
    # A millisecond more than needed, because the bucket rounds. The bucket's time is that of the
    # caller that has waited longest.
    seconds = float(missing / bucket.max_rate + 0.001)
    call.wait_beyond(seconds)
    return seconds


def _send(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    call = current()
    if call is not None:
        call.refuse_network(args[0] if args else kwargs.get("request"))
    return wrapped(*args, **kwargs)


_WRAPPERS: list[tuple[str, str, Callable[..., Any]]] = [
    ("botocore.client", "BaseClient._make_api_call", _make_api_call),
    ("botocore.session", "Session.create_client", _create_client),
    ("botocore.session", "Session.get_credentials", _get_credentials),
    ("botocore.session", "Session.get_scoped_config", _get_scoped_config),
    ("botocore.retries.quota", "RetryQuota.acquire", _with_own_state),
    ("botocore.retries.quota", "RetryQuota.release", _with_own_state),
    ("botocore.retries.adaptive", "ClientRateLimiter.on_sending_request", _with_own_state),
    ("botocore.retries.adaptive", "ClientRateLimiter.on_receiving_response", _with_own_state),
    ("botocore.retries.bucket", "TokenBucket.acquire", _acquire_tokens),
    ("botocore.httpsession", "URLLib3Session.send", _send),
]

_OF_THE_GUARD: list[tuple[str, str, Callable[..., Any]]] = [
    # botocore asks it 139 times for each client: 6 percent of making one.
    ("botocore.configprovider", "EnvironmentProvider.provide", _provide),
]
"""Wrapped while the guard is up, also that of a session around this one."""
