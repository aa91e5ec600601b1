"""``python -m pytest_appsync``, a fork of a Python that has imported it: half a second less.

What ends is a whole interpreter, with its threads and its exit handlers.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

SECONDS = 60
"""After which a program is killed."""

PREPARED = """
import json, os, signal, sys
import pytest_appsync.appsync, pytest_appsync.commands.run
from pytest_appsync.__main__ import main

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
sys.exit(main(given["arguments"]))
"""


@functools.cache
def _prepared() -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-c", PREPARED], stdin=pipe, stdout=pipe, text=True, bufsize=1
    )
    atexit.register(process.communicate)
    return process


def run_prepared(
    arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], files: Path
) -> tuple[int, str, str]:
    """The exit code of ``python -m pytest_appsync ARGUMENTS``, and what it has printed.

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
    process = _prepared()
    assert process.stdin is not None
    assert process.stdout is not None
    print(json.dumps(given), file=process.stdin, flush=True)
    code = int(process.stdout.readline())
    out, err = (path.read_text() for path in outputs)
    return code, out, err


CAN_PREPARE = hasattr(os, "fork")
