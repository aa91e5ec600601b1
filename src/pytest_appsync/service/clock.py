"""The simulated service's time: the machine's clock plus an offset."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from pytest_appsync.locks import renew_after_fork


class ServiceClock:
    """The service's time, and what the rest of the simulation must know of how it was moved.

    :ivar lock: held while the time moves, also by those who count how far it has moved.
    :ivar set_back_at: the moments at which the test moved it back, oldest first.
    :ivar move_machine: moves the time of the whole process by so many seconds, in place of
        the offset; ``None`` where only the service's moves.
    """

    def __init__(self) -> None:
        self.set_back_at: list[float] = []
        self.move_machine: Callable[[float], object] | None = None
        self._offset = 0.0
        # Garbage collection may end, or even make, a call while this thread holds the lock.
        self.lock = threading.RLock()
        renew_after_fork(self, "lock", threading.RLock)

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        return time.time() + self._offset

    @property
    def has_moved(self) -> bool:
        """Whether it was moved, also where it was moved back to the machine's time."""
        return bool(self._offset or self.set_back_at)

    def move(self, by: timedelta) -> None:
        """Move the time forward, or back."""
        with self.lock:
            self._set_offset(self._offset + by.total_seconds())

    def move_to(self, moment: float) -> None:
        """Move the time to ``moment``, in seconds since the epoch (UTC)."""
        with self.lock:
            self._set_offset(moment - time.time())

    def _set_offset(self, offset: float) -> None:
        """Move the time, with the lock held."""
        if offset < self._offset:
            self.set_back_at.append(self.now())
        if self.move_machine is None:
            self._offset = offset
        else:
            self.move_machine(offset - self._offset)

    def begin_at(self, other: ServiceClock) -> None:
        """Have the time of ``other``, and its past."""
        with self.lock:
            self._offset = other._offset
            self.set_back_at = list(other.set_back_at)

    def __deepcopy__(self, memo: object) -> ServiceClock:
        # dataclasses.asdict(call) copies the handles that its attempts met, and theirs is this.
        return self

    def __repr__(self) -> str:
        moment = self.now()
        try:
            shown = datetime.fromtimestamp(moment, timezone.utc).isoformat(" ", "seconds")
        except (OverflowError, OSError, ValueError):
            shown = "beyond the calendar"
        return f"<Clock {shown} ({moment:.0f}), {self._offset:+.0f} s>"
