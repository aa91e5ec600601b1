"""What a simulation is made of, from entering to leaving it."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

from pytest_appsync.calls import Calls
from pytest_appsync.script import Script
from pytest_appsync.service.clock import Clock
from pytest_appsync.service.service import Service


class World:
    """The service, its clock, the script and the record of one simulation.

    :ivar simulated: the operations that the service can carry out.
    """

    def __init__(self, service: Service, clock: Clock, simulated: frozenset[str]) -> None:
        self.service = service
        self.clock = clock
        self.simulated = simulated
        self.script = Script()
        self.calls = Calls()
        self._lock = threading.Lock()
        self._waited = 0.0
        self._elapsed = 0.0
        self._seen = time.time()
        # Most simulations need none.
        self._twins: weakref.WeakKeyDictionary[Any, Any] | None = None

    def wait(self, seconds: float) -> None:
        """Move the clock by what botocore would have slept."""
        with self._lock:
            self._waited += seconds
        self.clock.advance(seconds=seconds)

    def application_time(self) -> float:
        """A clock that runs as if botocore had slept whatever it waited, and never back."""
        with self._lock:
            now = time.time()
            # A test may set time back; a pace that was measured before must not mind.
            self._elapsed += max(0.0, now - self._seen)
            self._seen = now
            return self._elapsed + self._waited

    def has_twin_of(self, original: object) -> bool:
        return self._twins is not None and original in self._twins

    def twin_of(self, original: object, make: Callable[[], Any]) -> Any:
        """This simulation's stand-in for a piece of a client's retry state.

        What simulated failures do to a client's retry quota or pace must not
        outlive the simulation.
        """
        if self._twins is None:
            # Made without the lock: the garbage collector may run somebody's call then.
            twins = weakref.WeakKeyDictionary[Any, Any]()
            with self._lock:
                if self._twins is None:
                    self._twins = twins
        twin = self._twins.get(original)
        return self._twins.setdefault(original, make()) if twin is None else twin
