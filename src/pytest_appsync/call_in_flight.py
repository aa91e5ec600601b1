"""One call of the application on its way through a simulation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError

from pytest_appsync import call_endings, model, transport_errors, wire
from pytest_appsync.calls import Attempt, Call, snapshot
from pytest_appsync.script import Asked, Fault, Turn
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.unsimulated import UnsimulatedOperation
from pytest_appsync.wire import HttpAnswer, ToResponse
from pytest_appsync.world import World


class CallInFlight:
    """Answers each attempt of one call and notes what came of it.

    :ivar is_answered: whether the latest attempt was answered here.

    :param passthrough: whether an operation that nobody answers is left to others.
    :param read_timeout: how long the client waits for an answer, in seconds.
    """

    def __init__(
        self,
        world: World,
        call: Call,
        *,
        passthrough: bool,
        read_timeout: float | None,
        to_response: ToResponse,
    ) -> None:
        self.call = call
        self.is_answered = False
        self.world = world
        self._passthrough = passthrough
        self._read_timeout = math.inf if read_timeout is None else read_timeout
        self._to_response = to_response
        self._asked = Asked(call.operation, call.params, call)
        self._plan: tuple[bool, Turn | None] | None = None

    def asks(self, params: Mapping[str, Any]) -> None:
        """Note the parameters, once botocore's handlers have had their say."""
        self.call.params = snapshot(params)
        self._asked = Asked(self.call.operation, self.call.params, self.call)

    def will_answer(self) -> bool:
        """Whether the attempt that is about to be signed is answered here.

        The script is asked once an attempt, before the request is signed: a call
        that goes on to somebody else must be signed as ever.
        """
        if self._plan is None:
            turn = self.world.script.turn(self._asked)
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
            self.world.calls.add(self.call)
        self.call.attempts.append(Attempt())
        if not self.is_answered:
            return None
        delay = self.world.script.delay(self._asked)
        try:
            answer = self._produce(turn, request)
        finally:
            if delay is not None:
                self.world.clock.advance(seconds=min(delay.seconds, self._read_timeout))
        if delay is not None and delay.seconds > self._read_timeout:
            raise transport_errors.make(ReadTimeoutError, request.url)
        return self._to_response(answer, request.url, self.world.clock.now())

    def _produce(self, turn: Turn | None, request: AWSPreparedRequest) -> HttpAnswer:
        if turn is None:
            return self._serve(request)
        if isinstance(turn, Fault) and turn.lost and self._is_simulated:
            self._serve(request)
        return turn.produce(self._asked, request.url)

    def _serve(self, request: AWSPreparedRequest) -> HttpAnswer:
        """What the simulated service answers."""
        if not self._is_simulated:
            raise UnsimulatedOperation(self.call.operation, sorted(self.world.simulated))
        operation = model.operation_model(self.call.operation)
        try:
            params = wire.read_request(operation, request)
            result = self.world.service.perform(operation.name, params, self.call.region)
        except ServiceError as refusal:
            return wire.refusal_answer(operation, refusal)
        return wire.result_answer(operation, result)

    @property
    def _is_simulated(self) -> bool:
        return self.call.operation in self.world.simulated

    def wait(self, seconds: float) -> None:
        """Move the clock by what botocore would have slept before the next attempt."""
        self.world.wait(seconds)
        self.call.attempts[-1].slept += seconds

    def returned(self, parsed: Mapping[str, Any]) -> None:
        """Note that the client has returned ``parsed``."""
        self.call.result = {
            name: snapshot(value) for name, value in parsed.items() if name != "ResponseMetadata"
        }
        self._ended(None)

    def raised(self, error: BaseException) -> None:
        """Note that the client has raised ``error``."""
        name = type(error).__name__
        attempts = self.call.attempts
        if attempts and attempts[-1].http_status is None and attempts[-1].error_code is None:
            attempts[-1].error_code = name
        self.call.error_code = (attempts[-1].error_code if attempts else None) or name
        self._ended(error)

    def _ended(self, error: BaseException | None) -> None:
        listener = call_endings.listener
        if listener is not None:
            listener(self.call, error)
