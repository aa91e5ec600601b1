"""The call of an AppSync client that a thread or task of this process is in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from pytest_appsync.clients import guard
from pytest_appsync.clients.responses import ToResponse
from pytest_appsync.clients.this_machine import is_on_this_machine
from pytest_appsync.simulation import entered

if TYPE_CHECKING:
    from pytest_appsync.clients.guarded_call import GuardedCall
    from pytest_appsync.simulation.call_in_progress import CallInProgress


class ClientCall:
    """A client's call in a simulation, for the ``with`` in which it is made.

    The code that makes it sets :data:`current_call` back afterwards to the call around it.

    :ivar progress: the simulation's side of the call.
    """

    def __init__(self, progress: CallInProgress, to_response: ToResponse) -> None:
        self.progress = progress
        self._to_response = to_response
        self._passed: AWSPreparedRequest | None = None

    def __enter__(self) -> ClientCall:
        current_call.set(self)
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if error is not None:
            self.progress.raised(error)

    def answer(self, request: AWSPreparedRequest) -> AWSResponse | None:
        """The response to one attempt, or ``None`` where the simulation does not answer it."""
        answer = self.progress.answer(request)
        if answer is None:
            self._passed = request
            return None
        return self._to_response(answer, request.url)

    def refuse_network(self, request: object) -> None:
        """Refuse to send the request of an attempt that no handler has answered.

        :param request: one that is not this call's, such as for credentials, is let through.
        :raises RealCallBlocked: while the guard is up, unless it stays on this machine.
        """
        passed = self._passed
        if passed is not None and request is passed and not is_on_this_machine(passed.url):
            call = self.progress.call
            guard.check(call.operation, call.site, passed=True)

    def returned(self, parsed: Mapping[str, Any]) -> None:
        """Record that the client has returned ``parsed``."""
        self.progress.returned(parsed)


class UnsimulatedCall:
    """A call of another service, or outside of any simulation, while it is made.

    A handler may make it during a simulated call. It does not belong to that call.
    """

    def __enter__(self) -> UnsimulatedCall:
        current_call.set(None)
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is recorded."""

    def returned(self, parsed: Mapping[str, Any]) -> None:
        """Nothing is recorded."""


current_call: ContextVar[ClientCall | GuardedCall | None] = ContextVar(
    "pytest_appsync_call", default=None
)

current: Callable[[], ClientCall | GuardedCall | None] = current_call.get
"""The simulated or guarded call that this thread or task is in, or ``None``."""


def in_progress() -> CallInProgress | None:
    """The simulated call that this thread or task is in, or ``None``."""
    call = current()
    return None if call is None else call.progress


def answered() -> CallInProgress | None:
    """The call that this thread or task is in, if the simulation answered its latest attempt.

    A call that went on to moto or the network is real.
    """
    progress = in_progress()
    return progress if progress is not None and progress.is_answered else None


def is_outside() -> bool:
    """Whether client calls are outside of any simulation, and the guard is down."""
    return entered.active() is None and not guard.is_up and current() is None
