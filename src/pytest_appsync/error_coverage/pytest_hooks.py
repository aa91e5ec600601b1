"""pytest's side: records while the session runs, merges what xdist's workers saw, reports."""

from __future__ import annotations

import fnmatch
from pathlib import Path
from typing import Any

import pytest

from pytest_appsync.error_coverage import source
from pytest_appsync.error_coverage.options import Target, Wanted
from pytest_appsync.error_coverage.record import (
    Place,
    Record,
    Tally,
    from_plain,
    merge,
    to_plain,
)
from pytest_appsync.error_coverage.test_code import TestCode
from pytest_appsync.record import listening
from pytest_appsync.record.call_site import CallSite

_OUTPUT = "appsync_errors"
_NOTHING_RAN = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR)
"""The key of what a worker hands to the controller."""


class ErrorCoverage:
    """The plugin of one session, on the controller and on each of its workers."""

    def __init__(self, config: pytest.Config, wanted: Wanted) -> None:
        self._config = config
        self._wanted = wanted
        self._record = Record()
        self._tests = TestCode()
        self._places: dict[Place, Tally] = {}
        self._by_tests = 0
        self._notes: list[str] = []
        self._lines: list[str] = []
        self._failures: list[str] = []
        self._is_worker = hasattr(config, "workerinput")
        self._earlier = ({}, {}) if self._is_worker else self._earlier_run()
        listener, listening.listener = listening.listener, self._record.note
        config.add_cleanup(lambda: setattr(listening, "listener", listener))

    # --- which functions are the suite's own ---

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        classes = set()
        for item in session.items:
            if isinstance(item, pytest.Function):
                if item.cls is None:
                    self._tests.add(item.function)
                else:
                    # item.function would make an instance of the class, too early.
                    self._tests.add(getattr(item.cls, item.originalname, None))
                    classes.add(item.cls)
        for cls in classes:
            self._tests.add_class(cls)

    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        self._tests.add(fixturedef.func)

    def _locate(self, site: CallSite) -> str | None:
        if self._tests.has(site):
            return None
        path = source.reported_path(self._config.rootpath, self._config.invocation_params.dir, site)
        if any(fnmatch.fnmatch(path, pattern) for pattern in self._wanted.omit):
            return None
        return path

    # --- the end ---

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist has ended, be it that it crashed."""
        output = getattr(node, "workeroutput", {}).get(_OUTPUT)
        if output is None:
            self._notes.append(
                f"Worker {node.gateway.id} did not report: the errors that it met are not counted."
            )
        else:
            merge(self._places, from_plain(output["places"]))
            self._by_tests += output["by_tests"]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        merge(self._places, self._record.places(self._locate))
        self._by_tests += self._record.calls_at(self._tests.has)
        if self._is_worker:
            self._config.workeroutput[_OUTPUT] = {  # type: ignore[attr-defined]
                "places": to_plain(self._places),
                "by_tests": self._by_tests,
            }
        elif not self._config.option.collectonly and session.exitstatus not in _NOTHING_RAN:
            self._report()
            if self._failures and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _report(self) -> None:
        sources = source.source_lines(self._config.rootpath, self._places)
        self._add_earlier_run(sources)
        if self._by_tests:
            self._notes.append(
                "Not counted, since they are not the application's: calls by tests and fixtures "
                f"themselves ({self._by_tests})."
            )
        from pytest_appsync.error_coverage import report

        built = report.build(self._places, sources, include=self._wanted.include, notes=self._notes)
        for target in self._wanted.targets:
            try:
                self._lines += self._write(target, built)
            except OSError as error:
                self._failures.append(
                    f"FAIL The {target.form} report of the error coverage could not be written: "
                    f"{error}"
                )
        self._lines += self._notes
        self._check(built.totals.percent, has_calls=bool(built.sites))

    def _earlier_run(self) -> tuple[dict[Place, Tally], dict[Place, str]]:
        path = next((each.path for each in self._wanted.targets if each.form == "json"), "")
        if not self._wanted.append or not Path(path).exists():
            return {}, {}
        from pytest_appsync.error_coverage import json_report

        try:
            return json_report.read(Path(path))
        except ValueError as error:
            raise pytest.UsageError(str(error)) from None

    def _add_earlier_run(self, sources: dict[Place, str]) -> None:
        earlier, earlier_sources = self._earlier
        now = source.source_lines(self._config.rootpath, earlier)
        stale = {place for place in earlier if now[place] != earlier_sources[place]}
        merge(self._places, {place: earlier[place] for place in earlier if place not in stale})
        sources.update(now)
        if stale:
            self._notes.append(
                "Left out of the earlier run, since their source has changed: "
                + ", ".join(sorted(f"{place.path}:{place.line}" for place in stale))
                + "."
            )

    def _write(self, target: Target, built: Any) -> list[str]:
        if target.form in ("term", "term-missing"):
            if not built.sites:
                return ["No application code called AppSync in a simulation."]
            from pytest_appsync.error_coverage import terminal

            return terminal.table(built, missing=target.form == "term-missing")
        if target.form == "json":
            from pytest_appsync.error_coverage import json_report

            text = json_report.to_json(built)
        else:
            from pytest_appsync.error_coverage import html_report

            text = html_report.to_html(built, self._config.rootpath)
        path = Path(target.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return [f"{target.form.upper()} report of the error coverage: {path}"]

    def _check(self, percent: float, *, has_calls: bool) -> None:
        required = self._wanted.fail_under
        if required is None:
            return
        if not has_calls and required > 0:
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
            self._lines.append(
                f"Required AppSync error coverage of {required:g}% reached. "
                f"Total error coverage: {percent:.2f}%"
            )

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._lines or self._failures:
            terminalreporter.write_sep("-", "AppSync error coverage")
            for line in self._lines:
                terminalreporter.write_line(line)
            for failure in self._failures:
                terminalreporter.write_line(failure, red=True, bold=True)
