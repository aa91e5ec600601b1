"""botocore's side: event handlers that hand an AppSync client's calls to the simulation.

One call's way::

    client._make_api_call         botocore_patches tells us that a call begins
      before-parameter-build      the parameters are noted
      choose-signer.appsync       nothing is signed, so no credentials are needed
      before-send.appsync         the simulation answers with an HTTP response
      (botocore parses it)
      response-received.appsync   the attempt's status and error code are noted
      (botocore may retry)        botocore_patches moves the clock instead of sleeping
    the call returns or raises    noted

Handlers are plain functions without state, attached to a client at its first
call inside a simulation. Outside of a call that belongs to one they return
``None`` at once.
"""

from __future__ import annotations

import inspect
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import botocore
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from pytest_appsync import guard, model
from pytest_appsync.call_in_flight import CallInFlight, NobodysCall, current
from pytest_appsync.call_site import CallSite
from pytest_appsync.calls import Attempt
from pytest_appsync.wire import ToResponse

if TYPE_CHECKING:
    from botocore.client import BaseClient


class Answering(Protocol):
    """A simulation, as far as this module knows it."""

    @property
    def region(self) -> str: ...

    def begin(
        self,
        operation: str,
        params: Mapping[str, Any],
        region: str,
        read_timeout: float | None,
        to_response: ToResponse,
        site: CallSite | None,
    ) -> CallInFlight: ...


# Changed in single steps of C, so that Ctrl-C finds it either as it was or as it shall be.
_entered: list[Answering] = []
_lock = threading.Lock()


def active() -> Answering | None:
    """The simulation that answers now: the last one entered, in any thread."""
    try:
        return _entered[-1]
    except IndexError:
        return None


def is_entered(simulation: Answering) -> bool:
    return simulation in _entered


def enter(simulation: Answering) -> None:
    """From now on ``simulation`` answers.

    :raises RuntimeError: when it does already.
    """
    begins = False
    try:
        with _lock:
            if is_entered(simulation):
                raise RuntimeError(f"{simulation!r} is active already: it cannot be entered twice")
            begins = True
            _entered.append(simulation)
    except BaseException:  # Ctrl-C
        if begins:
            forget(simulation)
        raise


def leave(simulation: Answering) -> None:
    """``simulation`` answers no more.

    :raises RuntimeError: when it is not active, or not the last one entered; even
        then it is not active afterwards.
    """
    with _lock:
        if not is_entered(simulation):
            raise RuntimeError(f"{simulation!r} is not active: it cannot be left")
        was_last = _entered[-1] is simulation
        _entered.remove(simulation)
    if not was_last:
        raise RuntimeError(
            f"{simulation!r} was left while a simulation that was entered after it is still "
            "active; leave them in the reverse of the order in which they were entered"
        )


def forget(simulation: Answering) -> None:
    """``simulation`` answers no more, if it did at all."""
    with _lock:
        if is_entered(simulation):
            _entered.remove(simulation)


def answered() -> CallInFlight | None:
    """The call that this thread or task is in, if its latest attempt was answered by us.

    A call that was let go on to somebody else is as real as any.
    """
    call = current()
    return call if call is not None and call.is_answered else None


def is_dormant() -> bool:
    """Whether no client's call needs our attention."""
    return not _entered and not guard.is_up and current() is None


def calling(
    client: BaseClient,
    to_response: ToResponse,
    operation_name: str,
    api_params: Mapping[str, Any],
    *,
    site: CallSite | None = None,
) -> CallInFlight | NobodysCall:
    """A client's call, for the ``with`` in which it is made.

    Whoever makes it sets :data:`~pytest_appsync.call_in_flight.current_call` back afterwards
    to the call around it.

    :param site: where the application made the call, if that is known already; the
        frames that are running now are looked at otherwise.
    :raises RealCallBlocked: outside of any simulation, while the guard is up.
    """
    is_attached = client in _attached
    if not (is_attached or is_appsync(client)):
        return NobodysCall()
    simulation = active()
    if simulation is None:
        guard.check(operation_name, site)
        return NobodysCall()
    if not is_attached:
        attach(client)
    config: Any = client.meta.config
    return simulation.begin(
        operation_name,
        api_params,
        client.meta.region_name,
        config.read_timeout,
        to_response,
        site,
    )


# --- the handlers --------------------------------------------------------------------


def note_params(params: Mapping[str, Any], **_: Any) -> None:
    call = current()
    if call is not None:
        call.asks(params)


def leave_unsigned(**_: Any) -> Any:
    call = current()
    return botocore.UNSIGNED if call is not None and call.will_answer() else None


def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
    call = current()
    return None if call is None else call.answer(request)


def note_response(
    parsed_response: Mapping[str, Any] | None, exception: BaseException | None, **_: Any
) -> None:
    call = current()
    if call is None or not call.call.attempts:
        return
    attempt: Attempt = call.call.attempts[-1]
    if parsed_response is None:
        attempt.error_code = type(exception).__name__
    else:
        attempt.http_status = parsed_response["ResponseMetadata"]["HTTPStatusCode"]
        if "Error" in parsed_response:
            attempt.error_code = parsed_response["Error"].get("Code") or None


HANDLERS: Mapping[str, Callable[..., Any]] = {
    "choose-signer": leave_unsigned,
    "before-send": answer,
    "response-received": note_response,
}
"""By event; each is registered for AppSync's operations only."""

for _handler in (note_params, *HANDLERS.values()):
    # botocore asks for it whenever a handler is registered, and working it out takes longer
    # than all the rest of that.
    _handler.__signature__ = inspect.signature(_handler)  # type: ignore[attr-defined]
del _handler

_attached: weakref.WeakSet[BaseClient] = weakref.WeakSet()


def is_appsync(client: BaseClient) -> bool:
    return bool(client.meta.service_model.service_id == model.SERVICE_ID)


def attach(client: BaseClient) -> None:
    """Register the dormant handlers with an AppSync client; a second time changes nothing."""
    if client in _attached:
        return
    with _lock:
        service = client.meta.service_model.service_id.hyphenize()
        for event, handler in HANDLERS.items():
            client.meta.events.register(
                f"{event}.{service}", handler, unique_id=f"pytest-appsync-{event}"
            )
        # The least specific of the last: other handlers may still change the parameters.
        client.meta.events.register_last(
            "before-parameter-build", note_params, unique_id="pytest-appsync-params"
        )
        _attached.add(client)
