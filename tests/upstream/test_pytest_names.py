"""What we rely on of pytest that its reference does not promise, and what breaks when it goes."""

from __future__ import annotations

import sys
import unittest
from typing import Any

import pytest

from pytest_appsync.record import mistakes


def test_an_item_knows_its_fixtures(request: pytest.FixtureRequest) -> None:
    assert "_appsync_of_test" in request.node.fixturenames, (
        "Function.fixturenames has moved: a test that is marked while its fixtures are set up "
        "would run outside of the simulation and pass"
    )


def test_pytest_raises_may_call_what_raises() -> None:
    seen: list[str] = []

    def function() -> None:
        seen.append(sys._getframe(1).f_globals["__name__"])
        raise ValueError

    callers: list[Any] = [pytest.raises, unittest.TestCase().assertRaises]
    for caller in callers:
        caller(ValueError, function)
    assert set(seen) <= mistakes._RAISES, (
        "pytest.raises() or assertRaises() calls from another module: an exception that a test "
        "has seen would be raised again at its end"
    )


def test_pytest_rewrites_assertions_by_a_finder() -> None:
    modules = [type(finder).__module__ for finder in sys.meta_path]
    assert any(module.startswith("_pytest.") for module in modules), (
        "the finder of pytest has moved: import_hooks would not pass over it, and each suite "
        "would read our modules as pytest has rewritten them"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.function is test_a_fixture_can_be_added_while_tests_are_generated:
        metafunc.fixturenames.append("added")
        metafunc.parametrize("added", ["armed"], indirect=True)


@pytest.fixture
def added(request: pytest.FixtureRequest) -> Any:
    return getattr(request, "param", None)


def test_a_fixture_can_be_added_while_tests_are_generated(request: pytest.FixtureRequest) -> None:
    assert request.getfixturevalue("added") == "armed", (
        "Metafunc.fixturenames or request.param has moved: the marker appsync_errors would arm "
        "no error for a test that does not name the fixture appsync_error"
    )


def test_a_session_collects_functions_with_their_names_and_fixtures(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.fixture
        def some_fixture(): ...

        class TestIt:
            @pytest.mark.parametrize("number", [1])
            def test_it(self, number, some_fixture): ...
    """)
    seen: dict[str, Any] = {}

    class Plugin:
        def pytest_collection_finish(self, session: pytest.Session) -> None:
            [item] = session.items
            assert isinstance(item, pytest.Function)
            seen["test"] = getattr(item.cls, item.originalname).__qualname__

        def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> None:
            seen.setdefault("fixture", []).append(fixturedef.func.__name__)

        @pytest.hookimpl(tryfirst=True)
        def pytest_sessionfinish(self, session: pytest.Session) -> None:
            seen["collect only"] = session.config.option.collectonly
            seen["directory"] = session.config.invocation_params.dir
            session.config.add_cleanup(lambda: seen.setdefault("cleaned up", True))
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    done = pytester.inline_run(plugins=[Plugin()])
    assert seen["test"] == "TestIt.test_it", "item.originalname: tests pass for the application"
    assert "some_fixture" in seen["fixture"], "FixtureDef.func: fixtures pass for the application"
    assert seen["collect only"] is False, "--collect-only would print an empty error coverage"
    assert seen["directory"] == pytester.path, "paths in the error coverage would be absolute"
    assert seen["cleaned up"], "config.add_cleanup: a session would leave the guard up"
    assert done.ret == pytest.ExitCode.TESTS_FAILED, "--appsync-errors-fail-under would not fail"


def test_a_report_can_be_given_a_section() -> None:
    fields = {"nodeid": "a", "location": ("a", 0, "a"), "keywords": {}, "outcome": "failed"}
    report: Any = pytest.TestReport(**fields, longrepr=None, when="call")  # type: ignore[arg-type]
    report.sections.append(("AppSync calls", "none"))
    assert ("AppSync calls", "none") in report.sections, "a failure would not show the calls"
