"""One call of the application on its way through a simulation."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError

from pytest_appsync import model, transport_errors, wire
from pytest_appsync.calls import Attempt, Call, Calls
from pytest_appsync.interception import ToResponse
from pytest_appsync.script import Asked, Delay, Fault, Script, Turn
from pytest_appsync.service.clock import Clock
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.service import Service
from pytest_appsync.unsimulated import UnsimulatedOperation
from pytest_appsync.wire import HttpAnswer


class World:
    """What a simulation is made of, from entering to leaving it."""

    def __init__(self, service: Service, clock: Clock, simulated: frozenset[str]) -> None:
        self.service = service
        self.clock = clock
        self.simulated = simulated
        self.script = Script()
        self.calls = Calls()
        self.waited = 0.0
        """Seconds that botocore would have slept."""
        self.twins: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()


class CallInFlight:
    """Answers each attempt of one call and notes what came of it.

    :param passthrough: whether an operation that nobody answers is left to others.
    :param read_timeout: how long the client waits for an answer, in seconds.
    """

    def __init__(
        self,
        world: World,
        call: Call,
        *,
        passthrough: bool,
        read_timeout: float,
        to_response: ToResponse,
    ) -> None:
        self.call = call
        self.is_answered = False
        self._world = world
        self._passthrough = passthrough
        self._read_timeout = read_timeout
        self._to_response = to_response
        self._asked = Asked(call.operation, call.params, call)
        self._plan: tuple[bool, Turn | None] | None = None

    def will_answer(self) -> bool:
        """Whether the attempt that is about to be signed is answered here.

        The script is asked once an attempt, before the request is signed: a call
        that goes on to somebody else must be signed as ever.
        """
        if self._plan is None:
            turn = self._world.script.meet(Turn, self._asked) if len(self._world.script) else None
            is_ours = turn is not None or self._is_simulated or not self._passthrough
            self._plan = (is_ours, turn)
        return self._plan[0]

    def answer(self, request: AWSPreparedRequest) -> AWSResponse | None:
        """The response, or ``None`` where the call is somebody else's.

        :raises UnsimulatedOperation: where it is nobody's.
        :raises botocore.exceptions.BotoCoreError: where no answer comes.
        """
        self.is_answered = self.will_answer()
        turn = self._plan[1] if self._plan is not None else None
        self._plan = None
        if not self.call.attempts:
            self._world.calls.add(self.call)
        self.call.attempts.append(Attempt())
        if not self.is_answered:
            return None
        delay = self._world.script.meet(Delay, self._asked) if len(self._world.script) else None
        try:
            answer = self._produce(turn, request)
        finally:
            if delay is not None:
                self._world.clock.advance(seconds=min(delay.seconds, self._read_timeout))
        if delay is not None and delay.seconds > self._read_timeout:
            raise transport_errors.make(ReadTimeoutError, request.url)
        return self._to_response(answer, request.url, self._world.clock.now())

    def _produce(self, turn: Turn | None, request: AWSPreparedRequest) -> HttpAnswer:
        if turn is None:
            return self._serve(request)
        if isinstance(turn, Fault) and turn.lost and self._is_simulated:
            self._serve(request)
        return turn.produce(self._asked, request.url)

    def _serve(self, request: AWSPreparedRequest) -> HttpAnswer:
        """What the simulated service answers."""
        if not self._is_simulated:
            raise UnsimulatedOperation(self.call.operation, sorted(self._world.simulated))
        operation = model.operation_model(self.call.operation)
        try:
            params = wire.read_request(operation, request)
            result = self._world.service.perform(operation.name, params, self.call.region)
        except ServiceError as refusal:
            return wire.refusal_answer(operation, refusal)
        return wire.result_answer(operation, result)

    @property
    def _is_simulated(self) -> bool:
        return self.call.operation in self._world.simulated

    def wait(self, seconds: float) -> None:
        """Move the clock by what botocore would have slept."""
        self._world.waited += seconds
        self._world.clock.advance(seconds=seconds)
        if self.call.attempts:
            self.call.attempts[-1].slept += seconds

    def application_time(self) -> float:
        """The machine's clock, had botocore slept whatever it waited in this simulation."""
        return time.time() + self._world.waited

    def twin_of(self, original: object, make: Callable[[], Any]) -> Any:
        """This simulation's stand-in for a piece of a client's retry state.

        What simulated failures do to a client's retry quota or pace must not
        outlive the simulation.
        """
        twin = self._world.twins.get(original)
        if twin is None:
            twin = self._world.twins.setdefault(original, make())
        return twin

    def returned(self, parsed: Mapping[str, Any]) -> None:
        """Note that the client has returned ``parsed``."""
        self.call.result = {
            name: value for name, value in parsed.items() if name != "ResponseMetadata"
        }

    def raised(self, error: BaseException) -> None:
        """Note that the client has raised ``error``."""
        last = self.call.attempts[-1].error_code if self.call.attempts else None
        self.call.error_code = last or type(error).__name__
