"""The hook that the whole suite runs under: what it refuses, in every process of the suite."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import audit_hook
import pytest

from tests.prepared import run_session

REFUSED = {
    "a name": 'socket.getaddrinfo("appsync.us-east-1.amazonaws.com", 443)',
    "an address": 'socket.create_connection(("127.0.0.1", 9))',
    "a socket": "socket.socket()",
    "a socket of IPv6": "socket.socket(socket.AF_INET6)",
    "a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "credentials": 'open(os.path.join(home, ".aws", "credentials"))',
    "a path with dots": 'open(os.path.join(home, "x", "..", ".aws", "config"), "rb")',
    "a cached token": 'os.open(os.path.join(home, ".aws", "sso", "cache", "a.json"), os.O_RDONLY)',
    "boto's": 'open(os.fsencode(os.path.join(home, ".boto")))',
    "a file that a variable names": 'open("/run/token")',
    "in a thread": "in_thread(socket.socket)",
}
SCRIPT = """
import os, pwd, socket, sys, threading
home = pwd.getpwuid(os.getuid()).pw_dir

def swallowed(call):
    try:
        call()
    except Exception:
        pass

def in_thread(call):
    thread = threading.Thread(target=swallowed, args=[call])
    thread.start()
    thread.join()

for code in sys.argv[1:]:
    swallowed(lambda: exec(code))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sockets and homes as POSIX has them")
def test_refuses_and_notes_what_the_caller_swallows(tmp_path: Path) -> None:
    log = tmp_path / "refused"
    private = os.pathsep.join([os.environ[audit_hook.PRIVATE], "/run/token"])
    subprocess.run(
        [sys.executable, "-c", SCRIPT, *REFUSED.values()],
        env={**os.environ, audit_hook.LOG: str(log), audit_hook.PRIVATE: private},
        check=True,
    )
    lines = log.read_text().splitlines()
    assert len(lines) == len(REFUSED), lines
    assert "appsync.us-east-1.amazonaws.com" in lines[0]
    assert lines[5].endswith("/.aws/credentials")


def test_leaves_alone_what_stays_on_this_machine(tmp_path: Path) -> None:
    asyncio.run(asyncio.sleep(0))
    for end in socket.socketpair():
        end.close()
    (tmp_path / ".aws").write_text("a test's own")
    assert (tmp_path / ".aws").read_text()


def test_knows_the_users_files_wherever_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(audit_hook.PRIVATE)
    monkeypatch.setenv("HOME", "/home/of/variable")
    monkeypatch.setenv("AWS_CONFIG_FILE", "~/elsewhere")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token")
    paths = audit_hook.private_paths()
    assert {"/home/of/variable/.aws", "/home/of/variable/elsewhere", "/var/run/token"} <= paths
    assert any(path.endswith(".aws") and "/home/of/variable" not in path for path in paths)


SUITE = """
import socket, subprocess, sys
import pytest

def reach():
    try:
        socket.socket()
    except Exception:
        pass



def test_in_the_process(): reach()
def test_in_another(): subprocess.run([sys.executable, "-c", {script!r}])
def test_nothing(): pass
"""


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_test_of_this_suite_that_reaches_out_fails(
    pytester: pytest.Pytester, workers: str
) -> None:
    home = Path(audit_hook.__file__).parent
    pytester.makeconftest((home.parent / "conftest.py").read_text())
    pytester.makeini(f"[pytest]\npythonpath = {home}\n")
    script = "import socket\ntry: socket.socket()\nexcept Exception: pass"
    pytester.makepyfile(SUITE.format(script=script))
    options = ("-p", "no:randomly", "-p", "no:hypothesispytest", "-n", workers)
    result = run_session(pytester, *options)
    result.assert_outcomes(passed=3, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_in_the_process*",
            "socket.__new__*",
            "*ERROR at teardown of test_in_another*",
        ]
    )
