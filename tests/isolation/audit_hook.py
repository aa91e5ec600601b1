"""An audit hook under which no test reaches for a network or for the user's own AWS files.

tests/conftest.py installs it in the processes that run tests; sitecustomize.py, beside this
file, in every Python that those start. What is refused is noted in a file as well, because
the code that was refused may swallow the exception.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from pathlib import Path
from typing import Any

LOG = "PYTEST_APPSYNC_TESTS_REFUSED"
"""The variable that names the file of what was refused."""
PRIVATE = "PYTEST_APPSYNC_TESTS_PRIVATE"
"""The variable that names the user's own files, for processes that see another HOME."""

LOOPBACK = "PYTEST_APPSYNC_TESTS_LOOPBACK"
"""The variable that allows what does not leave the machine: of the tools that the tox environment
``beside`` installs, some have sockets of their own, with us or without."""

AWS_FILES = (
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
)
_RESOLVES = frozenset(
    f"socket.{name}" for name in ("getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo")
)
_USES_A_SOCKET = frozenset(
    f"socket.{name}" for name in ("__new__", "bind", "connect", "sendto", "sendmsg")
)
_SOCKETS = _RESOLVES | _USES_A_SOCKET
# A socket of this family ends on this machine: asyncio wakes its loop with a pair of them.
# -1 is a socket that was handed over as a file descriptor; its use is judged when it comes.
_LOCAL = frozenset({getattr(socket, "AF_UNIX", None), -1})


def private_paths() -> frozenset[str]:
    """The user's AWS files and folders, as the environment and the password database name them."""
    if PRIVATE in os.environ:
        return frozenset(os.environ[PRIVATE].split(os.pathsep))
    homes = {os.path.expanduser("~")}
    with contextlib.suppress(ImportError, KeyError):
        import pwd

        homes.add(pwd.getpwuid(os.getuid()).pw_dir)
    paths = {os.path.join(home, name) for home in homes for name in (".aws", ".boto")}
    paths |= {os.path.expanduser(os.environ[name]) for name in AWS_FILES if os.environ.get(name)}
    return frozenset(os.path.abspath(path) for path in paths) | {"/etc/boto.cfg"}


_logs: list[Path] = []


def install(private: frozenset[str], log: Path) -> None:
    """From now on this process refuses. There is no way back.

    :param private: files, and folders with all that is in them, that no test may open.
    :param log: the file to which a line is added for each refusal. Called once more, as by a
        worker of xdist that sitecustomize.py has prepared, it changes only that.
    """
    _logs.append(log)
    if len(_logs) == 1:
        sys.addaudithook(_Refusal(private))


class _Refusal:
    """The hook itself."""

    def __init__(self, private: frozenset[str]) -> None:
        self._private = private
        self._folders = tuple(path + os.sep for path in private)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        what = self._what_is_private(event, arguments)
        if what is None:
            return
        with _logs[-1].open("a", encoding="utf-8") as file:
            file.write(f"{event} {what}\n")
        raise RuntimeError(f"a test reached for what is not its own: {event} {what}")

    def _what_is_private(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        if event == "open":
            if not isinstance(arguments[0], (str, bytes)):
                return None
            path = os.path.abspath(os.fsdecode(arguments[0]))
            is_private = path in self._private or path.startswith(self._folders)
            return path if is_private else None
        if event not in _SOCKETS:
            return None
        if LOOPBACK in os.environ and _ends_here(event, arguments):
            return None
        if event in _RESOLVES:
            return repr(arguments[0])
        family = arguments[1] if event == "socket.__new__" else arguments[0].family
        return None if family in _LOCAL or _is_urllib3s_import() else repr(arguments[1:])


def _ends_here(event: str, arguments: tuple[Any, ...]) -> bool:
    if event in ("socket.__new__", "socket.bind"):
        return True
    address = arguments[0] if event in _RESOLVES else arguments[1]
    host = address[0] if isinstance(address, tuple) else address
    return host in ("localhost", "::1") or str(host).startswith("127.")


def _is_urllib3s_import() -> bool:
    """Whether urllib3 is trying, as its import does, if it may bind to ``::1``.

    botocore imports it, with us or without. Nothing is connected and nothing sent.
    """
    frame = sys._getframe(3)
    # socket.socket() has a frame of Python in between, socket.bind() has none.
    callers = (frame, frame.f_back)
    return any(caller is not None and caller.f_code.co_name == "_has_ipv6" for caller in callers)
