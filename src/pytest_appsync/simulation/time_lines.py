"""The simulated time of callers that work at the same time.

Each thread and each task has a time line. A caller's wait moves its own line only, and
the service's clock is the furthest of the lines: ten callers that wait 45 seconds at once
move it 45 seconds, as they would on AWS.

Nothing shows when a thread or task waits for another one, so there are two rules. A new line
begins where the line of the simulation's own thread is, the thread that entered it. A call in that
thread, while no other call is in progress, comes after all earlier calls: there all lines move to
the furthest one.
"""

from __future__ import annotations

import sys
import threading
from time import sleep  # as it is now: a test may replace the one in the module
from typing import Any
from weakref import ref

from pytest_appsync.moments import duration
from pytest_appsync.service.clock import ServiceClock

SCALE, SHORTEST, LONGEST = 0.001, 0.002, 0.05
"""A simulated wait in another thread than the simulation's own really takes a thousandth of its
time, but at least 2 and at most 50 milliseconds.

Without that, a simulated call hardly ever lets another thread run. Callers that overlap on AWS
would run one after the other here. In a thread pool, a worker that ends early takes the next item,
which then waits after the first: ten delays of 45 s through a pool of ten moved the clock 135 s
with a pause of 2 ms, and 45 s with one of 45 ms.
"""


class TimeLine:
    """How far a thread or task is.

    :ivar waited: the seconds that it has waited since the simulation began.
    :ivar calls: how many calls are in progress on it: a call's callable may make another one.
    """

    def __init__(self, waited: float) -> None:
        self.waited = waited
        self.calls = 0


class TimeLines:
    """The time lines of one simulation. Its clock shows the furthest one.

    :ivar furthest: the seconds that the furthest line has waited.
    """

    def __init__(self, clock: ServiceClock) -> None:
        self._clock = clock
        # By the caller's id. A WeakKeyDictionary runs code when a caller ends, and Python ignores
        # a Ctrl-C in such code.
        self._lines: dict[int, tuple[ref[Any], TimeLine]] = {}
        self._many = 1000
        self._calls = 0
        self._past = 0.0
        self.furthest = 0.0
        self.enter()

    def enter(self) -> None:
        """Note that this thread or task enters the simulation."""
        self._thread = threading.get_ident()
        caller = _caller()
        self._own = self._line_of(caller) or self._add(caller, TimeLine(0.0))

    def begin_call(self) -> TimeLine:
        """The line on which a call begins now."""
        caller = _caller()
        with self._clock.lock:
            line = self._line_of(caller)
            self._meet(0 if line is None else line.calls)
            if line is None:
                line = self._add(caller, TimeLine(self._own.waited))
            line.waited = max(line.waited, self._past)
            line.calls += 1
            self._calls += 1
            return line

    def _line_of(self, caller: Any) -> TimeLine | None:
        of, line = self._lines.get(id(caller), (None, None))
        return line if of is not None and of() is caller else None

    def _add(self, caller: Any, line: TimeLine) -> TimeLine:
        if len(self._lines) >= self._many:
            self._lines = {
                key: known for key, known in self._lines.items() if known[0]() is not None
            }
            self._many = 2 * len(self._lines) + 1000
        self._lines[id(caller)] = ref(caller), line
        return line

    def end_call(self, line: TimeLine) -> None:
        """End a call on the line."""
        with self._clock.lock:
            line.calls -= 1
            self._calls -= 1

    def meet(self) -> None:
        """Note that the simulation's own thread looks or scripts, which is not a call."""
        with self._clock.lock:
            self._meet(0)

    def _meet(self, own_calls: int) -> None:
        if self._calls == own_calls and threading.get_ident() == self._thread:
            self._past = self.furthest

    def lag(self, line: TimeLine) -> float:
        """The seconds by which a line is behind the clock."""
        return self.furthest - line.waited

    def wait(self, line: TimeLine, seconds: float) -> None:
        """Move a line by the seconds that its caller waits."""
        with self._clock.lock:
            waited = line.waited + seconds
            further = waited - self.furthest
            if further > 0:
                self._clock.move(duration(None, {"seconds": further}))  # which may refuse it
                self.furthest = waited
            line.waited = waited

    def sleep(self, seconds: float) -> None:
        """Move the caller's line by the seconds that the application sleeps between its calls."""
        line = self.begin_call()
        try:
            self.wait(line, seconds)
        finally:
            self.end_call(line)
        self.give_way(seconds)

    def give_way(self, seconds: float) -> None:
        """Let other threads run first, after a wait in another thread than the simulation's own.

        :param seconds: the simulated wait.
        """
        if threading.get_ident() != self._thread:
            sleep(min(max(seconds * SCALE, SHORTEST), LONGEST))


def _caller() -> Any:
    """The task that runs now, of asyncio or trio, or else the thread."""
    for library in ("asyncio", "trio.lowlevel"):
        current_task = getattr(sys.modules.get(library), "current_task", None)
        if current_task is not None:
            try:
                task = current_task()
            except RuntimeError:  # no event loop of this library runs in this thread
                task = None
            if task is not None:
                return task
    return threading.current_thread()
