"""All that we wrap in botocore, and every name of its inside that we rely on.

Installed when ``botocore.session`` is imported. Outside of a simulation
each wrapper does what botocore does, with the one exception that the table names.

===================================  ======================================================
wrapped                              inside a simulation
===================================  ======================================================
``BaseClient._make_api_call``        a call begins and ends
``Session.create_client``            a client made without a region gets the simulation's
``Session.get_credentials``          (always) an AppSync client looks for credentials at its
                                     first real call, not when it is made
``Session.get_scoped_config``        a missing profile that only AWS_PROFILE names is no error
``botocore.endpoint.time``           a retry's delay moves the simulation's clock
``RetryQuota.acquire`` / ``release`` simulated failures spend a quota of the simulation's own
``ClientRateLimiter``'s handlers     adaptive mode paces a limiter of the simulation's own
``TokenBucket.acquire``              its waiting moves the simulation's clock
===================================  ======================================================

Only looked at: ``Session._credentials``; the parts of a ``ClientRateLimiter``; the
``features`` of ``botocore.context.get_context()``; and, to give the shared client its handlers
back, ``EventAliaser._emitter`` and its ``_lookup_cache``.

tests/clients/test_botocore_wrapping.py fails, naming the name, when one of them moves.
"""

from __future__ import annotations

import contextlib
import copy
import importlib
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from types import ModuleType
from typing import Any

