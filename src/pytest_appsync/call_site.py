"""Which line of the application made a call."""

from __future__ import annotations

import functools
import sys
from typing import NamedTuple

_PASSED_OVER = frozenset(
    {
        "aioboto3",
        "aiobotocore",
        "asyncio",
        "aws_xray_sdk",
        "boto3",
        "botocore",
        "concurrent",
        "contextlib",
        "ddtrace",
        "functools",
        "opentelemetry",
        "pytest_appsync",
        "sentry_sdk",
        "threading",
        "wrapt",
    }
)
"""Packages that carry a call from the application to AppSync and are not the application."""


class CallSite(NamedTuple):
    """The application's line that made a call."""

    path: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} in {self.function}"


@functools.lru_cache(maxsize=1024)
def _is_passed_over(module: str) -> bool:
    return module.partition(".")[0] in _PASSED_OVER


def call_site() -> CallSite | None:
    """The innermost frame of the application, or ``None`` where there is none."""
    frame = sys._getframe(1)
    while frame is not None:
        if not _is_passed_over(frame.f_globals.get("__name__", "")):
            code = frame.f_code
            return CallSite(code.co_filename, frame.f_lineno, code.co_name)
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return None
