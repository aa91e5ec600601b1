"""A period of simulated time, after which a handle meets no more calls."""

from __future__ import annotations

from pytest_appsync.service.clock import Clock


class Period:
    """A period that begins now. Once it is over it stays over, also if the clock is set back.

    :param seconds: how long it lasts, in simulated time.
    """

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._end = clock.now() + seconds
        self._known_turns = len(clock.set_back_at)
        self._is_over = False

    @property
    def is_over(self) -> bool:
        if not self._is_over:
            reached = (self._clock.now(), *self._clock.set_back_at[self._known_turns :])
            self._is_over = max(reached) >= self._end
        return self._is_over
