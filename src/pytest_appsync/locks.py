"""Locks that a forked process finds free.

``os.fork`` copies only the thread that calls it. A lock that another thread held stays locked in
the child without end. So each lock of this package is replaced in the child by a new one. (Taking
all locks before a fork would need one order for all of them, which Python cannot check.)
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from typing import Any

_locks: weakref.WeakKeyDictionary[object, tuple[str, Callable[[], Any]]] = (
    weakref.WeakKeyDictionary()
)


def renew_after_fork(owner: object, attribute: str, make: Callable[[], Any]) -> None:
    """Have a lock replaced by a new one in each process that is forked from this one.

    ::

        self._lock = threading.Lock()
        renew_after_fork(self, "_lock", threading.Lock)

    :param owner: the module or object that has the lock, and has only one. An object compares by
        identity.
    :param make: makes an unlocked one.
    """
    _locks[owner] = attribute, make


def _renew() -> None:
    for reference in _locks.keyrefs():
        owner = reference()
        if owner is not None:  # pragma: no branch -- garbage that is not collected yet
            attribute, make = _locks[owner]
            setattr(owner, attribute, make())


if hasattr(os, "register_at_fork"):  # pragma: no branch -- Windows does not fork
    os.register_at_fork(after_in_child=_renew)
