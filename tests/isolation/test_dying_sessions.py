"""Sessions and workers that die half-way leave nothing active, and the others go on."""

from __future__ import annotations

import sys

import pytest

from pytest_appsync.clients import client_call, guard
from pytest_appsync.simulation import entered
from tests.prepared import run_session
from tests.thoroughness import only_thorough

PLUGINS = ("-p", "no:randomly", "-p", "no:hypothesispytest", "-p", "no:cacheprovider")
DEATHS = {
    "pytest.exit in a test": "def test_dies(appsync): pytest.exit('enough')",
    "pytest.exit in a fixture": """
@pytest.fixture
def dies(appsync): pytest.exit('enough')
def test_dies(dies): pass
""",
    "Ctrl-C in a test": "def test_dies(appsync): raise KeyboardInterrupt",
    "Ctrl-C in a fixture": """
@pytest.fixture
def dies(appsync):
    yield
    raise KeyboardInterrupt
def test_dies(dies): pass
""",
    "Ctrl-C in a call": """
def test_dies(appsync, appsync_client):
    def interrupt(**_): raise KeyboardInterrupt
    appsync_client.meta.events.register_first("before-send", interrupt)
    appsync_client.list_graphql_apis()
""",
    "Ctrl-C in entering": """
@pytest.fixture
def interrupted(monkeypatch):
    def interrupt(*_): raise KeyboardInterrupt
    monkeypatch.setattr("pytest_appsync.clients.botocore_wrapping.install", interrupt)
def test_dies(interrupted, appsync): pass
""",
    "Ctrl-C in leaving": """
import sys
from pytest_appsync.simulation.lifecycle import Lifecycle
def test_dies(appsync):
    def interrupt(frame, event, argument):
        if event == "call" and frame.f_code is Lifecycle.leave.__code__:
            sys.setprofile(None)
            raise KeyboardInterrupt
    sys.setprofile(interrupt)
""",
    "SystemExit": "def test_dies(appsync): raise SystemExit(3)",
}


@pytest.mark.parametrize("death", DEATHS)
def test_a_session_that_dies_leaves_nothing_active(pytester: pytest.Pytester, death: str) -> None:
    pytester.makepyfile(f"import pytest\n{DEATHS[death]}\n")
    pytester.makeini("[pytest]\nappsync_guard = true\n")
    # Nothing is printed: what pytest says of an interrupt takes most of the time.
    plugins = (*PLUGINS, "-p", "no:xdist", "-p", "no:terminal")
    result = pytester.inline_run(*plugins, no_reraise_ctrlc=True)
    assert result.ret != 0
    if death.startswith("Ctrl-C"):
        assert result.ret == pytest.ExitCode.INTERRUPTED
    assert entered.active() is None
    assert client_call.current() is None
    assert not guard.is_up


@only_thorough
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_when_a_worker_is_killed_the_others_and_its_successor_go_on(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        """
        import os, signal
        import boto3, pytest

        @pytest.mark.parametrize("number", range(12))
        def test_it(appsync, number):
            assert appsync.apis() == [] and appsync.calls == []
            client = boto3.client("appsync")
            client.create_graphql_api(name="orders", authenticationType="API_KEY")
            if number == 3:
                os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    result = run_session(pytester, "-n", "2", *PLUGINS)
    result.assert_outcomes(passed=11, failed=1)
    result.stdout.fnmatch_lines("*crashed while running*test_it?3?*")


def test_a_simulation_that_cannot_be_entered_is_an_error_of_its_test(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def broken(monkeypatch):
            def install(*_): raise AttributeError("a name of botocore has moved")
            monkeypatch.setattr("pytest_appsync.clients.botocore_wrapping.install", install)

        def test_it(broken, appsync): pass
        def test_another(appsync): pass
        """
    )
    result = pytester.runpytest_inprocess(*PLUGINS, "-p", "no:xdist")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines("*a name of botocore has moved*")
