"""What fails a session at its end, because no test of it has failed for it.

These are the calls outside of tests that the guard has refused, and the simulations that a test
has entered and never left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest

from pytest_appsync.clients import guard
from pytest_appsync.simulation import entered

if TYPE_CHECKING:
    from pytest_appsync.simulation.simulation import Simulation

NEVER_LEFT = "AppSync simulations that a test has entered and never left"
"""The heading of the report on them."""

_WHAT_TO_DO = (
    "Such a simulation answers all later tests, without the guard and without the strict check. "
    "Leave it: with AppSync() as appsync: ..., or in a unittest.TestCase "
    "self.enterContext(AppSync()), or self.addCleanup(simulation.__exit__, None, None, None). The "
    "last moment for it is pytest_sessionfinish. pytest does not run unittest.addModuleCleanup: "
    "write a fixture of scope module"
)


class SessionEnd:
    """The plugin of one session, on the controller and on each worker of pytest-xdist."""

    def __init__(self) -> None:
        self._refused: list[str] = []
        self._never_left: list[str] = []
        self._outside: Sequence[Simulation] = ()
        self._tests: dict[Simulation, str] = {}

    def begin_test(self) -> None:
        """Note the refused calls since the last test, and what is entered outside of tests."""
        self._take_refused()
        self._outside = [each for each in entered.all_entered() if each not in self._tests]

    def end_test(self, test: str) -> None:
        """Note the simulations that were entered in tests and not left yet.

        :param test: the node id of the test that has ended.
        """
        self._tests = {
            each: self._tests.get(each, test)
            for each in entered.all_entered()
            if each not in self._outside
        }

    def _take_refused(self) -> None:
        self._refused.extend(guard.take_refused())

    def pytest_keyboard_interrupt(self) -> None:
        """Ctrl-C, or ``pytest.exit``: it may also have kept a fixture from leaving its own."""
        self._tests.clear()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the session. All fixtures have ended, and the hooks of a conftest.py have run."""
        self._take_refused()
        guard.finish_session()
        for simulation, test in self._tests.items():
            if entered.is_entered(simulation):
                self._never_left.append(_described(simulation, test))
        self._tests.clear()
        passed = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
        if (self._refused or self._never_left) and session.exitstatus in passed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        worker_output = getattr(session.config, "workeroutput", None)
        if worker_output is not None:
            worker_output["appsync_session_end"] = (self._refused, self._never_left)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist has ended."""
        output = getattr(node, "workeroutput", {})
        refused, never_left = output.get("appsync_session_end", ((), ()))
        self._refused.extend(refused)
        self._never_left.extend(never_left)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._refused:
            terminalreporter.section(guard.OUTSIDE)
            terminalreporter.write_line("\n".join(dict.fromkeys(self._refused)))
        if self._never_left:
            terminalreporter.section(NEVER_LEFT)
            terminalreporter.write_line("\n".join([*self._never_left, _WHAT_TO_DO]))


def _described(simulation: Simulation, test: str) -> str:
    """The test, and what it scripted that no call has met."""
    try:
        simulation.check_script()
    except AssertionError as error:
        return f"entered in {test}: {error}"
    return f"entered in {test}"
