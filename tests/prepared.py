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
from typing import NamedTuple

import pytest

SECONDS = 60
"""After which a program is killed."""

FORKING = """
import json, os, signal, sys
import parsed_once

parsed_once.parse_and_freeze()
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
import runpy, warnings
kind, *sys.argv[1:] = given["arguments"]
sys.argv[0] = kind
if kind == "-c":
    warnings.simplefilter("error")
    exec(compile(sys.argv.pop(1), "<string>", "exec"), {{"__name__": "__main__"}})
elif kind == "-m":
    runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
else:
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


class Done(NamedTuple):
    """A program that has ended: its exit code, and what it has printed."""

    code: int
    out: str
    err: str


def fork_python(
    *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> Done:
    """``python ARGUMENTS``, where boto3 and pytest are imported, and nothing of this package.

    :param arguments: ``-c`` and a program, whose warnings are errors, ``-m`` and a module, or a
        file; and more of them.
    """
    env = os.environ if environment is None else environment
    if CAN_PREPARE:
        with tempfile.TemporaryDirectory() as files:
            return Done(*run_prepared(PYTHON, arguments, cwd or Path.cwd(), env, Path(files)))
    options = ["-W", "error"] if arguments[0] == "-c" else []
    command = [sys.executable, *options, *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS, cwd=cwd, env=env
    )
    return Done(done.returncode, done.stdout, done.stderr)


def run_with_boto3(code: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """What ``code`` prints, as ``fork_python("-c", code)``.

    :raises AssertionError: where it fails, with what it has to say.
    """
    done = fork_python("-c", code, *arguments, environment=environment)
    assert done.code == 0, done.err
    return done.out


def run_session(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """As ``pytester.runpytest_subprocess()``, by ``fork_python()``."""
    folder = f"--basetemp={pytester.path / 'basetemp'}"
    return run_script("-m", "pytest", folder, *arguments)


def run_script(*arguments: str) -> pytest.RunResult:
    """As ``pytester.runpython()``, by ``fork_python()``."""
    code, out, err = fork_python(*arguments)
    # pytest shows it where the test fails.
    print(out, err, sep="\n")
    return pytest.RunResult(code, out.splitlines(), err.splitlines(), duration=0)
