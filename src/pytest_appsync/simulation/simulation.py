"""``Simulation``: one life of a simulated AppSync, which ties the parts of it together."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from pytest_appsync import model
from pytest_appsync.locks import renew_after_fork
from pytest_appsync.record.call_site import CallSite
from pytest_appsync.record.calls import Call, Calls
from pytest_appsync.record.graphql_requests import GraphqlRequest
from pytest_appsync.record.report import describe, explain_unmet
from pytest_appsync.script.script import Script
from pytest_appsync.service.clock import Clock
from pytest_appsync.service.operations import OPERATIONS
from pytest_appsync.service.service import Service
from pytest_appsync.simulation.call_in_progress import CallInProgress
from pytest_appsync.simulation.settings import Settings


class Simulation:
    """The service, its clock, the script and the record, from entering to leaving.

    :ivar simulated: the operations that the service can carry out.
    :ivar region: that of APIs and clients that are made without one. It is found out when the
        simulation is entered, unless the settings name it.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.region = settings.region
        self.clock = Clock()
        self.service = Service(self.clock, settings.key_rules, model.partition_of, settings.rules)
        self.script = Script()
        self.calls = Calls()
        self.graphql_requests: list[GraphqlRequest] = []
        self.simulated = simulated_operations()
        self._lock = threading.Lock()
        renew_after_fork(self, "_lock", threading.Lock)
        self._waited = 0.0
        self._elapsed = 0.0
        self._seen = time.time()

    def begin_call(
        self,
        operation: str,
        params: Mapping[str, Any],
        region: str,
        *,
        read_timeout: float | None,
        site: CallSite | None,
    ) -> CallInProgress:
        """A call of the application, which a door hands its requests to.

        :param read_timeout: how long the client waits for an answer, in seconds.
        :param site: where the application made it.
        """
        call = Call(operation, params, region, site=site)
        return CallInProgress(self, call, read_timeout, self.pass_time)

    def continue_call(self, call: Call, *, spend: Callable[[float], None]) -> CallInProgress:
        """An attempt of a call whose client is not in this process.

        :param spend: lets an answer take so many seconds.
        """
        return CallInProgress(self, call, None, spend)

    def pass_time(self, seconds: float) -> None:
        """Move the clock by what an answer takes."""
        self.clock.advance(seconds=seconds)

    def wait(self, seconds: float) -> None:
        """Move the clock by what a client waits."""
        with self._lock:
            self._waited += seconds
        self.clock.advance(seconds=seconds)

    def application_time(self) -> float:
        """A clock that counts each simulated wait as if it had been slept, and never goes back."""
        with self._lock:
            now = time.time()
            # A test may set time back. A pace that was measured before must not change by it.
            self._elapsed += max(0.0, now - self._seen)
            self._seen = now
            return self._elapsed + self._waited

    def check_script(self) -> None:
        """The check that ``strict`` asks for: everything that was scripted has met a call.

        :raises AssertionError: naming what no call has met, and what was called instead.
        """
        unmet = self.script.unmet()
        if self.settings.strict and unmet:
            raise AssertionError(explain_unmet(unmet, self.calls))

    def describe(self) -> str:
        """The calls, the script and the clock, as a failed test's report shows them."""
        return describe(self.calls, self.script, self.clock, self.graphql_requests)


@functools.cache
def simulated_operations() -> frozenset[str]:
    """The operations that the service can carry out, of those that botocore knows."""
    return frozenset(OPERATIONS).intersection(model.service_model().operation_names)
