"""What a test has another process do: a Python of its own, or a fork of this one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable


def run_python(code: str) -> str:
    """What ``code`` prints, in a Python that has imported nothing yet.

    :raises AssertionError: where it fails, with what it has to say.
    """
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def in_a_fork(make: Callable[[], str]) -> str:
    """What ``make`` returns in a process that is forked off this one."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, make().encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with open(reading, encoding="utf-8") as pipe:
        return pipe.read()
