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
``botocore.endpoint.time``           a retry's delay moves the simulation's clock
``RetryQuota.acquire`` / ``release`` simulated failures spend a quota of the simulation's own
``ClientRateLimiter``'s handlers     adaptive mode paces a limiter of the simulation's own
===================================  ======================================================

tests/test_botocore_patches.py fails, naming the name, when one of them moves.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from types import ModuleType
from typing import Any

import wrapt
from botocore.exceptions import CapacityNotAvailableError
from botocore.retries import adaptive
from botocore.retries.quota import RetryQuota

from pytest_appsync import interception
from pytest_appsync.wire import to_response

Wrapped = Callable[..., Any]
Args = tuple[Any, ...]
Kwargs = Mapping[str, Any]


def install(_: ModuleType | None = None) -> None:
    """Wrap what the table above names, unless that is done.

    The import hook calls it, and so does entering a simulation: somebody may have
    thrown botocore out of ``sys.modules`` and imported it anew, as pytester does.
    """
    import botocore.client
    import botocore.endpoint
    import botocore.retries.quota

    # While the import hook runs, the module is not yet an attribute of its package.
    session = importlib.import_module("botocore.session")
    wrappers: list[tuple[ModuleType, str, Callable[..., Any]]] = [
        (botocore.client, "BaseClient._make_api_call", _make_api_call),
        (session, "Session.create_client", _create_client),
        (session, "Session.get_credentials", _get_credentials),
        (botocore.retries.quota, "RetryQuota.acquire", _with_own_quota),
        (botocore.retries.quota, "RetryQuota.release", _with_own_quota),
        (adaptive, "ClientRateLimiter.on_sending_request", _with_own_limiter),
        (adaptive, "ClientRateLimiter.on_receiving_response", _with_own_limiter),
    ]
    for owner, name, wrapper in wrappers:
        class_name, method = name.split(".")
        wrapped = inspect.getattr_static(getattr(owner, class_name), method)
        if getattr(wrapped, "_self_wrapper", None) is not wrapper:
            wrapt.wrap_function_wrapper(owner, name, wrapper)
    if not isinstance(inspect.getattr_static(botocore.endpoint, "time"), EndpointTime):
        wrapt.wrap_object(botocore.endpoint, "time", EndpointTime)


# --- calls ---------------------------------------------------------------------------


def _make_api_call(wrapped: Wrapped, client: Any, args: Args, kwargs: Kwargs) -> Any:
    if interception.is_dormant():
        return wrapped(*args, **kwargs)
    with interception.calling(client, to_response, *args, **kwargs) as call:
        parsed = wrapped(*args, **kwargs)
        call.returned(parsed)
        return parsed


# --- clients -------------------------------------------------------------------------

_credentials_wait: ContextVar[bool] = ContextVar("pytest_appsync_credentials", default=False)


def _create_client(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    given = inspect.signature(wrapped).bind(*args, **kwargs).arguments
    if given.get("service_name") != "appsync":
        return wrapped(*args, **kwargs)
    with client_creation(session, given):
        return wrapped(**given)


@contextlib.contextmanager
def client_creation(session: Any, given: dict[str, Any]) -> Iterator[None]:
    """An AppSync client is made inside, of the arguments ``given``, which may be amended."""
    simulation = interception.active()
    if simulation is not None and not _has_region(session, given):
        given["region_name"] = simulation.region
    token = _credentials_wait.set(True)
    try:
        yield
    finally:
        _credentials_wait.reset(token)


def _has_region(session: Any, given: Mapping[str, Any]) -> bool:
    """Whether the code that makes the client names a region.

    The machine's environment and configuration files are not asked: a suite gives
    the same result wherever it runs.
    """
    configs = (given.get("config"), session.get_default_client_config())
    return (
        given.get("region_name") is not None
        or any(config is not None and config.region_name is not None for config in configs)
        or session.instance_variables().get("region") is not None
    )


def _get_credentials(wrapped: Wrapped, session: Any, args: Args, kwargs: Kwargs) -> Any:
    return DeferredCredentials(wrapped) if must_wait(session) else wrapped(*args, **kwargs)


def must_wait(session: Any) -> bool:
    """Whether the session's credentials are to be looked up later.

    Those that it has already need no looking up.
    """
    return _credentials_wait.get() and session._credentials is None


class DeferredCredentials:
    """A session's credentials, looked up when a real call first needs them.

    An AppSync client is made at the import of an application's module, or inside a
    simulation that it outlives: it may meet nothing but simulations, and then nobody
    asks the machine's files, its metadata service or the network for credentials.
    """

    method = "deferred-by-pytest-appsync"

    def __init__(self, look_up: Callable[[], Any]) -> None:
        self._look_up = look_up

    def get_frozen_credentials(self) -> Any:
        """What the signer asks for; ``None`` where there are no credentials at all."""
        credentials = self._look_up()
        return None if credentials is None else credentials.get_frozen_credentials()

    def get_deferred_property(self, property_name: str) -> Callable[[], Any]:
        """What endpoint rules ask for, such as the account's id, when they need it."""
        return lambda: getattr(self._look_up(), property_name, None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._look_up(), name)


# --- retries -------------------------------------------------------------------------


class EndpointTime(wrapt.ObjectProxy):  # type: ignore[type-arg]
    """The module ``time`` as ``botocore.endpoint`` sees it."""

    def sleep(self, seconds: float) -> None:
        call = interception.current()
        if call is not None and call.is_answered:
            call.wait(seconds)
        else:
            self.__wrapped__.sleep(seconds)

    def __setattr__(self, name: str, value: Any) -> None:
        # mock.patch("botocore.endpoint.time.sleep") means the real module's.
        setattr(self.__wrapped__, name, value)


def _with_own_quota(wrapped: Wrapped, quota: Any, args: Args, kwargs: Kwargs) -> Any:
    call = interception.current()
    if call is None:
        return wrapped(*args, **kwargs)
    own = call.twin_of(quota, lambda: RetryQuota(quota.INITIAL_CAPACITY))
    return wrapped.__func__(own, *args, **kwargs)  # type: ignore[attr-defined]


def _with_own_limiter(wrapped: Wrapped, limiter: Any, args: Args, kwargs: Kwargs) -> Any:
    call = interception.current()
    if call is None:
        return wrapped(*args, **kwargs)
    own = call.twin_of(limiter, lambda: _new_limiter(limiter, call.application_time))
    return wrapped.__func__(own, *args, **kwargs)  # type: ignore[attr-defined]


def _new_limiter(limiter: Any, application_time: Callable[[], float]) -> Any:
    """A rate limiter as adaptive mode makes one, that waits in simulated time."""
    own = fresh_limiter(limiter, application_time)
    bucket = own._token_bucket

    def acquire(amount: int = 1, block: bool = True) -> bool:
        while True:
            try:
                return bool(type(bucket).acquire(bucket, amount, block=False))
            except CapacityNotAvailableError:
                if not block:
                    raise
                wait_for_tokens(bucket, amount)

    bucket.acquire = acquire
    return own


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


def wait_for_tokens(bucket: Any, amount: int) -> None:
    """Let so much simulated time pass that the bucket has the tokens."""
    call = interception.current()
    assert call is not None, "a limiter of a simulation outside of its calls"
    # A millisecond more than it takes, or rounding might never let it be enough.
    call.wait((amount - bucket.available_capacity) / bucket.max_rate + 0.001)
