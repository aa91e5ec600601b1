"""The tracebacks of calls that a test did not provide for."""

from __future__ import annotations

import traceback
from types import TracebackType

import pytest

from pytest_appsync.clients.guard import RealCallBlocked
from pytest_appsync.simulation.unsimulated import UnsimulatedOperation

_ON_THE_WAY = frozenset({"aiobotocore", "botocore", "pytest_appsync"})
"""The packages between the application's call and what it raises."""


def shortened(excinfo: pytest.ExceptionInfo[BaseException]) -> pytest.ExceptionInfo[BaseException]:
    """Have a call that the test did not provide for end at the application's line.

    What botocore and this package do below it explains nothing, in 60 lines.
    """
    error = excinfo.value
    if isinstance(error, (UnsimulatedOperation, RealCallBlocked)):
        kept = None
        for entry in reversed(list(traceback.walk_tb(error.__traceback__))):
            frame, line = entry
            package = str(frame.f_globals.get("__name__")).partition(".")[0]
            if package not in _ON_THE_WAY:
                kept = TracebackType(kept, frame, frame.f_lasti, line)
        if kept is not None:
            return pytest.ExceptionInfo.from_exception(error.with_traceback(kept))
    return excinfo
