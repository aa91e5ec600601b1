"""Entering and leaving: each entry after the first begins with a new simulation."""

from __future__ import annotations

from collections.abc import Callable

from pytest_appsync.simulation import entered
from pytest_appsync.simulation.settings import Settings
from pytest_appsync.simulation.simulation import Simulation


class Lifecycle:
    """The simulations of one ``AppSync``, one after the other.

    :ivar simulation: the present one; after it was left it can still be looked at.
    :ivar has_ended: whether it was left.

    :param prepare: called before each entry.
    :param find_region: the region of a simulation whose settings name none; called at each entry.
    """

    def __init__(
        self, settings: Settings, prepare: Callable[[], object], find_region: Callable[[], str]
    ) -> None:
        self._settings = settings
        self._prepare = prepare
        self._find_region = find_region
        self.simulation = Simulation(settings)
        self.has_ended = False

    @property
    def region(self) -> str:
        """The simulation's region; before it is entered, the one that it would have now."""
        return self.simulation.region or self._find_region()

    @property
    def is_entered(self) -> bool:
        """Whether the simulation is active. Another one inside it may be the one that answers."""
        return entered.is_entered(self.simulation)

    def enter(self) -> None:
        """Make the simulation the one that answers.

        :raises RuntimeError: when it is entered already.
        """
        if self.has_ended:
            self.simulation = Simulation(self._settings)
            self.has_ended = False
        self._prepare()
        self.simulation.region = self._settings.region or self._find_region()
        entered.enter(self.simulation)

    def leave(self) -> None:
        """End the simulation. The script is not checked.

        :raises RuntimeError: when it is not active, or another one that was entered
            after it still is.
        """
        try:
            self.has_ended = self.has_ended or self.is_entered
            entered.leave(self.simulation)
        except BaseException:  # Ctrl-C
            self.forget()
            raise

    def forget(self) -> None:
        """End the simulation if it is active."""
        entered.forget(self.simulation)

    def begin_again(self) -> None:
        """Put a new simulation in the place of the one that is entered.

        :raises RuntimeError: when none is entered.
        """
        new = Simulation(self._settings)
        new.region = self.simulation.region
        new.service.endpoint.base = self.simulation.service.endpoint.base
        entered.replace(self.simulation, new)
        self.simulation = new

    def check_script(self) -> None:
        """As :meth:`Simulation.check_script`."""
        self.simulation.check_script()
