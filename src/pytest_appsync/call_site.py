"""Which line of the application made a call."""

from __future__ import annotations

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


def call_site() -> CallSite | None:
    """The innermost frame of the application, or ``None`` where there is none."""
    frame = sys._getframe(1)
    while frame is not None:
        module: str = frame.f_globals.get("__name__", "")
        if module.partition(".")[0] not in _PASSED_OVER:
            code = frame.f_code
            return CallSite(code.co_filename, frame.f_lineno, code.co_name)
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return None
