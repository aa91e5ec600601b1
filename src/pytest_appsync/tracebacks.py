"""The tracebacks of calls that a test did not provide for."""

from __future__ import annotations

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
    if not isinstance(error, (UnsimulatedOperation, RealCallBlocked)):
        return excinfo
    way, found = [], error.__traceback__
    while found is not None:
        way.append(found)
        found = found.tb_next
    kept = None  # pytest's own frames are always kept
    for each in reversed(way):
        module = str(each.tb_frame.f_globals.get("__name__"))
        if module.partition(".")[0] not in _ON_THE_WAY:
            kept = TracebackType(kept, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return pytest.ExceptionInfo.from_exception(error.with_traceback(kept))
