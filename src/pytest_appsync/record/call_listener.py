"""The listener for the end of calls. This module imports neither boto3 nor botocore."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_appsync.record.calls import Call

listener: Callable[[Call, BaseException | None], None] | None = None
"""A function that gets each call of any simulation when it has ended, in the thread that made it,
and the exception that left the client, if any. In nested pytest sessions it is the innermost's."""
