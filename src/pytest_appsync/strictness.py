"""What a strict simulation says when something was scripted in vain."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_appsync.calls import Calls
from pytest_appsync.script import Scripted


def explain_unmet(unmet: Sequence[Scripted], calls: Calls) -> str:
    """What was waiting, what was called instead, and what to do about it."""
    waiting = "".join(f"\n  - {scripted.written}" for scripted in unmet)
    called = "".join(f"\n  {line}" for line in calls.describe()) or " nothing."
    return (
        f"The test scripted what no call has met:{waiting}\n"
        f"AppSync was called for:{called}\n"
        "If it need not be met: @pytest.mark.appsync(strict=False) or AppSync(strict=False)."
    )
