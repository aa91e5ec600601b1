"""Tests of the server talk to the loopback: nothing of it leaves the machine."""

from __future__ import annotations

import audit_hook
import pytest


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(audit_hook.LOOPBACK, "1")
