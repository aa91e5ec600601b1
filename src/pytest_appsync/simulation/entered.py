"""Which simulation answers: of those that are entered, the last one."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from pytest_appsync.locks import renew_after_fork

if TYPE_CHECKING:
    from pytest_appsync.simulation.simulation import Simulation

# The list changes in single steps of C. Ctrl-C finds each simulation entered or not entered.
_entered: list[Simulation] = []
_lock = threading.Lock()
renew_after_fork(sys.modules[__name__], "_lock", threading.Lock)


def active() -> Simulation | None:
    """The simulation that answers now, for every thread of the process."""
    try:
        return _entered[-1]
    except IndexError:
        return None


def is_entered(simulation: Simulation) -> bool:
    return simulation in _entered


def enter(simulation: Simulation) -> None:
    """Make ``simulation`` the one that answers.

    :raises RuntimeError: when it is entered already.
    """
    begins = False
    try:
        with _lock:
            if is_entered(simulation):
                raise RuntimeError(f"{simulation!r} is active already: it cannot be entered twice")
            begins = True
            _entered.append(simulation)
    except BaseException:  # Ctrl-C
        if begins:
            forget(simulation)
        raise


def replace(simulation: Simulation, new: Simulation) -> None:
    """Make ``new`` answer wherever ``simulation`` does.

    :raises RuntimeError: when that is not active.
    """
    with _lock:
        if not is_entered(simulation):
            raise RuntimeError(f"{simulation!r} is not active: it cannot begin again")
        _entered[_entered.index(simulation)] = new


def leave(simulation: Simulation) -> None:
    """End ``simulation``.

    :raises RuntimeError: when it is not active, or not the last one entered; even
        then it is not active afterwards.
    """
    with _lock:
        if not is_entered(simulation):
            raise RuntimeError(f"{simulation!r} is not active: it cannot be left")
        was_last = _entered[-1] is simulation
        _entered.remove(simulation)
    if not was_last:
        raise RuntimeError(
            f"{simulation!r} was left while a simulation that was entered after it is still "
            "active; leave them in the reverse of the order in which they were entered"
        )


def forget(simulation: Simulation) -> None:
    """End ``simulation`` if it is active."""
    with _lock:
        if is_entered(simulation):
            _entered.remove(simulation)
