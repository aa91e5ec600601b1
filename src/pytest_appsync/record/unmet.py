"""The text of the AssertionError for what a test scripted and no call has met."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_appsync.record.calls import SHOWN, Calls, Handle


def explain_unmet(unmet: Sequence[Handle], calls: Calls) -> str:
    """The text: what no call has met, what was called, and how to allow it."""
    latest = unmet[-SHOWN:]
    waiting = "".join(f"\n  - {_with_site(scripted)}" for scripted in latest)
    if len(unmet) > len(latest):
        waiting += f"\n  ... and {len(unmet) - len(latest)} earlier"
    called = "".join(f"\n  {line}" for line in calls.describe()) or " nothing."
    return (
        f"The test scripted what no call has met:{waiting}\n"
        f"AppSync was called for:{called}\n"
        "If it need not be met: @pytest.mark.appsync(strict=False) or AppSync(strict=False)."
    )


def _with_site(scripted: Handle) -> str:
    return scripted.written if scripted.site is None else f"{scripted.written}\n    {scripted.site}"
