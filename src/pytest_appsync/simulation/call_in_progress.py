"""One call of the application, from its beginning to its end in a simulation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ReadTimeoutError

from pytest_appsync import model
from pytest_appsync.protocol import request as requests
from pytest_appsync.protocol import response as responses
from pytest_appsync.protocol.http import HttpAnswer, HttpRequest, body_of
from pytest_appsync.protocol.model import UnsupportedTraitError, unsupported_trait
from pytest_appsync.record import call_listener
from pytest_appsync.record.calls import Attempt, Call, snapshot
from pytest_appsync.script import transport_errors
from pytest_appsync.script.handles import Answering, Fault, Response
from pytest_appsync.sdl.errors import ExtraNotInstalled
from pytest_appsync.service.apis import ASKED_AT
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.simulation.unsimulated import UnsimulatedOperation

if TYPE_CHECKING:
    from pytest_appsync.simulation.simulation import Simulation

T = TypeVar("T")

Spend = Callable[[float], float]
"""A function that really waits up to a number of seconds, and returns how long it has waited."""


class CallInProgress:
    """A call while it runs: each of its attempts is answered and recorded.

    A door makes it and gives it the requests: the door of this process one for a call with
    botocore's retries, the server one for each attempt of a client in another process.

    :ivar call: its record.
    :ivar is_answered: whether the latest attempt was answered by the simulation.
    :ivar is_delayed: whether a scripted delay has met one of its attempts.
    :ivar mistake: the exception of a callable of the test, or for an operation without an answer.
    :ivar attempt: the record of the latest attempt; an empty one before the first.

    :param read_timeout: how long the client waits for an answer, in seconds; ``None`` for a
        client that waits without end, or that looks at the time itself.
    :param spend: really waits for a delayed answer, for a client of another process.
    :param asked_at: the server's URL for such a client, where it has a name of its own for it.
    """

    def __init__(
        self,
        simulation: Simulation,
        call: Call,
        *,
        read_timeout: float | None = None,
        spend: Spend | None = None,
        asked_at: str | None = None,
    ) -> None:
        self.simulation = simulation
        self.call = call
        self.is_answered = False
        self.is_delayed = False
        self.mistake: BaseException | None = None
        self._is_simulated = (
            call.operation in simulation.simulated
            and unsupported_trait(model.operation_model(call.operation)) is None
        )
        self._read_timeout = math.inf if read_timeout is None else read_timeout
        self._spend = spend
        self._asked_at = asked_at
        self.attempt = Attempt()
        self._answer: HttpAnswer | None = None
        self._decision: tuple[bool, Answering | None] | None = None
        self._asked: dict[str, Any] | ServiceError = {}
        self._sent: dict[str, Any] | None = None
        self._has_ended = False
        self._line = simulation.time_lines.begin_call()

    @property
    def _is_served(self) -> bool:
        """Whether it comes over HTTP. Then only its requests have the parameters."""
        return self._spend is not None

    def note_params(self, params: Mapping[str, Any]) -> None:
        """Record the parameters after the client's event handlers. The script decides by them."""
        self.call.params = snapshot(params)

    def decide(self) -> bool:
        """Have the script decide about the attempt that begins now, once.

        This is for the time before the request is signed: a request that goes on to moto or the
        network must be signed.

        :returns: whether the simulation answers the attempt.
        """
        if self._decision is None:
            self._decision = self._take_decision()
        return self._decision[0]

    def _take_decision(self) -> tuple[bool, Answering | None]:
        handle = self._noted(self.simulation.script.take, self.call, self._now)
        passes = self.simulation.settings.unsimulated == "passthrough"
        return handle is not None or self._is_simulated or not passes, handle

    def answer(self, request: HttpRequest) -> HttpAnswer | None:
        """The answer to one attempt, or ``None`` where the simulation does not answer it.

        :raises UnsimulatedOperation: for an operation that has neither a simulation nor
            a scripted answer.
        :raises Exception: what a callable of the test raises, or for its wrong result.
        :raises botocore.exceptions.BotoCoreError: where no answer comes.
        """
        if self._is_served:  # the script decides by what is read
            self._read(request)
        self.is_answered, handle = self._decision or self._take_decision()
        self._decision = None
        call, simulation = self.call, self.simulation
        if not call.attempts:
            simulation.calls.add(call)
        self.attempt = Attempt(met=handle and (handle.original or handle))
        call.attempts.append(self.attempt)
        if not self.is_answered:
            return None
        # A request that goes on to moto or the network is not read: its body may be a stream.
        if not self._is_served:
            self._read(request)
        delay = None
        try:
            delay = self._noted(simulation.script.take_delay, call, self._now)
            answer = self._serve() if handle is None else self._produce(handle, request)
        except BaseException as error:
            if error is self.mistake and handle is not None:
                simulation.script.give_back(handle)
            raise
        finally:
            if delay is not None:
                self._delay(min(delay.seconds, self._read_timeout))
        if delay is not None and delay.seconds > self._read_timeout:
            self.attempt.met = delay.original or delay
            raise transport_errors.make(ReadTimeoutError, request.url)
        self._answer = responses.complete(
            answer, simulation.clock.now(), simulation.service.identifiers
        )
        return self._answer

    def _read(self, request: HttpRequest) -> None:
        """Read the parameters of an attempt, once for the record and for the service."""
        try:
            read = requests.read_request(model.operation_model(self.call.operation), request)
        except ServiceError as refusal:
            self._asked = refusal
            return
        except UnsupportedTraitError:  # which no simulated operation has
            return
        self._asked, self._sent = read, snapshot(read)
        if self._is_served:
            self.call.params = self._sent

    def _produce(self, handle: Answering, request: HttpRequest) -> HttpAnswer:
        if isinstance(handle, Response):
            return self._noted(handle.produce, self.call, request.url)
        if isinstance(handle, Fault) and handle.lost and self._is_simulated:
            self._serve()
        return handle.produce(self.call, request.url)

    def _serve(self) -> HttpAnswer:
        """The answer of the simulated service."""
        operation = model.operation_model(self.call.operation)
        if not self._is_simulated:
            trait = unsupported_trait(operation)
            raise self._unsimulated(trait and f"it has a trait that is not understood: {trait}")
        try:
            if isinstance(self._asked, ServiceError):
                raise self._asked
            result = self._perform(self._asked)
        except requests.NoSuchPathError:
            return responses.no_such_path_answer()
        except ServiceError as refusal:
            return responses.refusal_answer(operation, refusal)
        except ExtraNotInstalled as error:
            self._note(error)
            raise
        return responses.result_answer(operation, result)

    def _perform(self, asked: dict[str, Any]) -> dict[str, Any]:
        operation = self.call.operation
        # Not for longer: callables of the test run in this thread too, and may make calls.
        asked_at = ASKED_AT.set(self._asked_at)
        try:
            return self.simulation.service.perform(operation, asked, self.call.region)
        except KeyError as error:
            why = _new_in_the_model(operation, asked, error.args[0])
            if why is None:
                raise
            raise self._unsimulated(why) from None
        finally:
            ASKED_AT.reset(asked_at)

    def _unsimulated(self, why: str | None) -> UnsimulatedOperation:
        # What was to be answered here was not signed, and cannot go on.
        may_pass = not self._is_simulated
        error = UnsimulatedOperation(self.call.operation, why, may_pass=may_pass)
        self._note(error)
        return error

    def _noted(self, ask: Callable[..., T], *args: Any) -> T:
        """What ``ask`` returns, which calls callables of the test; what they raise is noted."""
        try:
            return ask(*args)
        except BaseException as error:
            self._note(error)
            raise

    def _note(self, error: BaseException) -> None:
        self.mistake = error
        self.simulation.mistakes.note(self.call.operation, error)

    def _now(self) -> float:
        """The caller's own time in seconds since the epoch (UTC)."""
        simulation = self.simulation
        return simulation.clock.now() - simulation.time_lines.lag(self._line)

    def _delay(self, seconds: float) -> None:
        self.is_delayed = True
        if self._spend is not None:
            seconds -= self._spend(seconds)
        self.simulation.time_lines.wait(self._line, seconds)
        self.simulation.time_lines.give_way(seconds)

    def wait(self, seconds: float) -> None:
        """Move the caller's time by the seconds that the client would have slept."""
        self.simulation.time_lines.wait(self._line, seconds)
        self.attempt.slept += seconds

    def wait_beyond(self, seconds: float) -> None:
        """Move the caller's time to some seconds after the furthest caller's."""
        self.wait(self.simulation.time_lines.lag(self._line) + seconds)

    def give_way(self, seconds: float) -> None:
        """Let other threads run first, after a simulated wait of these seconds."""
        self.simulation.time_lines.give_way(seconds)

    def returned(self, parsed: Mapping[str, Any]) -> None:
        """Record that the client has returned ``parsed``."""
        answer = self._answer if self.is_answered else None
        self.call.result = {
            # A stream is the application's: it can be read once.
            name: body_of(answer) if answer and hasattr(value, "read") else snapshot(value)
            for name, value in parsed.items()
            if name != "ResponseMetadata"
        }
        self._ended(None)

    def raised(self, error: BaseException) -> None:
        """Record that the client has raised ``error``."""
        name = type(error).__name__
        if self.attempt.http_status is None and self.attempt.error_code is None:
            self.attempt.error_code = name
        self.call.error_code = self.attempt.error_code or name
        self._ended(error)

    def end(self) -> None:
        """End the call, or the attempt of a client of another process."""
        if not self._has_ended:
            self._has_ended = True
            if self._sent is not None:
                self.call.params = self._sent
            self.simulation.time_lines.end_call(self._line)

    def _ended(self, error: BaseException | None) -> None:
        self.end()
        if call_listener.listener is not None:
            call_listener.listener(self.call, error)


def _new_in_the_model(operation: str, asked: Mapping[str, Any], missed: object) -> str | None:
    """The reason why the service does not know what a newer service model allows, if it is that.

    From botocore 1.34.0 to 1.44.8 AWS made a parameter optional in 77 operations of REST-JSON.

    :param missed: the key that the service has missed.
    """
    for name, shape in model.request_members(operation).items():
        if name == missed and name not in asked:
            return f"not without `{name}`"
        if "enum" in shape.metadata and asked.get(name) == missed:
            return f"not with the `{name}` {missed}"
    return None
