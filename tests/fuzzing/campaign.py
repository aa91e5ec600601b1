"""Many inputs, one after the other, until one is not answered as it should be."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from pytest_appsync.record.calls import shown

from .client_input import client_input
from .oracle import SECONDS, complaint
from .sending import Input, Outcome, send
from .start import SIMULATED
from .wire_input import wire_input

HANGS_AFTER = 30
"""How many seconds one input may take."""


class Hang(BaseException):
    """No ``Exception``: nothing on the way may take it for a failure of its own."""


@dataclass(frozen=True)
class Violation:
    """An input that was not answered as it should be."""

    seed: int
    number: int
    complaint: str
    given: Input

    def __str__(self) -> str:
        return (
            f"{self.complaint}\n"
            f"  {shown(self.given, 2000)}\n"
            f"  again: python tests/fuzzing --seed {self.seed} --only {self.number}"
        )

    def smallest(self, seconds: float = 20) -> Input:
        """What is left of the input when all is taken away that does not matter.

        :param seconds: the time that this may take; there are as many tries as that allows.
        """
        given, until = self.given, time.monotonic() + seconds
        is_smaller = True
        while is_smaller:
            is_smaller = False
            for candidate in given.smaller():
                if time.monotonic() > until:
                    return given
                if _kind(judge(candidate)) == _kind(self.complaint):
                    given, is_smaller = candidate, True
                    break
        return given


def _kind(complaint: str | None) -> str:
    """Complaints that begin alike are of one kind."""
    return (complaint or "")[:20]


@dataclass
class Figures:
    """What came of the inputs so far."""

    inputs: Counter[str] = field(default_factory=Counter)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int, str] = (0.0, 0, "")

    def add(self, number: int, given: Input, outcome: Outcome) -> None:
        self.inputs[given.layer] += 1
        self.operations[given.operation] += 1
        self.answers[given.layer, _answer(outcome)] += 1
        self.slowest = max(self.slowest, (outcome.seconds, number, given.operation))


def _answer(outcome: Outcome) -> str:
    if outcome.raised is not None:
        return f"botocore refused: {type(outcome.raised).__name__}"
    return f"{outcome.status} {outcome.code or 'OK'}"


def input_of(seed: int, number: int, operations: Sequence[str] = SIMULATED) -> Input:
    """The input of that number; it depends on no other."""
    rng = random.Random(f"{seed}/{number}")
    operation = rng.choice(operations)
    return (wire_input if number % 2 else client_input)(rng, operation)


def run(
    seed: int, numbers: Iterable[int], figures: Figures, operations: Sequence[str] = SIMULATED
) -> Violation | None:
    """Send the inputs of these numbers, until one is not answered as it should be."""
    for number in numbers:
        found = judge(input_of(seed, number, operations), figures, number)
        if found is not None:
            return Violation(seed, number, found, input_of(seed, number, operations))
    return None


def judge(given: Input, figures: Figures | None = None, number: int = 0) -> str | None:
    """What is wrong with the answer to ``given``, or ``None``.

    :param figures: where the answer is added to those before it.
    """
    try:
        with _limited(HANGS_AFTER):
            outcome = send(given)
            if outcome.seconds > SECONDS:  # the machine may have been busy
                outcome = min((send(given) for _ in range(3)), key=lambda one: one.seconds)
    except Hang:
        return f"no answer within {HANGS_AFTER} s"
    if figures is not None:
        figures.add(number, given, outcome)
    if outcome.seconds > SECONDS:
        return f"it took {outcome.seconds:.1f} s"
    return complaint(given, outcome)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise :class:`Hang` in what takes longer. Only a main thread on POSIX has timers."""
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def give_up(_: int, __: FrameType | None) -> None:
        raise Hang

    earlier = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)
