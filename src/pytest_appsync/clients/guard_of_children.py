"""The guard for child processes: none of them reaches AppSync by accident.

Under ``appsync_guard = true`` the environment leads AWS SDKs to an address of this machine
where nothing listens. A child process inherits it. An environment that leads to this machine
already, such as to an emulator, stays as it is. Clients of this process do not see the address:
their calls are guarded or simulated, moto answers none but AWS's own hosts, and the address
would replace ``AWS_ENDPOINT_URL`` and the configuration file.
"""

from __future__ import annotations

import os

from pytest_appsync.clients import guard, import_hooks
from pytest_appsync.clients.this_machine import DEAD_END, is_on_this_machine

VARIABLE = "AWS_ENDPOINT_URL_APPSYNC"

_before: list[str | None] = []
"""Its value before each pytest session; sessions can run inside each other."""


def begin_session(wanted: bool) -> None:
    """Begin a session of pytest, perhaps inside another one."""
    _before.append(os.environ.get(VARIABLE))
    if wanted:
        import_hooks.wrap_what_is_imported()  # what hides it
    configured = _before[-1] or os.environ.get("AWS_ENDPOINT_URL")
    if wanted and not (configured and is_on_this_machine(configured)):
        os.environ[VARIABLE] = DEAD_END


def end_session() -> None:
    """End the innermost session of pytest. The variable of the outermost stays, as its guard."""
    before = _before.pop()
    if not _before or os.environ.get(VARIABLE) == before:
        return
    if before is None:
        del os.environ[VARIABLE]
    else:
        os.environ[VARIABLE] = before


def is_for_children(value: str | None) -> bool:
    """Whether clients of this process do not see this value of the environment.

    Where the guard is not up, the process may itself be the child of one where it is.
    """
    return value == DEAD_END and guard.is_up
