"""The line of the application that made a call."""

from __future__ import annotations

import sys
from types import FrameType
from typing import NamedTuple

_PASSED_OVER = frozenset(
    {
        "_pytest",
        "aioboto3",
        "aiobotocore",
        "anyio",
        "asgiref",
        "asyncio",
        "aws_lambda_powertools",
        "aws_xray_sdk",
        "backoff",
        "boto3",
        "botocore",
        "concurrent",
        "contextlib",
        "ddtrace",
        "elasticapm",
        "functools",
        "gevent",
        "mock",
        "newrelic",
        "opentelemetry",
        "pluggy",
        "pytest_appsync",
        "pytest_asyncio",
        "pytest_mock",
        "sentry_sdk",
        "sniffio",
        "stamina",
        "tenacity",
        "threading",
        "trio",
        "unittest",
        "wrapt",
    }
)
"""Packages between the application's code and AppSync, which are not the application."""

_COMPREHENSIONS = frozenset({"<dictcomp>", "<genexpr>", "<listcomp>", "<setcomp>"})


class CallSite(NamedTuple):
    """The application's line that made a call.

    :ivar path: the source file, as Python was given it.
    :ivar line: the line's number, from 1.
    :ivar function: the function's name, or ``"<module>"``.
    """

    path: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} in {self.function}"


def call_site() -> CallSite | None:
    """The innermost line of the application, or ``None`` where there is none.

    It takes some microseconds: only the frames are read.
    """
    frame = application_frame()
    if frame is None:
        return None
    return CallSite(frame.f_code.co_filename, frame.f_lineno, _function(frame))


def application_frame() -> FrameType | None:
    """The innermost frame of the application, or ``None`` where there is none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        # exec() may have been given no name, or one that is no text.
        module = frame.f_globals.get("__name__")
        if type(module) is not str or module.partition(".")[0] not in _PASSED_OVER:
            return frame
        frame = frame.f_back
    return None


def _function(frame: FrameType) -> str:
    """The function's name; a comprehension has one of its own only before Python 3.12."""
    name = frame.f_code.co_name
    outer: FrameType | None = frame
    while name in _COMPREHENSIONS:
        outer = outer.f_back if outer is not None else None
        if outer is None or outer.f_code.co_filename != frame.f_code.co_filename:
            return frame.f_code.co_name
        name = outer.f_code.co_name
    return name
