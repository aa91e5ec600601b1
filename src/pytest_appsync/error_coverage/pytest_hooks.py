"""The plugin for pytest: it records, merges what the workers of xdist saw, and reports."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_appsync.error_coverage import json_report
from pytest_appsync.error_coverage.earlier_run import EarlierRun
from pytest_appsync.error_coverage.options import Target, Wanted
from pytest_appsync.error_coverage.source import Sources, reported_path
from pytest_appsync.error_coverage.suite_code import SuiteCode
from pytest_appsync.error_coverage.tallies import (
    Place,
    Tallies,
    Tally,
    from_plain,
    merge,
    to_plain,
)
from pytest_appsync.record import call_listener
from pytest_appsync.record.call_site import CallSite

if TYPE_CHECKING:
    from pytest_appsync.error_coverage.report import Report

_OUTPUT = "appsync_errors"
"""The key, in xdist's ``workeroutput``, of what a worker hands to the controller."""

_NOTHING_RAN = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR)
"""How a session ends that has run no test. An earlier report is then not overwritten."""


class ErrorCoverage:
    """The plugin of one session, on the controller and on each of its workers.

    No error of its own ends the session: each report is written as far as it can be, and
    what cannot be written is a line of the summary that begins with FAIL.
    """

    def __init__(self, config: pytest.Config, wanted: Wanted) -> None:
        """Begin to record.

        :raises pytest.UsageError: where the earlier report cannot be added to.
        """
        self._config = config
        self._wanted = wanted
        self._tallies = Tallies()
        self._suite = SuiteCode()
        self._places: dict[Place, Tally] = {}
        self._omitted: set[str] = set()
        self._calls_by_suite = 0
        self._notes: list[str] = []
        self._printed: list[str] = []
        self._failures: list[str] = []
        self._is_worker = hasattr(config, "workerinput")
        self._earlier = _earlier_run(wanted, is_worker=self._is_worker)
        listener, call_listener.listener = call_listener.listener, self._tallies.note
        config.add_cleanup(lambda: setattr(call_listener, "listener", listener))

    # --- which functions are the suite's own ---

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._suite.add_items(session.items)

    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        self._suite.add(fixturedef.func)

    @pytest.hookimpl(optionalhook=True)
    def pytest_bdd_before_step_call(self, step_func: Callable[..., object]) -> None:
        self._suite.add(step_func)

    def _locate(self, site: CallSite) -> str | None:
        """The path to report; ``None`` for a call site that is not reported."""
        if self._suite.has(site):
            return None
        path = reported_path(self._config.rootpath, self._config.invocation_params.dir, site)
        return None if self._note_if_omitted(path) else path

    def _note_if_omitted(self, path: str) -> bool:
        """Note the name of a file that the options leave out; whether they do."""
        omitted = any(fnmatch.fnmatch(path, pattern) for pattern in self._wanted.omit)
        if omitted:
            self._omitted.add(path)
        return omitted

    # --- the end ---

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist has ended, perhaps by a crash."""
        output = getattr(node, "workeroutput", {}).get(_OUTPUT)
        if output is None:
            self._notes.append(
                f"Worker {node.gateway.id} did not report: the errors that it met are not counted."
            )
        else:
            handed = json.loads(output)
            merge(self._places, from_plain(handed["places"]))
            self._omitted.update(handed["omitted"])
            self._calls_by_suite += handed["calls_by_suite"]
            self._failures += handed["failures"]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        try:
            merge(self._places, self._tallies.places(self._locate))
            self._calls_by_suite += self._tallies.calls_at(self._suite.has)
        except Exception as error:
            self._failures.append(_failure("The calls of this process could not be counted", error))
        if self._is_worker:
            # As ASCII: xdist encodes text as UTF-8, and a path may hold what UTF-8 cannot.
            self._config.workeroutput[_OUTPUT] = json.dumps(  # type: ignore[attr-defined]
                {
                    "places": to_plain(self._places),
                    "omitted": sorted(self._omitted),
                    "calls_by_suite": self._calls_by_suite,
                    "failures": self._failures,
                }
            )
        elif not self._config.option.collectonly and session.exitstatus not in _NOTHING_RAN:
            try:
                self._report()
            except Exception as error:
                self._failures.append(_failure("The error coverage could not be reported", error))
            if self._failures and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _report(self) -> None:
        sources = Sources(self._config.rootpath, self._places)
        lines = {place: sources.line(place) for place in self._places}
        self._notes += self._earlier.add_to(self._places, lines, sources, self._note_if_omitted)
        if self._calls_by_suite:
            self._notes.append(
                "Not counted, since they are not the application's: calls by tests and fixtures "
                f"themselves ({self._calls_by_suite})."
            )
        if self._omitted:
            self._notes.append(f"Omitted, as the options say: {', '.join(sorted(self._omitted))}.")
        from pytest_appsync.error_coverage import report

        built = report.build(
            self._places,
            lines,
            include=self._wanted.include,
            omitted=self._omitted,
            notes=self._notes,
        )
        for target in self._wanted.targets:
            try:
                self._printed += self._write(target, built, sources)
            except Exception as error:
                what = f"The {target.form} report of the error coverage could not be written"
                self._failures.append(_failure(what, error))
        self._printed += self._notes
        self._check(built)

    def _write(self, target: Target, built: Report, sources: Sources) -> list[str]:
        """Write one report; the lines that it prints are returned."""
        if target.form in ("term", "term-missing"):
            if not built.sites:
                return [built.why_empty]
            from pytest_appsync.error_coverage import terminal

            return terminal.table(built, width=self._width(), missing=target.form == "term-missing")
        if target.form == "json":
            text = json_report.to_json(built)
        else:
            from pytest_appsync.error_coverage import html_report

            text = html_report.to_html(built, sources)
        path = Path(target.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        # A path that is not UTF-8 holds surrogates, which no file in UTF-8 can.
        path.write_text(text, "utf-8", errors="backslashreplace")
        return [f"{target.form.upper()} report of the error coverage: {path}"]

    def _width(self) -> int:
        """The number of columns of the terminal, as pytest sees it."""
        if self._config.pluginmanager.has_plugin("terminalreporter"):
            return self._config.get_terminal_writer().fullwidth
        return 80  # with -p no:terminal, where the table is not printed

    def _check(self, built: Report) -> None:
        """Compare the total with the percentage that the options require."""
        required, percent = self._wanted.fail_under, built.totals.percent
        if required is None:
            return
        if not built.sites and required > 0:
            self._failures.append(
                f"FAIL Required AppSync error coverage of {required:g}% not reached: there was "
                "no call to cover."
            )
        elif round(percent, 2) < required:  # the number that is printed and written
            self._failures.append(
                f"FAIL Required AppSync error coverage of {required:g}% not reached. "
                f"Total error coverage: {percent:.2f}%"
            )
        else:
            self._printed.append(
                f"Required AppSync error coverage of {required:g}% reached. "
                f"Total error coverage: {percent:.2f}%"
            )

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._printed or self._failures:
            from pytest_appsync.error_coverage.terminal import printable

            terminalreporter.write_sep("-", "AppSync error coverage")
            for line in self._printed:
                terminalreporter.write_line(printable(line))
            for failure in self._failures:
                terminalreporter.write_line(printable(failure), red=True, bold=True)


def _earlier_run(wanted: Wanted, *, is_worker: bool) -> EarlierRun:
    if is_worker or not wanted.append:
        return EarlierRun(None)
    try:
        return EarlierRun(next(each.path for each in wanted.targets if each.form == "json"))
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def _failure(what: str, error: Exception) -> str:
    return f"FAIL {what}: {type(error).__name__}: {error}"
