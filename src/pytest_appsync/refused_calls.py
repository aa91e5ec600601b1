"""The calls outside of tests that the guard has refused: they fail the session."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_appsync.clients import guard


class RefusedCalls:
    """The plugin of one session, on the controller and on each worker of pytest-xdist."""

    def __init__(self) -> None:
        self._refused: list[str] = []

    def note(self) -> None:
        """Take the calls since the last test. Each test calls this at its beginning."""
        self._refused.extend(map(str, guard.mistakes.take()))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.note()
        guard.finish_session()
        passed = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
        if self._refused and session.exitstatus in passed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        worker_output = getattr(session.config, "workeroutput", None)
        if worker_output is not None:
            worker_output["appsync_refused"] = self._refused

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist has ended."""
        self._refused.extend(getattr(node, "workeroutput", {}).get("appsync_refused", []))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._refused:
            terminalreporter.section(guard.OUTSIDE)
            terminalreporter.write_line("\n".join(dict.fromkeys(self._refused)))
