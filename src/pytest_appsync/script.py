"""Scripted failures, answers and delays: what a test says AppSync shall do.

Failures and answers of one operation stand in one queue. The first that is live
and whose ``when`` fits decides about an attempt: it meets it or, by its ``after``,
lets it through. One that has a number of times gives way to the next when it is
used up. What no script meets goes on to the simulated service.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, TypeVar

from botocore.model import OperationModel

from pytest_appsync import model, transport_errors, wire
from pytest_appsync.calls import Call, snapshot
from pytest_appsync.service.clock import Clock
from pytest_appsync.transport_errors import TransportError
from pytest_appsync.wire import Answer, HttpAnswer

Params = Mapping[str, Any]
When = Params | Callable[[Params], bool]
Result = Mapping[str, Any]
Error = str | type[Exception] | Exception | HttpAnswer
S = TypeVar("S", bound="Scripted")


class Scripted:
    """A handle on what was scripted. As a context manager it withdraws at the end.

    :ivar operation: the operation that it waits for.
    :ivar times: how many attempts it meets; ``None`` for every one.
    :ivar when: which calls it meets; ``None`` for every one.
    :ivar written: how the test wrote it.
    :ivar hits: how many attempts it has met.
    """

    def __init__(self, operation: str, times: int | None, when: When | None, written: str) -> None:
        self.operation = operation
        self.times = times
        self.when = when
        self.written = written
        self.hits = 0
        self._withdrawn = False

    @property
    def live(self) -> bool:
        """Whether it would still meet a call."""
        return not self._withdrawn and (self.times is None or self.hits < self.times)

    def withdraw(self) -> None:
        """From now on AppSync answers as if this had not been scripted."""
        self._withdrawn = True

    def fits(self, call: Call) -> bool:
        if self.when is None:
            return True
        if callable(self.when):
            return bool(self.when(snapshot(call.params)))
        return all(call.params.get(name) == value for name, value in self.when.items())

    def lets_through(self, call: Call) -> bool:
        """Whether an attempt that fits is left to the next in the queue."""
        return False

    def __enter__(self: S) -> S:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.withdraw()

    def __repr__(self) -> str:
        return f"<{self.written}: {self.hits} hit{'' if self.hits == 1 else 's'}>"


class Turn(Scripted):
    """What answers an attempt instead of the service."""

    def produce(self, call: Call, url: str) -> Answer:
        """The answer.

        :raises botocore.exceptions.BotoCoreError: where no answer comes.
        """
        raise NotImplementedError


class Queued(Turn):
    """A failure or an answer: those of one operation are met one after the other."""


class Cause(Turn):
    """A condition that stands beside the queue, whatever the parameters: throttling, chaos."""

    def __init__(self, operation: str, written: str) -> None:
        super().__init__(operation, None, None, written)


class Fault(Queued):
    """A scripted failure, as :meth:`AppSync.fail` returns it.

    :ivar error: what the client meets: an answer, or an exception of its HTTP layer.
    :ivar after: how many calls it lets through first.
    :ivar lost: whether the operation takes effect before its answer gets lost.
    """

    def __init__(
        self,
        operation: str,
        times: int | None,
        when: When | None,
        written: str,
        error: HttpAnswer | TransportError | type[TransportError],
        after: int,
        lost: bool,
    ) -> None:
        super().__init__(operation, times, when, written)
        self.error = error
        self.after = after
        self.lost = lost
        self._let_through: set[Call] = set()

    def lets_through(self, call: Call) -> bool:
        if len(self._let_through) < self.after:
            self._let_through.add(call)
        return call in self._let_through

    def produce(self, call: Call, url: str) -> Answer:
        if isinstance(self.error, HttpAnswer):
            return self.error
        if isinstance(self.error, type):
            raise transport_errors.make(self.error, url)
        # The one instance may be raised often: its traceback must not grow with it.
        raise self.error.with_traceback(None)


class Response(Queued):
    """A canned answer, as :meth:`AppSync.respond` returns it.

    :ivar result: what the client shall return, or what makes it.
    """

    def __init__(
        self,
        operation: str,
        times: int | None,
        when: When | None,
        written: str,
        result: Result | Callable[[Params], Result],
        check: Callable[[OperationModel, object], None],
    ) -> None:
        super().__init__(operation, times, when, written)
        self.result = result
        self.check = check

    def produce(self, call: Call, url: str) -> Answer:
        operation = model.operation_model(call.operation)
        result = self.result(snapshot(call.params)) if callable(self.result) else self.result
        self.check(operation, result)
        return wire.result_answer(operation, result)


class Delay(Scripted):
    """Time that an answer takes, as :meth:`AppSync.delay` returns it.

    :ivar seconds: in simulated time.
    """

    def __init__(
        self, operation: str, times: int | None, when: When | None, written: str, seconds: float
    ) -> None:
        super().__init__(operation, times, when, written)
        self.seconds = seconds


class Throttle(Cause):
    """A token bucket on the simulation's clock, as :meth:`AppSync.throttle` returns it.

    :ivar hits: how many attempts it has refused.
    """

    def __init__(
        self, operation: str, written: str, rate: float, burst: float, clock: Clock
    ) -> None:
        super().__init__(operation, written)
        self.rate = rate
        self.burst = burst
        self.clock = clock
        self._tokens = burst
        self._filled_at = clock.now()

    def lets_through(self, call: Call) -> bool:
        now = self.clock.now()
        # Time may go backwards; tokens once given are not taken back for it.
        grown = max(0.0, now - self._filled_at) * self.rate
        self._tokens = min(self.burst, self._tokens + grown)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def produce(self, call: Call, url: str) -> Answer:
        return documented_answer(throttling(call.operation))


class Chaos(Cause):
    """Failures by chance, reproducible, as :meth:`AppSync.chaos` returns it.

    :ivar seed: gives the same run again.
    """

    def __init__(
        self,
        operation: str,
        written: str,
        rate: float,
        seed: int | str,
        operations: frozenset[str],
        errors: frozenset[str] | None,
    ) -> None:
        super().__init__(operation, written)
        self.rate = rate
        self.seed = seed
        self.operations = operations
        self.errors = errors
        self._random = random.Random(seed)

    def lets_through(self, call: Call) -> bool:
        if not self.operations & {call.operation, EVERY_OPERATION} or not self._choices(call):
            return True
        return self._random.random() >= self.rate

    def produce(self, call: Call, url: str) -> Answer:
        return documented_answer(self._random.choice(self._choices(call)))

    def _choices(self, call: Call) -> list[model.DocumentedError]:
        if self.errors is None:
            return [error for error in model.errors(call.operation) if error.retryable]
        documented = model.errors(call.operation, common=True)
        return [error for error in documented if error.code in self.errors]


class Script:
    """All that one simulation was told to do otherwise, in the order in which it was told."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scripted: list[Scripted] = []

    def add(self, scripted: S) -> S:
        with self._lock:
            self._scripted.append(scripted)
        return scripted

    def turn(self, call: Call) -> Turn | None:
        """What answers the attempt instead of the service, counted as a hit.

        First the queue of failures and answers, whose head alone decides; then the
        causes that stand beside it.
        """
        if not self._scripted:
            return None
        return self._head(call) or self._first(Cause, call)

    def delay(self, call: Call) -> Delay | None:
        """What makes the answer to the attempt late, counted as a hit."""
        return self._first(Delay, call) if self._scripted else None

    def _head(self, call: Call) -> Queued | None:
        for queued in self._fitting(Queued, call):
            with self._lock:
                if queued.live:
                    if queued.lets_through(call):
                        return None
                    queued.hits += 1
                    return queued
        return None

    def _first(self, kind: type[S], call: Call) -> S | None:
        for scripted in self._fitting(kind, call):
            with self._lock:
                if scripted.live and not scripted.lets_through(call):
                    scripted.hits += 1
                    return scripted
        return None

    def _fitting(self, kind: type[S], call: Call) -> Iterator[S]:
        """``when`` predicates run outside the lock: they may call AppSync themselves."""
        for scripted in list(self._scripted):
            if (
                isinstance(scripted, kind)
                and scripted.operation in (call.operation, EVERY_OPERATION)
                and scripted.live
                and scripted.fits(call)
            ):
                yield scripted

    def unmet(self) -> list[Scripted]:
        """What was scripted and met no call, of the kinds that should."""
        return [
            scripted
            for scripted in self._scripted
            if not scripted.hits and not isinstance(scripted, Cause)
        ]

    def __iter__(self) -> Iterator[Scripted]:
        return iter(list(self._scripted))


EVERY_OPERATION = "*"


def documented_answer(error: model.DocumentedError, message: str | None = None) -> HttpAnswer:
    return HttpAnswer.error(
        error.code, error.http_status, error.documentation if message is None else message
    )


def throttling(operation: str) -> model.DocumentedError:
    """The error with which AppSync refuses what comes too fast."""
    return _first_documented(operation, "LimitExceededException", "ThrottlingException")


def denial(operation: str) -> model.DocumentedError:
    """The error with which AppSync refuses who lacks the permission."""
    return _first_documented(operation, "UnauthorizedException", "AccessDeniedException")


def _first_documented(operation: str, *codes: str) -> model.DocumentedError:
    """The first of ``codes`` that the operation models, or else the last, a common error."""
    modeled = {error.code: error for error in model.errors(operation)}
    for code in codes:
        if code in modeled:
            return modeled[code]
    return model.find_error(operation, codes[-1])
