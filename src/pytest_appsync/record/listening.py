"""Who is told that a call has ended. Importing this imports neither boto3 nor botocore."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_appsync.record.calls import Call

listener: Callable[[Call, BaseException | None], None] | None = None
"""Takes each call of any simulation when it has ended, in the thread that made it, and the
exception that left the client, if one did. Of nested pytest sessions the innermost listens."""
