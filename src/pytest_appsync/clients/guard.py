"""The guard: no AppSync call outside of a simulation (ini option ``appsync_guard``)."""

from __future__ import annotations

import atexit
import os
import sys
import threading

from pytest_appsync.record.call_site import CallSite, call_site
from pytest_appsync.record.mistakes import Mistakes

is_up = False
"""Whether AppSync calls outside of a simulation are refused."""

mistakes = Mistakes(in_simulation=False)
"""The calls that were refused, of the innermost session of pytest."""

_before: list[tuple[bool, Mistakes]] = []
"""The values of these two before each pytest session; sessions can run inside each other."""

_has_finished = False
"""Whether the outermost session has reported its result."""

OUTSIDE = "AppSync calls outside of any test, refused by appsync_guard"
"""The heading of the report at the end of a session or its process."""


def begin_session(wanted: bool) -> None:
    """Begin a session of pytest, perhaps inside another one."""
    global is_up, mistakes, _has_finished
    _before.append((is_up, mistakes))
    is_up, mistakes = wanted, Mistakes(count=wanted, in_simulation=False)
    if len(_before) == 1:
        _has_finished = False
        if wanted:
            # Before the application's exit handlers are registered, so it runs after them.
            atexit.register(report_at_exit)


def is_up_somewhere() -> bool:
    """Whether it is up in any of the pytest sessions that are in one another now."""
    return is_up or any(was_up for was_up, _ in _before)


def finish_session() -> None:
    """Note that the innermost session of pytest has reported its result."""
    global _has_finished
    _has_finished = len(_before) == 1


def end_session() -> None:
    """End the innermost session of pytest.

    The guard of the outermost stays as it is: an application's threads and exit
    handlers go on after it, and their calls would be real.
    """
    global is_up, mistakes
    before = _before.pop()
    if _before:
        is_up, mistakes = before


def take_refused() -> list[str]:
    """The refused calls that nothing has reported yet, each as a traceback's last line has it."""
    return [f"{type(error).__name__}: {error}" for error in mistakes.take()]


def report_at_exit() -> None:
    """End the process with exit status 1 where calls were refused after the session."""
    refused = take_refused()
    if not refused or not _has_finished:
        return
    print(f"{OUTSIDE}:", *refused, sep="\n", file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)  # nothing else changes the exit status now


class RealCallBlocked(Exception):  # noqa: N818
    """AppSync was called outside of any simulation while the guard is up.

    Where the application swallows it, the end of the test raises it again, and outside of
    tests the session fails: a call that would have been real must not go unnoticed.

    :ivar operation: AWS's name of the operation.
    :ivar site: the application's line that made the call, or ``None`` where a client's
        method was handed to a thread or task of its own.
    """

    def __init__(self, operation: str, site: CallSite | None, *, passed: bool = False) -> None:
        super().__init__(operation, site)
        self.operation = operation
        self.site = site
        self._passed = passed
        self._thread = threading.current_thread().name

    def __str__(self) -> str:
        where = f"at {self.site}"
        if self.site is None:
            where = f"in thread {self._thread!r}, to which the client's method was handed"
        if self._passed:
            return (
                f"{self.operation} was called {where}, and unsimulated='passthrough' lets it go "
                "on. Nothing in this process answers it, and appsync_guard = true lets no AppSync "
                f"call reach AWS. Script an answer: appsync.respond({self.operation!r}, {{...}})"
            )
        return (
            f"{self.operation} was called outside of any simulation, {where}, and "
            "appsync_guard = true lets no AppSync call reach AWS. Use the fixture appsync, or "
            "with AppSync() as appsync:"
        )


def check(operation: str, site: CallSite | None, *, passed: bool = False) -> None:
    """Refuse a call that would reach AWS: outside of any simulation, or let through by one.

    :param site: where the application made the call, if that is known already.
    :param passed: whether a simulation lets it through.
    :raises RealCallBlocked: while the guard is up.
    """
    if is_up:
        error = RealCallBlocked(operation, site or call_site(), passed=passed)
        mistakes.note(operation, error)
        raise error
