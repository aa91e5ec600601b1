"""The beginning of a client's call: in a simulation, refused by the guard, or botocore's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_appsync.clients import guard, handlers
from pytest_appsync.clients.client_call import ClientCall, UnsimulatedCall
from pytest_appsync.clients.guarded_call import GuardedCall
from pytest_appsync.clients.responses import ToResponse
from pytest_appsync.clients.wrapping import Args, Kwargs, Wrapped
from pytest_appsync.record.call_site import CallSite, call_site
from pytest_appsync.record.calls import Call
from pytest_appsync.simulation import entered
from pytest_appsync.simulation.call_in_progress import CallInProgress

if TYPE_CHECKING:
    from botocore.client import BaseClient

_SECOND_COPY = (
    "botocore was removed from sys.modules and imported a second time in this process. "
    "pytest-appsync answers clients of the first copy only, and lets AppSync clients of the "
    "second one make no call. Import botocore once, or import pytest_appsync again after "
    "removing it from sys.modules as well"
)


def begin_call(
    client: BaseClient,
    to_response: ToResponse,
    operation_name: str,
    api_params: Mapping[str, Any],
    *,
    site: CallSite | None = None,
) -> ClientCall | GuardedCall | UnsimulatedCall:
    """A client's call, for the ``with`` in which it is made.

    :param site: where the application made the call, if that is known already; it is
        looked up in the frames that are running now otherwise.
    """
    if not handlers.is_appsync(client):
        return UnsimulatedCall()
    simulation = entered.active()
    if simulation is None and not guard.is_up:
        return UnsimulatedCall()
    handlers.attach(client)
    site = site or call_site()
    if simulation is None:
        return GuardedCall(client, operation_name, site)
    config: Any = client.meta.config
    call = Call(operation_name, api_params, client.meta.region_name, site=site)
    progress = CallInProgress(simulation, call, read_timeout=config.read_timeout)
    return ClientCall(progress, to_response)


def refuse_call(wrapped: Wrapped, client: BaseClient, args: Args, kwargs: Kwargs) -> Any:
    """The wrapper of ``_make_api_call`` in a second copy of botocore.

    :raises RuntimeError: for a call of AppSync inside a simulation.
    :raises RealCallBlocked: for one outside of any simulation, while the guard is up.
    """
    if handlers.is_appsync(client):
        operation: str = args[0] if args else kwargs["operation_name"]
        refuse_second_copy(operation)
        guard.check(operation, None)
    return wrapped(*args, **kwargs)


def refuse_second_copy(what: str) -> None:
    """Refuse what a second copy of botocore is asked for inside a simulation.

    :param what: the operation, or ``create_client``.
    :raises RuntimeError: which the end of the test raises again where it was swallowed.
    """
    simulation = entered.active()
    if simulation is not None:
        error = RuntimeError(_SECOND_COPY)
        simulation.mistakes.note(what, error)
        raise error
