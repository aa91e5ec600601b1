"""The guard: no AppSync call outside of a simulation (ini option ``appsync_guard``)."""

from __future__ import annotations

import threading

from pytest_appsync.record.call_site import CallSite, call_site

is_up = False
"""Whether AppSync calls outside of a simulation are refused."""

_before: list[bool] = []
"""Whether it was up before each of the pytest sessions that are in one another now."""


def begin_session(wanted: bool) -> None:
    """A session of pytest begins, perhaps inside another one."""
    global is_up
    _before.append(is_up)
    is_up = wanted


def end_session() -> None:
    """The innermost session of pytest ends.

    The guard of the outermost stays as it is: an application's threads and exit
    handlers go on after it, and what they call would be as real as ever.
    """
    global is_up
    was_up = _before.pop()
    if _before:
        is_up = was_up


class RealCallBlocked(BaseException):
    """AppSync was called outside of any simulation while the guard is up.

    It derives from :class:`BaseException`, like pytest's own outcomes: an
    application's ``except Exception`` must not hide a call that would have been real.

    :ivar operation: AWS's name of the operation.
    :ivar site: the application's line that made the call, or ``None`` where a client's
        method was handed to a thread or task of its own.
    """

    def __init__(self, operation: str, site: CallSite | None) -> None:
        super().__init__(operation, site)
        self.operation = operation
        self.site = site
        self._thread = threading.current_thread().name

    def __str__(self) -> str:
        where = f"at {self.site}"
        if self.site is None:
            where = f"in thread {self._thread!r}, to which the client's method was handed"
        return (
            f"{self.operation} was called outside of any simulation, {where}, and "
            "appsync_guard = true lets no AppSync call reach AWS. Use the fixture appsync, or "
            "with AppSync() as appsync:"
        )


def check(operation: str, site: CallSite | None) -> None:
    """Outside of any simulation, before a call.

    :param site: where the application made the call, if that is known already.
    :raises RealCallBlocked: while the guard is up.
    """
    if is_up:
        raise RealCallBlocked(operation, site or call_site())
