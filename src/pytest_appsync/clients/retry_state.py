"""The retry state that a simulation keeps for each client, beside the client's own.

Simulated failures spend a client's retry quota and slow its adaptive pace. That must
end with the simulation, so a simulated call uses a quota and a limiter of its own.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Any

from pytest_appsync.simulation.simulation import Simulation

_states: weakref.WeakKeyDictionary[Simulation, weakref.WeakKeyDictionary[Any, Any]] = (
    weakref.WeakKeyDictionary()
)
_lock = threading.Lock()


def has_own(simulation: Simulation, original: object) -> bool:
    """Whether the simulation keeps a replacement of ``original``."""
    states = _states.get(simulation)
    return states is not None and original in states


def own(simulation: Simulation, original: object, make: Callable[[], Any]) -> Any:
    """The simulation's replacement of a client's retry quota or rate limiter."""
    states = _states.get(simulation)
    if states is None:
        # Made without the lock: garbage collection may run a call of its own then.
        new = weakref.WeakKeyDictionary[Any, Any]()
        with _lock:
            states = _states.setdefault(simulation, new)
    found = states.get(original)
    return states.setdefault(original, make()) if found is None else found
