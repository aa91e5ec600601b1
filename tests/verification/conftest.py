"""What is asked in these tests listens at the loopback: nothing leaves the machine."""

from __future__ import annotations

import audit_hook
import pytest


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(audit_hook.LOOPBACK, "1")
