"""One call of the application on its way through a simulation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError

from pytest_appsync import call_endings, model, transport_errors, wire
from pytest_appsync.calls import Attempt, Call, snapshot
from pytest_appsync.script import Fault, Turn
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.unsimulated import UnsimulatedOperation
from pytest_appsync.wire import Answer, ToResponse
from pytest_appsync.world import World

current_call: ContextVar[CallInFlight | None] = ContextVar("pytest_appsync_call", default=None)

current: Callable[[], CallInFlight | None] = current_call.get
"""The simulated call that this thread or task is in, if any."""


class NobodysCall:
    """A call of another service, or outside of any simulation, while it is made.

    One that a handler makes on an AppSync call's way does not belong to that.
    """

    def __enter__(self) -> NobodysCall:
        current_call.set(None)
        return self

    def __exit__(self, *_: object) -> None:
        """Nobody takes note."""

    def returned(self, parsed: Mapping[str, Any]) -> None:
        """Nobody takes note."""


class CallInFlight:
    """A call from its beginning to its end: answers each attempt, notes what came of it.

    :ivar is_answered: whether the latest attempt was answered here.

    :param passthrough: whether an operation that nobody answers is left to others.
    :param read_timeout: how long the client waits for an answer, in seconds.
    """

    __slots__ = (
        "_is_simulated",
        "_passthrough",
        "_plan",
        "_read_timeout",
        "_to_response",
        "call",
        "is_answered",
        "world",
    )

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
        self._is_simulated = call.operation in world.simulated
        self._passthrough = passthrough
        self._read_timeout = math.inf if read_timeout is None else read_timeout
        self._to_response = to_response
        self._plan: tuple[bool, Turn | None] | None = None

    def __enter__(self) -> CallInFlight:
        current_call.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self.raised(error)

    def asks(self, params: Mapping[str, Any]) -> None:
        """Note the parameters, once botocore's handlers have had their say."""
        self.call.params = snapshot(params)

    def will_answer(self) -> bool:
        """Whether the attempt that is about to be signed is answered here.

        The script is asked once an attempt, before the request is signed: a call
        that goes on to somebody else must be signed as ever.
        """
        if self._plan is None:
            self._plan = self._planned()
        return self._plan[0]

    def _planned(self) -> tuple[bool, Turn | None]:
        turn = self.world.script.turn(self.call)
        return turn is not None or self._is_simulated or not self._passthrough, turn

    def answer(self, request: AWSPreparedRequest) -> AWSResponse | None:
        """The response, or ``None`` where the call is somebody else's.

        :raises UnsimulatedOperation: where it is nobody's.
        :raises botocore.exceptions.BotoCoreError: where no answer comes.
        """
        self.is_answered, turn = self._plan or self._planned()
        self._plan = None
        call, world = self.call, self.world
        if not call.attempts:
            world.calls.add(call)
        call.attempts.append(Attempt())
        if not self.is_answered:
            return None
        delay = world.script.delay(call)
        try:
            answer = self._serve(request) if turn is None else self._produce(turn, request)
        finally:
            if delay is not None:
                world.clock.advance(seconds=min(delay.seconds, self._read_timeout))
        if delay is not None and delay.seconds > self._read_timeout:
            raise transport_errors.make(ReadTimeoutError, request.url)
        return self._to_response(answer, request.url, world.clock.now())

    def _produce(self, turn: Turn, request: AWSPreparedRequest) -> Answer:
        if isinstance(turn, Fault) and turn.lost and self._is_simulated:
            self._serve(request)
        return turn.produce(self.call, request.url)

    def _serve(self, request: AWSPreparedRequest) -> Answer:
        """What the simulated service answers."""
        call, world = self.call, self.world
        if not self._is_simulated:
            raise UnsimulatedOperation(call.operation, sorted(world.simulated))
        operation = model.operation_model(call.operation)
        try:
            params = wire.read_request(operation, request)
            result = world.service.perform(call.operation, params, call.region)
        except ServiceError as refusal:
            return wire.refusal_answer(operation, refusal)
        return wire.result_answer(operation, result)

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
