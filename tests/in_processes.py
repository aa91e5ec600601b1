"""What a test has another process do: a Python of its own, or a fork of this one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping


def run_python(code: str) -> str:
    """What ``code`` prints, in a Python that has imported nothing yet.

    :raises AssertionError: where it fails, with what it has to say.
    """
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


FORKING = """
def _run_each(programs):
    import os, sys, traceback
    good = bad = 0
    for name, program in programs.items():
        if (child := os.fork()) == 0:
            status = 1
            try:
                exec(compile(program, name, "exec"), globals())
                status = 0
            except BaseException:
                print(f"\\n{name}:", file=sys.stderr)
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)
        if os.waitpid(child, 0)[1] == 0:
            good += 1
        else:
            bad += 1
    print(good)
    sys.exit(bad)
"""


def run_in_forks(head: str, programs: Mapping[str, str]) -> None:
    """Run each program after ``head``, none of them after another one.

    One Python runs ``head``, which takes most of the time where it imports botocore, and each
    program has a fork of it.

    :raises AssertionError: where one fails, with what those have to say that do.
    """
    said = run_python(f"{head}\n{FORKING}\n_run_each({dict(programs)!r})")
    assert said == f"{len(programs)}\n", said


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
