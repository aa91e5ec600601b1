"""Each name of pytest-xdist that we rely on, and what breaks when it goes."""

from __future__ import annotations

import pytest

from tests.prepared import run_session

pytest.importorskip("xdist")

CONFTEST = """
from pathlib import Path

def pytest_sessionfinish(session):
    if hasattr(session.config, "workerinput"):
        session.config.workeroutput["ours"] = [1, {"a": 2}]

def pytest_testnodedown(node, error):
    Path("seen").write_text(f"{node.gateway.id} {node.workeroutput['ours']}")
"""


def test_a_worker_hands_over_what_it_saw(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile("def test_it(): ...")
    done = run_session(pytester, "-n1", "-p", "no:randomly", "-p", "no:hypothesispytest")
    done.assert_outcomes(passed=1)
    seen = pytester.path / "seen"
    assert seen.exists(), "config.workerinput or pytest_testnodedown: workers would not be counted"
    assert seen.read_text() == "gw0 [1, {'a': 2}]", (
        "workeroutput or gateway.id: the error coverage would miss what workers saw"
    )
