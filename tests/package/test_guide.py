"""README and guide: each Python block is a test that passes, and each shell block runs."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import audit_hook
import pytest

from pytest_appsync import AppSync
from pytest_appsync.__main__ import main
from tests.package.pages import PAGES, ROOT, Suite, blocks, suites
from tests.prepared import fork_python, run_session
from tests.server.test_other_clients import node_has_the_sdk

LANGUAGE = re.compile(r"^```(.*)\n(?:.|\n)*?^```$", re.MULTILINE)


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(audit_hook.LOOPBACK, "1")


def test_each_block_is_of_a_kind_that_is_run_or_compared() -> None:
    languages = {
        language for page in PAGES for language in LANGUAGE.findall(page.read_text("utf-8"))
    }
    assert languages <= {"python", "ini", "sh", "shell", "text"}


def test_there_are_blocks() -> None:
    assert len(PAGES) > 10
    assert len(suites()) > 25
    assert blocks("shell")


OPTIONS = ("-p", "no:hypothesispytest", "-p", "no:asyncio", "-W", "error", "--strict-markers")
NEEDS = ("importorskip", '"node"', '["curl"')
"""What a block has that needs something else to be installed."""


def stands_alone(suite: Suite) -> bool:
    block = suite.files["test_block.py"]
    return len(suite.files) > 1 or any(need in block for need in NEEDS)


def test_every_python_block_is_a_passing_test(pytester: pytest.Pytester) -> None:
    """All that need nothing else, in one session."""
    files = [
        (f"test_{suite.name.replace('-', '_')}.py", suite.files["test_block.py"])
        for suite in suites()
        if not stands_alone(suite)
    ]
    for name, source in files:
        (pytester.path / name).write_text(source)
    result = pytester.runpytest(*OPTIONS)
    outcomes = result.parseoutcomes()
    outcomes.pop("warnings", None)
    assert outcomes.keys() == {"passed"}
    printed = result.stdout.str()
    assert [name for name, _ in files if f"{name} ." not in printed] == [], "it has no test"


@pytest.mark.parametrize(
    "suite", [each for each in suites() if stands_alone(each)], ids=lambda suite: suite.name
)
def test_every_other_python_block_is_one_too(pytester: pytest.Pytester, suite: Suite) -> None:
    block = suite.files["test_block.py"]
    if '"node"' in block and not node_has_the_sdk():
        pytest.skip("no node with @aws-sdk/client-appsync")
    if '["curl"' in block and not shutil.which("curl"):
        pytest.skip("no curl")
    for name, source in suite.files.items():
        (pytester.path / name).write_text(source)
    # A conftest.py changes the environment, so it gets a process of its own.
    if "conftest.py" in suite.files:
        result = run_session(pytester, *OPTIONS)
    else:
        result = pytester.runpytest(*OPTIONS)
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


def commands() -> list[list[str]]:
    """The calls of our command line in the blocks of shell commands, without ``verify``'s.

    Those of ``verify`` ask AWS, but for one.
    """
    lines = "\n".join(blocks("sh")).replace("\\\n", " ").splitlines()
    found = [shlex.split(line, comments=True) for line in lines]
    ours = [words[2:] for words in found if words[:3] == ["python", "-m", "pytest_appsync"]]
    return [words for words in ours if words[1] != "verify" or "--list" in words]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_runs(tmp_path: Path, command: list[str]) -> None:
    if "awscli" in command and importlib.util.find_spec("awscli") is None:
        pytest.skip("not installed: the AWS CLI")
    (tmp_path / "provision.py").write_text("import sys; assert sys.argv[1:] == ['--verbose']")
    (tmp_path / "evaluated.json").write_text('{"evaluationResult": "[]"}')
    shutil.copytree(ROOT / "examples" / "deployment", tmp_path / "examples" / "deployment")
    if command[1] not in ("run", "serve"):
        # These are calls of a function; a process for each would take half a second.
        assert main(command[1:]) == 0
        return
    if command[1] == "serve":
        words = [sys.executable, "-m", *command]
        words[words.index("4100")] = "0"
        with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as serving:
            assert serving.stdout is not None
            url = serving.stdout.readline()
            serving.terminate()
        assert url.startswith("http://127.0.0.1:")
        return
    done = fork_python("-m", *command, cwd=tmp_path)
    assert done.code == 0, done.err
