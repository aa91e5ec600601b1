"""Entering and leaving a simulation. Each entry after the first one makes a new simulation."""

from __future__ import annotations

from collections.abc import Callable

from pytest_appsync.record.functions_of_tests import Functions
from pytest_appsync.service.apis import Endpoint
from pytest_appsync.simulation import entered
from pytest_appsync.simulation.settings import Settings
from pytest_appsync.simulation.simulation import Simulation


class Lifecycle:
    """The simulations of one ``AppSync``, one after the other.

    :ivar simulation: the present one; after it was left it can still be looked at.
    :ivar has_ended: whether it was left.
    :ivar endpoint: where the endpoints of the APIs of all of them are. A server may stay while
        simulations come and go.

    :param prepare: called before each entry.
    :param find_region: the region of a simulation whose settings name none; called at each entry.
    """

    def __init__(
        self, settings: Settings, prepare: Callable[[], object], find_region: Callable[[], str]
    ) -> None:
        self._settings = settings
        self._prepare = prepare
        self._find_region = find_region
        self._seeded: Simulation | None = None
        self.endpoint = Endpoint()
        self.simulation = Simulation(settings, self.endpoint)
        self.has_ended = False

    @property
    def region(self) -> str:
        """The simulation's region; before it is entered, the one that it would have now."""
        return self.simulation.region or self._find_region()

    @property
    def is_entered(self) -> bool:
        """Whether the simulation is active. Another one inside it may be the one that answers."""
        return entered.is_entered(self.simulation)

    def keep_seeds(self) -> None:
        """Have each entry by a decorator begin with what is seeded before the first one."""
        if self._seeded is None and not (self.has_ended or self.is_entered):
            self._seeded = self.simulation

    def enter(self) -> None:
        """Make the simulation the one that answers.

        :raises RuntimeError: when it is entered already.
        """
        if self._seeded is self.simulation and self._seeded.is_new:
            self._seeded = None  # a copy takes 0.6 ms
        if self._seeded is not None and (self.has_ended or self._seeded is self.simulation):
            self.simulation = self._seeded.copy()
        elif self.has_ended:
            self.simulation = Simulation(self._settings, self.endpoint)
        self.has_ended = False
        self._enter()

    def _enter(self) -> None:
        self._prepare()
        self.simulation.region = self._settings.region or self._find_region()
        self.simulation.time_lines.enter()
        entered.enter(self.simulation)

    def enter_copy(self) -> Simulation:
        """Enter a simulation that begins as the present one is, or as it was seeded.

        :returns: the new simulation.
        """
        begin = self.simulation if self.is_entered else self._seeded
        self.simulation = (begin or Simulation(self._settings, self.endpoint)).copy()
        self.has_ended = False
        self._enter()
        return self.simulation

    def end_copy(self, simulation: Simulation) -> None:
        """End what :meth:`enter_copy` has entered.

        Simulations that were entered after it may still be active: a later test of the class may
        be the first to ask for a fixture that lives longer than the class.
        """
        entered.forget(simulation)
        self.has_ended = True

    def resume(self, outer: Simulation) -> None:
        """Continue with the simulation that was copied. It is still entered."""
        self.simulation = outer
        self.has_ended = False

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

    def check(self, functions: Functions = ()) -> None:
        """Check, after the last call, what ``strict`` asks for: first mistakes, then the script.

        :param functions: those of the test; see :meth:`Mistakes.check`.
        :raises Exception: a mistake that the application has swallowed.
        :raises AssertionError: as :meth:`Simulation.check_script`.
        """
        __tracebackhide__ = True
        self.simulation.mistakes.check(functions)
        self.simulation.check_script()
