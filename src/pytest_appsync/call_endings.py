"""Who is told that a call of the application has ended: nobody, unless somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_appsync.calls import Call

listener: Callable[[Call, BaseException | None], None] | None = None
"""Takes a call of any simulation, in the thread that made it, and the exception that left
the client, if one did. There is one: of pytest sessions in one another, the innermost asks."""