import wrapt
from botocore.config import Config
from botocore.credentials import EnvProvider
from botocore.exceptions import (
    CapacityNotAvailableError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.retries import adaptive
from botocore.retries.quota import RetryQuota

from pytest_appsync.clients import retry_state
from pytest_appsync.clients.calling import begin_call
from pytest_appsync.clients.client_call import answered, current, current_call, is_dormant
from pytest_appsync.clients.responses import to_response
from pytest_appsync.clients.wrapping import Places, replace_once, wrap_once
from pytest_appsync.simulation import entered
from pytest_appsync.simulation.call_in_progress import CallInProgress

try:
    from botocore.context import get_context
except ImportError:  # botocore before 1.37 says nothing of it
    get_context = None  # type: ignore[assignment]

Wrapped = Callable[..., Any]
Args = tuple[Any, ...]
Kwargs = Mapping[str, Any]


def install(imported: ModuleType | None = None) -> None:
    """Wrap what the table above names, unless that is done.

    The import hook calls it, and so does entering a simulation: somebody may have
    thrown botocore out of ``sys.modules`` and imported it anew, as pytester does.
    """
    global _known
    # Each entering asks, and looking each of them up takes longer than all the rest of it.
    if imported is None and _known is not None and _known.are_as_they_were():
        return

    import botocore.client
    import botocore.endpoint
    import botocore.retries.bucket
    import botocore.retries.quota

    # While the import hook runs, the module is not yet an attribute of its package.
    session = importlib.import_module("botocore.session")
    places = [
        (sys.modules, "botocore.client", botocore.client),
        *wrap_once(botocore.client, "BaseClient._make_api_call", _make_api_call),
        *wrap_once(session, "Session.create_client", _create_client),
        *wrap_once(session, "Session.get_credentials", _get_credentials),
        *wrap_once(session, "Session.get_scoped_config", _get_scoped_config),
        *wrap_once(botocore.retries.quota, "RetryQuota.acquire", _with_own_state),
        *wrap_once(botocore.retries.quota, "RetryQuota.release", _release),
        *wrap_once(adaptive, "ClientRateLimiter.on_sending_request", _with_own_state),
        *wrap_once(adaptive, "ClientRateLimiter.on_receiving_response", _with_own_state),
        *wrap_once(botocore.retries.bucket, "TokenBucket.acquire", _acquire_tokens),
        replace_once(botocore.endpoint, "time", EndpointTime),
    ]
    # Another thread that finds the library known must find all of it wrapped.
    _known = Places(places)


_known: Places | None = None
"""Where the library is, and all that is wrapped in it."""


# --- calls ---------------------------------------------------------------------------


def _make_api_call(wrapped: Wrapped, client: Any, args: Args, kwargs: Kwargs) -> Any:
    if is_dormant():
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


# --- clients -------------------------------------------------------------------------

credentials_wait: ContextVar[bool] = ContextVar("pytest_appsync_credentials", default=False)
"""Whether an AppSync client is being made: its session's credentials can wait."""


def _create_client(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    if not asks_for_appsync(args, kwargs):
        return wrapped(*args, **kwargs)
    args, kwargs = with_region(session, args, kwargs)
    waited = credentials_wait.get()
    try:
        credentials_wait.set(True)
        return wrapped(*args, **kwargs)
    finally:
        credentials_wait.set(waited)


def asks_for_appsync(args: Args, kwargs: Kwargs) -> bool:
    """Whether these arguments of ``create_client`` make an AppSync client."""
    return bool((args[0] if args else kwargs.get("service_name")) == "appsync")


def with_region(session: Any, args: Args, kwargs: Kwargs) -> tuple[Args, Kwargs]:
    """The arguments of a client that is made inside a simulation, with a region.

    The machine's environment and configuration files are not asked: a suite gives
    the same result wherever it runs.
    """
    simulation = entered.active()
    if simulation is None or _names_region(session, args, kwargs):
        return args, kwargs
    region = _region_of_profile(session) or simulation.settings.region
    if len(args) > 1:
        return (args[0], region, *args[2:]), kwargs
    return args, {**kwargs, "region_name": region}


def _names_region(session: Any, args: Args, kwargs: Kwargs) -> bool:
    """Whether the code that makes the client names a region."""
    given = (*args[2:], kwargs.get("config"), session.get_default_client_config())
    configs: list[Any] = [config for config in given if isinstance(config, Config)]
    return (
        (args[1] if len(args) > 1 else kwargs.get("region_name")) is not None
        or any(config.region_name is not None for config in configs)
        or session.instance_variables().get("region") is not None
    )


def _region_of_profile(session: Any) -> str | None:
    """The region of a profile that the code names."""
    if "profile" not in session.instance_variables():
        return None
    region: str | None = session.get_scoped_config().get("region")
    return region


def _get_credentials(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    if not must_wait(session):
        return wrapped(*args, **kwargs)
    return credentials_in_environment(session) or DeferredCredentials(wrapped)


def must_wait(session: Any) -> bool:
    """Whether the session's credentials are to be looked up later.

    Those that it has already need no looking up.
    """
    return credentials_wait.get() and session._credentials is None


def credentials_in_environment(session: Any) -> Any:
    """The credentials of the environment as it is now, if botocore would take them.

    They cost nothing to look at, and waiting for them would be dangerous: a test that
    makes its clients under harmless credentials must not sign with the developer's own
    later on. A profile that the code names comes before them.
    """
    if "profile" in session.instance_variables():
        return None
    try:
        return EnvProvider().load()
    except PartialCredentialsError:
        return None


def _get_scoped_config(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    try:
        return wrapped(*args, **kwargs)
    except ProfileNotFound:
        # AWS_PROFILE is set for the developer's other work, or is not on this machine.
        # A profile that the code names is the code's own affair.
        if entered.active() is None or "profile" in session.instance_variables():
            raise
        return {}


class DeferredCredentials:
    """A session's credentials, looked up when a real call first needs them.

    An AppSync client is made at the import of an application's module, or inside a
    simulation that it outlives: it may meet nothing but simulations, and then nobody
    asks the machine's files, its metadata service or the network for credentials.
    """

    method = "deferred-by-pytest-appsync"

    def __init__(self, look_up: Callable[[], Any]) -> None:
        self._look_up = look_up
        self._lock = threading.Lock()
        self._found: list[Any] = []
        self._features = Features()

    def _credentials(self) -> Any:
        with self._lock, self._features.said():
            if not self._found:
                self._found.append(self._look_up())
            return self._found[0]

    def get_frozen_credentials(self) -> Any:
        """What the signer asks for; ``None`` where there are no credentials at all."""
        credentials = self._credentials()
        return None if credentials is None else credentials.get_frozen_credentials()

    def get_deferred_property(self, property_name: str) -> Callable[[], Any]:
        """What endpoint rules ask for, such as the account's id, when they need it."""
        return lambda: getattr(self._credentials(), property_name, None)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        credentials = self._credentials()
        if credentials is None:
            raise NoCredentialsError
        return getattr(credentials, name)


class Features:
    """What botocore's user agent says of where credentials came from.

    botocore has it from the look-up and says it of each call of a client. A look-up that
    was deferred belongs to one call, so what it has said is said again of all others.
    """

    def __init__(self) -> None:
        self._known: set[str] = set()

    @contextlib.contextmanager
    def said(self) -> Iterator[None]:
        """Around the look-up, and around each use of what it has found."""
        features = _features_of_call()
        before = set(features)
        features |= self._known
        yield
        self._known |= features - before


def _features_of_call() -> set[str]:
    """Those of the call that this thread or task is in."""
    if get_context is None:
        return set()
    context = get_context()
    features: set[str] = set() if context is None else context.features
    return features


class EventsMemory:
    """A client's event handlers as they are now, to be had again later."""

    def __init__(self, client: Any) -> None:
        self._emitter: Any = client.meta.events._emitter
        self._memory = copy.copy(self._emitter)
        self._seen = self._emitter._lookup_cache

    def restore(self) -> None:
        """Forget the handlers that were registered since, and those that are missing."""
        # botocore takes a new cache whenever a handler comes or goes.
        if self._emitter._lookup_cache is not self._seen:
            vars(self._emitter).update(vars(copy.copy(self._memory)))
            self._seen = self._emitter._lookup_cache


# --- retries -------------------------------------------------------------------------


class EndpointTime(wrapt.ObjectProxy):  # type: ignore[type-arg]
    """The module ``time`` as ``botocore.endpoint`` sees it."""

    def sleep(self, seconds: float) -> None:
        call = answered()
        if call is None:
            self.__wrapped__.sleep(seconds)
        else:
            call.wait(seconds)
            call.give_way()

    def __setattr__(self, name: str, value: Any) -> None:
        # mock.patch("botocore.endpoint.time.sleep") means the real module's.
        setattr(self.__wrapped__, name, value)


def _with_own_state(wrapped: Wrapped, original: Any, args: Args, kwargs: Kwargs) -> Any:
    call = answered()
    if call is None:
        return wrapped(*args, **kwargs)
    simulation = call.simulation
    own = retry_state.own(
        simulation, original, lambda: fresh(original, simulation.application_time)
    )
    return wrapped.__func__(own, *args, **kwargs)  # type: ignore[attr-defined]


def _release(wrapped: Wrapped, quota: Any, args: Args, kwargs: Kwargs) -> Any:
    call = answered()
    if call is not None and not retry_state.has_own(call.simulation, quota):
        # A quota of which nothing was spent is full. Most simulations need none.
        return None
    return _with_own_state(wrapped, quota, args, kwargs)


def fresh(original: Any, application_time: Callable[[], float]) -> Any:
    """Another retry quota, or rate limiter, of the same make, that has seen nothing yet."""
    if isinstance(original, RetryQuota):
        return RetryQuota()
    return fresh_limiter(original, application_time)


def _acquire_tokens(wrapped: Wrapped, bucket: Any, args: Args, kwargs: Kwargs) -> Any:
    if answered() is None:
        return wrapped(*args, **kwargs)
    amount = args[0] if args else kwargs.get("amount", 1)
    try:
        return wrapped(amount, block=False)
    except CapacityNotAvailableError:
        call = wait_for_tokens(bucket, amount)
    # The limiter of a client that is older than this package is not a twin, so its clock
    # has not moved; it has waited all the same.
    with contextlib.suppress(CapacityNotAvailableError):
        wrapped(amount, block=False)
    call.give_way()
    return True


def fresh_limiter(limiter: Any, application_time: Callable[[], float]) -> Any:
    """Another limiter of the same make, that has seen nothing yet."""
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


def wait_for_tokens(bucket: Any, amount: int) -> CallInProgress:
    """Let so much simulated time pass that the bucket has the tokens.

    :returns: the call that has waited.
    """
    call = answered()
    assert call is not None, "a simulated wait belongs to a simulated call"
    # Another thread may have brought them meanwhile.
    missing = max(0.0, amount - bucket.available_capacity)
    # A millisecond more than it takes, or rounding might leave the bucket a little short.
    # The bucket is where the furthest of its callers is.
    call.wait_beyond(missing / bucket.max_rate + 0.001)
    return call
