"""A period of simulated time, after which a handle meets no more calls."""

from __future__ import annotations

from pytest_appsync.service.clock import ServiceClock


class Period:
    """A period that begins now. Once it has ended it stays ended, also if the clock is set back.

    :param seconds: how long it lasts, in simulated time.
    """

    def __init__(self, clock: ServiceClock, seconds: float) -> None:
        self._clock = clock
        self._latest = clock.now()
        self._end = self._latest + seconds
        self._moves_before = len(clock.set_back_at)
        self._was_left = False

    def note_time(self) -> None:
        """Note the clock's time, before each question: it tells later if time was set back."""
        if not self._was_left:
            current, latest = self._clock.now(), self._latest
            left = self._clock.set_back_at[self._moves_before :]
            if current < latest:  # time.time() was set back
                left = [*left, latest]
            self._latest = current
            self._was_left = any(moment >= self._end for moment in left)

    def is_over(self, now: float) -> bool:
        """Whether it is over for a caller.

        :param now: the caller's own time, seconds since the epoch (UTC), which may be behind
            the clock: another caller has waited longer.
        """
        return self._was_left or now >= self._end
