"""The simulations of a test, and their calls in the report where it has failed."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from pytest_appsync import markers
from pytest_appsync.clients import guard
from pytest_appsync.record.mistakes import Mistakes
from pytest_appsync.simulation import entered
from pytest_appsync.tracebacks import shortened

if TYPE_CHECKING:
    from pytest_appsync.simulation.simulation import Simulation

# --- the simulations of a test ---


class Running:
    """The state of a test while it runs, and its simulations.

    :ivar is_inside: whether it runs in the simulation that its markers ask for.
    :ivar to_check: the simulations that its end checks, as `strict` asks for.
    :ivar watched: the simulations that answered while it ran.
    :ivar before: the numbers of calls and of handles that each simulation had before it.
    """

    def __init__(self) -> None:
        self.is_inside = False
        self.to_check: list[Simulation] = []
        self.watched: deque[Simulation] = deque()
        self.before: dict[Simulation, tuple[int, int]] = {}


_RUNNING: pytest.StashKey[Running] = pytest.StashKey()
"""The state of a test. It is removed after the report: a session keeps its items to its end."""


def begin_test(item: pytest.Item) -> None:
    """Forget an earlier run of the test, and watch from here on which simulations answer."""
    test = item.stash[_RUNNING] = Running()
    test.watched = entered.watch()
    test.before = {simulation: _state(simulation) for simulation in test.watched}


def running(item: pytest.Item) -> Running:
    """The state of a test; a new one where the hook of another plugin failed before it began."""
    return item.stash.setdefault(_RUNNING, Running())


def mistakes_of(item: pytest.Item) -> list[Mistakes]:
    """The mistakes in a test's simulations, in all that are entered, and outside of any."""
    simulations = dict.fromkeys([*running(item).to_check, *entered.all_entered()])
    return [*(simulation.mistakes for simulation in simulations), guard.mistakes]


def _simulations_of(item: pytest.Item) -> list[Simulation]:
    """The simulations of the test, and the others that answered while it ran."""
    test = running(item)
    return list(dict.fromkeys([*test.to_check, *test.watched]))


def used_by(item: pytest.Item) -> list[Simulation]:
    """The simulations that the test has used: it asked for them, called or scripted them."""
    before = running(item).before
    found = _simulations_of(item)
    if found:
        from pytest_appsync.appsync import lifecycle_of

        kind = markers.appsync_class()
        values = getattr(item, "funcargs", {}).values()
        # Not isinstance: it asks for __class__, which an application's object may refuse.
        given = [value for value in values if issubclass(type(value), kind)]
        asked = [lifecycle_of(value).simulation for value in given]
        found = [each for each in found if each in asked or _state(each) != before.get(each)]
    return found


def _state(simulation: Simulation) -> tuple[int, int]:
    return len(simulation.calls), len(simulation.script)


# --- the report ---


@pytest.hookimpl(specname="pytest_runtest_makereport")
def pytest_appsync_shorten(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Shorten the traceback. Not in the wrapper: what a TestCase has raised comes after it."""
    if call.excinfo is not None and not item.config.getoption("fulltrace", False):
        call.excinfo = shortened(call.excinfo)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed or call.excinfo is not None:
        for mistakes in mistakes_of(item):
            mistakes.take()  # what failed, or was skipped, need not fail again
    if report.failed:
        simulations = used_by(item) or _simulations_of(item)
        if simulations:
            from pytest_appsync.record.report import describe_all

            report.sections.append(("AppSync calls", describe_all(simulations)))
    if call.when == "teardown":
        entered.unwatch(running(item).watched)
        del item.stash[_RUNNING]
    return report


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    calls = sys.modules.get("pytest_appsync.record.calls")
    if op != "==" or calls is None:
        return None
    for one, other in ((left, right), (right, left)):
        # isinstance() asks for __class__, which an application's object may refuse.
        if issubclass(type(one), calls.Calls) and issubclass(type(other), Sequence):
            return [
                "the calls of AppSync are not those that were expected",
                "expected:",
                *_lines(calls.Calls, other),
                "called:",
                *_lines(calls.Calls, one),
            ]
    return None


def _lines(kind: Any, calls: object) -> list[str]:
    try:
        lines = kind(calls).describe() or ["nothing"]
    except Exception as error:
        from pytest_appsync.record.calls import shown

        lines = [f"cannot be shown, because of {shown(error)}"]
    return [f"  {line}" for line in lines]
