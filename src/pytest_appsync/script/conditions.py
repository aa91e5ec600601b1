"""Conditions: failures by the rate of calls or at random, not in a queue."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from pytest_appsync import model
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.record.calls import Call
from pytest_appsync.script.checks import EVERY_OPERATION
from pytest_appsync.script.documented_answers import documented_answer, throttling
from pytest_appsync.script.handles import Answering
from pytest_appsync.service.clock import ServiceClock


class Condition(Answering):
    """A condition under which attempts fail. Their parameters do not matter."""


_REMEMBERED = 1000
"""The number of given tokens that a bucket remembers. No caller should be further behind."""


class Bucket:
    """A token bucket whose callers may ask in another order than that of their times.

    It remembers when it gave tokens. It gives another one if it could have given it at that
    time, beside all those that it gave.
    """

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._latest = now
        self._begin(burst, now)

    def _begin(self, tokens: float, now: float) -> None:
        self._tokens, self._filled_at = tokens, now
        self._given: list[float] = []
        self._left, self._last = tokens, now

    def give(self, now: float, latest: float) -> bool:
        """Give a token at ``now``, if there is one; whether it was given.

        :param latest: the service's time; the caller's own may be before it.
        """
        if latest < self._latest:  # A test has set it back. The tokens that were given stay given.
            self._begin(self._left, now)
        self._latest = latest
        if now >= self._last:
            left = self._spend(self._left, self._last, [now])
            if left is not None:
                self._given.append(now)
        else:
            given = sorted([*self._given, max(now, self._filled_at)])
            left = self._spend(self._tokens, self._filled_at, given)
            if left is not None:
                self._given = given
        if left is None:
            return False
        self._left, self._last = left, max(now, self._last)
        if len(self._given) > _REMEMBERED:
            self._begin(left, self._last)
        return True

    def _spend(self, tokens: float, since: float, moments: list[float]) -> float | None:
        """The tokens left once one was spent at each moment; ``None`` where one is missing."""
        # A clock is exact to the microsecond, or to what a float holds of so large a number.
        error = self._rate * (1e-6 + 2 * math.ulp(since))
        for moment in moments:
            tokens = min(self._burst, tokens + (moment - since) * self._rate)
            if tokens + error < 1:
                return None
            tokens, since = max(0.0, tokens - 1), moment
        return tokens


@dataclass(kw_only=True, eq=False, repr=False)
class Throttle(Condition):
    """A token bucket on the simulation's clock, as :meth:`AppSync.throttle` returns it.

    :ivar rate: calls a second.
    :ivar burst: how many calls may come at once.
    :ivar hits: how many attempts it has refused.
    """

    rate: float
    burst: float
    clock: ServiceClock
    _bucket: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self._bucket = Bucket(self.rate, self.burst, self.clock.now())

    def take(self, call: Call, now: Callable[[], float]) -> bool:
        return not self._bucket.give(now(), self.clock.now()) and super().take(call, now)

    def produce(self, call: Call, url: str) -> HttpAnswer:
        return documented_answer(throttling(call.operation))


@dataclass(kw_only=True, eq=False, repr=False)
class Chaos(Condition):
    """Failures at random, reproducible, as :meth:`AppSync.chaos` returns it.

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

    def take(self, call: Call, now: Callable[[], float]) -> bool:
        return self._random.random() < self.rate and super().take(call, now)

    def produce(self, call: Call, url: str) -> HttpAnswer:
        return documented_answer(self._random.choice(self._choices(call)))

    def _choices(self, call: Call) -> list[model.DocumentedError]:
        if self.errors is None:
            return model.retryable_errors(call.operation)
        known = model.errors(call.operation, common=True)
        return [error for error in known if error.code in self.errors]
