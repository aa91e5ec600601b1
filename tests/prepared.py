"""Programs that are forks of a Python that has imported what takes long: half a second less.

What ends is a whole interpreter, with its threads and its exit handlers.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

SECONDS = 60
"""After which a program is killed."""

FORKING = """
import json, os, signal, sys
import parsed_once

parsed_once.before_forks()
for line in sys.stdin:
    if os.fork() == 0:
        break
    print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
else:
    sys.exit()
given = json.loads(line)
signal.alarm(given["seconds"])
os.chdir(given["cwd"])
os.environ.clear()
os.environ.update(given["environment"])
for number, path in enumerate([os.devnull, *given["files"]]):
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    os.dup2(file, number)
    os.close(file)
sys.path[0] = given["cwd"]
"""
COMMAND = f"""
import pytest_appsync.appsync, pytest_appsync.commands.run
from pytest_appsync import model
from pytest_appsync.__main__ import main
model.service_model()
{FORKING}
sys.exit(main(given["arguments"]))
"""
PYTHON = f"""
import boto3, pytest
{FORKING}
import runpy
kind, *sys.argv[1:] = given["arguments"]
if kind == "-m":
    module = sys.argv.pop(1)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
else:
    sys.argv[0] = kind
    runpy.run_path(kind, run_name="__main__")
"""
"""Nothing of this package is imported yet, as where a session begins."""


@functools.cache
def _prepared(code: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True, bufsize=1
    )
    atexit.register(process.communicate)
    return process


def run_prepared(
    code: str, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], files: Path
) -> tuple[int, str, str]:
    """The exit code of a program, and what it has printed.

    :param code: ``COMMAND`` or ``PYTHON``.
    :param files: a folder for what it prints.
    """
    outputs = [files / "out", files / "err"]
    given = {
        "arguments": list(arguments),
        "cwd": str(cwd),
        "environment": dict(environment),
        "files": [str(path) for path in outputs],
        "seconds": SECONDS,
    }
    process = _prepared(code)
    assert process.stdin is not None
    assert process.stdout is not None
    print(json.dumps(given), file=process.stdin, flush=True)
    code_of_exit = int(process.stdout.readline())
    out, err = (path.read_text("utf-8") for path in outputs)
    return code_of_exit, out, err


CAN_PREPARE = hasattr(os, "fork")


def run_session(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """As ``pytester.runpytest_subprocess()``, where boto3 may be imported already."""
    if not CAN_PREPARE:
        return pytester.runpytest_subprocess(*arguments)
    folder = f"--basetemp={pytester.path / 'basetemp'}"
    return _run_python("-m", "pytest", folder, *arguments)


def run_script(pytester: pytest.Pytester, script: Path) -> pytest.RunResult:
    """As ``pytester.runpython()``, where boto3 and pytest may be imported already."""
    if not CAN_PREPARE:
        return pytester.runpython(script)
    return _run_python(str(script))


def _run_python(*arguments: str) -> pytest.RunResult:
    with tempfile.TemporaryDirectory() as files:
        cwd = Path.cwd()
        code, *texts = run_prepared(PYTHON, arguments, cwd, os.environ, Path(files))
    # pytest shows it where the test fails.
    print(*texts, sep="\n")
    out, err = (text.splitlines() for text in texts)
    return pytest.RunResult(code, out, err, duration=0)
