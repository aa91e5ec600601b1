"""Conditions: failures that depend on the rate of calls or on chance, not on a queue."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from pytest_appsync import model
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.record.calls import Call
from pytest_appsync.script.checks import EVERY_OPERATION
from pytest_appsync.script.documented_answers import documented_answer, throttling
from pytest_appsync.script.handles import Answering
from pytest_appsync.service.clock import Clock


class Condition(Answering):
    """A condition under which attempts fail, whatever their parameters are."""


@dataclass(kw_only=True, eq=False, repr=False)
class Throttle(Condition):
    """A token bucket on the simulation's clock, as :meth:`AppSync.throttle` returns it.

    :ivar rate: calls a second.
    :ivar burst: how many calls may come at once.
    :ivar hits: how many attempts it has refused.
    """

    rate: float
    burst: float
    clock: Clock
    _tokens: float = field(init=False)
    _filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = self.burst
        self._filled_at = self.clock.now()

    def take(self, call: Call) -> bool:
        now = self.clock.now()
        # Time may go backwards. Tokens that were given stay.
        grown = max(0.0, now - self._filled_at) * self.rate
        self._tokens = min(self.burst, self._tokens + grown)
        self._filled_at = now
        if self._tokens < 1:
            return super().take(call)
        self._tokens -= 1
        return False

    def produce(self, call: Call, url: str) -> HttpAnswer:
        return documented_answer(throttling(call.operation))


@dataclass(kw_only=True, eq=False, repr=False)
class Chaos(Condition):
    """Failures by chance, reproducible, as :meth:`AppSync.chaos` returns it.

    :ivar rate: the probability that an attempt fails, 0 to 1.
    :ivar seed: gives the same run again.
    :ivar operations: AWS's names, or ``"*"``.
    :ivar errors: codes to choose from; ``None`` for the retryable ones of the operation.
    """

    rate: float
    seed: int | str
    operations: frozenset[str]
    errors: frozenset[str] | None
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def concerns(self, call: Call) -> bool:
        return bool(self.operations & {call.operation, EVERY_OPERATION} and self._choices(call))

    def take(self, call: Call) -> bool:
        return self._random.random() < self.rate and super().take(call)

    def produce(self, call: Call, url: str) -> HttpAnswer:
        return documented_answer(self._random.choice(self._choices(call)))

    def _choices(self, call: Call) -> list[model.DocumentedError]:
        if self.errors is None:
            return [error for error in model.errors(call.operation) if error.retryable]
        documented = model.errors(call.operation, common=True)
        return [error for error in documented if error.code in self.errors]
