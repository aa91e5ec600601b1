"""The retry state that a simulation keeps for each client, beside the client's own.

Simulated failures spend a client's retry quota and slow its adaptive pace. That must
end with the simulation, so a simulated call uses a quota and a limiter of the simulation.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from pytest_appsync.simulation.simulation import Simulation

_states: weakref.WeakKeyDictionary[Simulation, weakref.WeakKeyDictionary[Any, Any]] = (
    weakref.WeakKeyDictionary()
)


def own(
    simulation: Simulation, original: object, make: Callable[[Any, Callable[[], float]], Any]
) -> Any:
    """The simulation's replacement of a client's retry quota or rate limiter.

    :param make: makes it out of the client's own and of a function that gives the time.
    """
    states = _states.get(simulation)
    if states is None:
        states = _states.setdefault(simulation, weakref.WeakKeyDictionary())
    found = states.get(original)
    if found is None:
        found = states.setdefault(original, make(original, simulation.application_time))
    return found
