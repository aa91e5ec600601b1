"""The guide: each Python block is a test that passes, and each shell block runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import audit_hook
import pytest

from pytest_appsync import AppSync
from tests.server.test_other_clients import node_has_the_sdk

GUIDE = Path(__file__).parents[2] / "examples" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))


def blocks(language: str) -> list[tuple[str, str]]:
    """The pages' names and the blocks in that language."""
    pattern = re.compile(rf"^```{language}\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
    return [(page.name, block) for page in PAGES for block in pattern.findall(page.read_text())]


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(audit_hook.LOOPBACK, "1")


def test_there_are_blocks() -> None:
    assert len(blocks("python")) > 3
    assert blocks("shell")


@pytest.mark.parametrize(("page", "block"), blocks("python"), ids=lambda text: text[:40])
def test_every_python_block_is_a_passing_test(
    pytester: pytest.Pytester, page: str, block: str
) -> None:
    if '"node"' in block and not node_has_the_sdk():
        pytest.skip("no node with @aws-sdk/client-appsync")
    pytester.makepyfile(block)
    result = pytester.runpytest("-p", "no:hypothesispytest", "-W", "error", "--strict-markers")
    outcomes = result.parseoutcomes()
    outcomes.pop("warnings", None)
    assert outcomes.keys() == {"passed"}


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="no curl or bash")
@pytest.mark.parametrize(("page", "block"), blocks("shell"), ids=lambda text: text[:40])
def test_every_shell_block_runs(page: str, block: str) -> None:
    with AppSync(strict=False) as appsync, appsync.serve() as server:
        script = block.replace("http://127.0.0.1:4100", server.url)
        script = f"set -euo pipefail\n{script.replace('curl -sS', 'curl -sS --fail-with-body')}"
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("{") > 10
