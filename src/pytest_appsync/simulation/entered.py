"""The simulations that are entered. The last one answers."""

from __future__ import annotations

import sys
import threading
from collections import deque
from typing import TYPE_CHECKING

from pytest_appsync.locks import renew_after_fork

if TYPE_CHECKING:
    from pytest_appsync.simulation.simulation import Simulation

# Each change of the list is one step of C: after Ctrl-C a simulation is entered, or it is not.
_entered: list[Simulation] = []
_lock = threading.Lock()
renew_after_fork(sys.modules[__name__], "_lock", threading.Lock)
_watching: list[deque[Simulation]] = []

WATCHED = 20
"""How many simulations a watch keeps. Each of them keeps its record in memory."""


def active() -> Simulation | None:
    """The simulation that answers now, for every thread of the process."""
    try:
        return _entered[-1]
    except IndexError:
        return None


def all_entered() -> list[Simulation]:
    """The simulations that are entered, the first one first."""
    return list(_entered)


def is_entered(simulation: Simulation) -> bool:
    return simulation in _entered


def watch() -> deque[Simulation]:
    """The simulations that are entered now, and those that are entered until :func:`unwatch`."""
    watched = deque(_entered, WATCHED)
    _watching.append(watched)
    return watched


def unwatch(watched: deque[Simulation]) -> None:
    """End a watch. Its list of simulations stays as it is."""
    _watching[:] = [each for each in _watching if each is not watched]


def enter(simulation: Simulation) -> None:
    """Make ``simulation`` the one that answers.

    :raises RuntimeError: when it is entered already.
    """
    begins = False
    try:
        with _lock:
            if is_entered(simulation):
                raise RuntimeError(
                    "this AppSync is active already: it cannot be entered twice. Leave it first, "
                    "or make another one"
                )
            begins = True
            _entered.append(simulation)
            for watched in _watching:
                watched.append(simulation)
    except BaseException:  # Ctrl-C
        if begins:
            forget(simulation)
        raise


def leave(simulation: Simulation) -> None:
    """End ``simulation``.

    :raises RuntimeError: when it is not active, or not the last one entered; even
        then it is not active afterwards.
    """
    with _lock:
        if not is_entered(simulation):
            raise RuntimeError(
                "this AppSync is not active: it cannot be left. Enter it first: "
                "with AppSync() as appsync:"
            )
        was_last = _entered[-1] is simulation
        _entered.remove(simulation)
    if not was_last:
        raise RuntimeError(
            "this AppSync was left while a simulation that was entered after it is still "
            "active: leave them in the reverse of the order in which they were entered. Where a "
            "fixture of a wider scope has entered the other one, the fixture of this one must ask "
            "for that fixture: pytest then sets it up before and ends it after"
        )


def forget(simulation: Simulation) -> None:
    """End ``simulation`` if it is active."""
    with _lock:
        if is_entered(simulation):
            _entered.remove(simulation)
