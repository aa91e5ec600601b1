"""``Simulation``: the parts of a simulated AppSync together, from entering to leaving."""

from __future__ import annotations

import functools
import threading
import time
from typing import TYPE_CHECKING

from pytest_appsync import model, regions
from pytest_appsync.locks import renew_after_fork
from pytest_appsync.record.calls import Call, Calls
from pytest_appsync.record.mistakes import Mistakes
from pytest_appsync.record.report import describe
from pytest_appsync.record.unmet import explain_unmet
from pytest_appsync.script.handles import Scripted
from pytest_appsync.script.script import Script
from pytest_appsync.service.apis import Endpoint
from pytest_appsync.service.clock import ServiceClock
from pytest_appsync.service.operations import OPERATIONS
from pytest_appsync.service.service import Service
from pytest_appsync.simulation.clock import Clock
from pytest_appsync.simulation.copying import copied
from pytest_appsync.simulation.entered import all_entered
from pytest_appsync.simulation.not_found import what_is_left, where_it_is
from pytest_appsync.simulation.settings import Settings
from pytest_appsync.simulation.time_lines import TimeLines

if TYPE_CHECKING:
    from pytest_appsync.record.graphql_requests import GraphqlRequest


class Simulation:
    """The service, its clock, the script and the record, from entering to leaving.

    :ivar simulated: the operations that the service can carry out.
    :ivar users_clock: the clock as a test has it.
    :ivar region: the region of APIs and clients that are made without one. Unless the settings
        name it, it is looked up when the simulation is entered.

    :param endpoint: where the endpoints of its APIs are.
    """

    def __init__(self, settings: Settings, endpoint: Endpoint) -> None:
        self.settings = settings
        self.endpoint = endpoint
        self.region = settings.region
        self.clock = ServiceClock()
        self.time_lines = TimeLines(self.clock)
        self.users_clock = Clock(self.clock, self.time_lines.sleep)
        self._begin()
        self.mistakes = Mistakes(count=settings.strict)
        self.simulated = simulated_operations()
        self._excused: set[Scripted] = set()
        self._elapsed = 0.0
        self._seen = time.time()

    def _begin(self) -> None:
        rules, settings = self.settings.rules, self.settings
        self.service = Service(
            self.clock, settings.key_rules, regions.partition_of, rules, self.endpoint
        )
        self.script = Script()
        self.calls = Calls()
        self.graphql_requests: list[GraphqlRequest] = []

    def begin_again(self) -> None:
        """Empty the service, the script and the record, and put the clock back."""
        self._begin()
        self.clock.begin_at(ServiceClock())

    def application_time(self) -> float:
        """The time of a clock that counts simulated waits as slept. It never goes back."""
        with self.clock.lock:
            now = time.time()
            # A test may set time back. That must not change a rate that was measured before.
            self._elapsed += max(0.0, now - self._seen)
            self._seen = now
            return self._elapsed + self.time_lines.furthest

    def check_script(self) -> None:
        """Check that everything that was scripted has met a call, as ``strict`` asks for.

        :raises AssertionError: naming what no call has met, and what was called instead.
        """
        __tracebackhide__ = True
        unmet = [scripted for scripted in self.script.unmet() if scripted not in self._excused]
        if self.settings.strict and unmet:
            self.excuse_script()
            raise AssertionError(explain_unmet(unmet, self.calls))

    def excuse_script(self) -> None:
        """Accept that what was scripted so far was not met, because a test has failed."""
        self._excused.update(self.script.unmet())

    @property
    def is_new(self) -> bool:
        """Whether nothing was seeded or scripted, and no time has passed."""
        return not (self.service.regions() or len(self.script) or self.clock.has_moved)

    def copy(self) -> Simulation:
        """Another simulation in the state of this one: service, clock and script.

        Its record is empty.
        """
        other = Simulation(self.settings, self.endpoint)
        other.clock.begin_at(self.clock)
        with self.service.lock:
            other.service, other.script = copied(
                (self.service, self.script),
                {
                    self.clock: other.clock,
                    self.time_lines: other.time_lines,
                    self.mistakes: other.mistakes,
                    self.endpoint: self.endpoint,
                },
            )
        other.script.follow(self.script)
        renew_after_fork(other.service, "lock", threading.RLock)
        renew_after_fork(other.script, "lock", threading.Lock)
        return other

    def describe(self) -> str:
        """The calls, the script and the clock, as a failed test's report shows them."""
        others = [each.service for each in all_entered() if each is not self]
        tokens = (call.params.get("nextToken") for call in self.calls)
        sent = {token for token in tokens if isinstance(token, str)}

        def note(call: Call) -> str | None:
            return where_it_is(call, self.service, others) or what_is_left(call, sent)

        return describe(self.calls, self.script, self.clock, self.graphql_requests, note=note)


@functools.cache
def simulated_operations() -> frozenset[str]:
    """The operations that the service can carry out, of those that botocore knows."""
    return frozenset(OPERATIONS).intersection(model.service_model().operation_names)
