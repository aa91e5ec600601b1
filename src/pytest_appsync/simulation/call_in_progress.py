"""One call of the application on its way through a simulation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ReadTimeoutError

from pytest_appsync import model
from pytest_appsync.protocol import request as requests
from pytest_appsync.protocol import response as responses
from pytest_appsync.protocol.http import HttpAnswer, HttpRequest
from pytest_appsync.protocol.model import unsupported_trait
from pytest_appsync.record import listening
from pytest_appsync.record.calls import Attempt, Call, snapshot
from pytest_appsync.script import transport_errors
from pytest_appsync.script.handles import Answering, Fault
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.simulation.unsimulated import UnsimulatedOperation

if TYPE_CHECKING:
    from pytest_appsync.simulation.simulation import Simulation


class CallInProgress:
    """A call from its beginning to its end: each attempt is answered and recorded.

    :ivar call: its record.
    :ivar is_answered: whether the latest attempt was answered by the simulation.

    :ivar attempt: the record of the latest attempt.

    :param read_timeout: how long the client waits for an answer, in seconds.
    :param spend: lets an answer take so many seconds.
    """

    __slots__ = (
        "_decision",
        "_is_simulated",
        "_read_timeout",
        "_spend",
        "attempt",
        "call",
        "is_answered",
        "simulation",
    )

    def __init__(
        self,
        simulation: Simulation,
        call: Call,
        read_timeout: float | None,
        spend: Callable[[float], None],
    ) -> None:
        self.simulation = simulation
        self.call = call
        self.is_answered = False
        self._is_simulated = (
            call.operation in simulation.simulated
            and unsupported_trait(model.operation_model(call.operation)) is None
        )
        self._read_timeout = math.inf if read_timeout is None else read_timeout
        self._spend = spend
        self.attempt = Attempt()
        self._decision: tuple[bool, Answering | None] | None = None

    def note_params(self, params: Mapping[str, Any]) -> None:
        """Record the parameters as they are after the client's event handlers."""
        self.call.params = snapshot(params)

    def will_answer(self) -> bool:
        """Whether the simulation answers the attempt that begins now.

        The script decides once an attempt, before the request is signed: a request
        that goes on to moto or the network must be signed.
        """
        if self._decision is None:
            self._decision = self._decide()
        return self._decision[0]

    def _decide(self) -> tuple[bool, Answering | None]:
        handle = self.simulation.script.take(self.call)
        passes = self.simulation.settings.unsimulated == "passthrough"
        return handle is not None or self._is_simulated or not passes, handle

    def answer(self, request: HttpRequest) -> HttpAnswer | None:
        """The answer to one attempt, or ``None`` where the simulation does not answer it.

        :raises UnsimulatedOperation: for an operation that has neither a simulation nor
            a scripted answer.
        :raises botocore.exceptions.BotoCoreError: where no answer comes.
        """
        self.is_answered, handle = self._decision or self._decide()
        self._decision = None
        call, simulation = self.call, self.simulation
        if not call.attempts:
            simulation.calls.add(call)
        self.attempt = Attempt()
        call.attempts.append(self.attempt)
        if not self.is_answered:
            return None
        delay = simulation.script.take_delay(call)
        try:
            answer = self._serve(request) if handle is None else self._produce(handle, request)
        finally:
            if delay is not None:
                self._spend(min(delay.seconds, self._read_timeout))
        if delay is not None and delay.seconds > self._read_timeout:
            raise transport_errors.make(ReadTimeoutError, request.url)
        return responses.complete(answer, simulation.clock.now())

    def _produce(self, handle: Answering, request: HttpRequest) -> HttpAnswer:
        if isinstance(handle, Fault) and handle.lost and self._is_simulated:
            self._serve(request)
        return handle.produce(self.call, request.url)

    def _serve(self, request: HttpRequest) -> HttpAnswer:
        """The answer of the simulated service."""
        call, simulation = self.call, self.simulation
        if not self._is_simulated:
            raise UnsimulatedOperation(call.operation, sorted(simulation.simulated))
        operation = model.operation_model(call.operation)
        try:
            params = requests.read_request(operation, request)
            result = simulation.service.perform(call.operation, params, call.region)
        except requests.NoSuchPathError:
            return responses.no_such_path_answer()
        except ServiceError as refusal:
            return responses.refusal_answer(operation, refusal)
        return responses.result_answer(operation, result)

    def wait(self, seconds: float) -> None:
        """Move the clock by what the client would have slept before the next attempt."""
        self.simulation.wait(seconds)
        self.call.attempts[-1].slept += seconds

    def returned(self, parsed: Mapping[str, Any]) -> None:
        """Record that the client has returned ``parsed``."""
        self.call.result = {
            name: snapshot(value) for name, value in parsed.items() if name != "ResponseMetadata"
        }
        self._ended(None)

    def raised(self, error: BaseException) -> None:
        """Record that the client has raised ``error``."""
        name = type(error).__name__
        attempts = self.call.attempts
        if attempts and attempts[-1].http_status is None and attempts[-1].error_code is None:
            attempts[-1].error_code = name
        self.call.error_code = (attempts[-1].error_code if attempts else None) or name
        self._ended(error)

    def _ended(self, error: BaseException | None) -> None:
        if listening.listener is not None:
            listening.listener(self.call, error)
