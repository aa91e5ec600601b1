"""README and guide: each Python block is a test that passes, and each shell block runs."""

from __future__ import annotations

import shutil
import subprocess

import audit_hook
import pytest

from pytest_appsync import AppSync
from tests.package.pages import PAGES, Suite, blocks, suites
from tests.server.test_other_clients import node_has_the_sdk


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(audit_hook.LOOPBACK, "1")


def test_there_are_blocks() -> None:
    assert len(PAGES) > 10
    assert len(suites()) > 25
    assert blocks("shell")


@pytest.mark.parametrize("suite", suites(), ids=lambda suite: suite.name)
def test_every_python_block_is_a_passing_test(pytester: pytest.Pytester, suite: Suite) -> None:
    block = suite.files["test_block.py"]
    if '"node"' in block and not node_has_the_sdk():
        pytest.skip("no node with @aws-sdk/client-appsync")
    for name, source in suite.files.items():
        (pytester.path / name).write_text(source)
    # A conftest.py changes the environment, so it gets a process of its own.
    run = pytester.runpytest_subprocess if "conftest.py" in suite.files else pytester.runpytest
    result = run("-p", "no:hypothesispytest", "-W", "error", "--strict-markers")
    outcomes = result.parseoutcomes()
    outcomes.pop("warnings", None)
    if "importorskip" in block and outcomes.keys() == {"skipped"}:
        pytest.skip("not installed: what the block is about")
    assert outcomes.keys() == {"passed"}, "a block's tests pass, and it has some"


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="no curl or bash")
@pytest.mark.parametrize("block", blocks("shell"), ids=lambda text: text[:40])
def test_every_shell_block_runs(block: str) -> None:
    with AppSync(strict=False) as appsync, appsync.serve() as server:
        script = block.replace("http://127.0.0.1:4100", server.url)
        script = f"set -euo pipefail\n{script.replace('curl -sS', 'curl -sS --fail-with-body')}"
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("{") > 10
