"""The guard for child processes: by accident none of them reaches AppSync.

Under ``appsync_guard = true`` the environment leads AWS SDKs to an address of this machine
where nothing listens. A child process inherits it. Clients of this process read it as well,
and are guarded or simulated as before.
"""

from __future__ import annotations

import os

VARIABLE = "AWS_ENDPOINT_URL_APPSYNC"
DEAD_END = "http://127.0.0.1:9"
"""The port is that of the discard service, which no machine runs any more."""

_before: list[str | None] = []
"""The variable before each of the pytest sessions that are in one another now."""


def begin_session(wanted: bool) -> None:
    """A session of pytest begins, perhaps inside another one."""
    _before.append(os.environ.get(VARIABLE))
    if wanted:
        os.environ[VARIABLE] = DEAD_END


def end_session() -> None:
    """The innermost session of pytest ends. The variable of the outermost stays, as the guard."""
    before = _before.pop()
    if not _before or os.environ.get(VARIABLE) == before:
        return
    if before is None:
        del os.environ[VARIABLE]
    else:
        os.environ[VARIABLE] = before
