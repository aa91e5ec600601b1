"""The suite where there is no network at all: in a namespace that has no interface up.

The whole of it is run so by

    unshare --map-root-user --net sh -c "ip link set lo up && python -m pytest -n 2"

The tests of the server need the loopback, which a new namespace has, but not up.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.thoroughness import only_thorough

UNSHARE = ["unshare", "--map-root-user", "--net"]
ROOT = Path(__file__).parents[2]
PART = [
    "examples/test_quickstart.py",
    "tests/simulation/test_simulation.py",
]
NO_ROUTE = """
import errno, socket
try:
    socket.create_connection(("192.0.2.1", 443), timeout=5)
except OSError as error:
    assert error.errno == errno.ENETUNREACH, error
else:
    raise AssertionError("there is a network")
"""


def has_namespaces() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*UNSHARE, "true"], capture_output=True).returncode == 0


@only_thorough
@pytest.mark.skipif(not has_namespaces(), reason="this machine gives out no network namespace")
def test_a_part_of_the_suite_without_a_network() -> None:
    # -I: without the audit hook, which would refuse before the kernel does.
    subprocess.run([*UNSHARE, sys.executable, "-I", "-c", NO_ROUTE], check=True)
    plugins = ("cacheprovider", "hypothesispytest", "randomly", "xdist", "asyncio")
    options = ["-q", *(f"-pno:{name}" for name in plugins)]
    done = subprocess.run(
        [*UNSHARE, sys.executable, "-m", "pytest", *options, *PART],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
