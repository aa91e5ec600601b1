"""What is asked in these tests listens at the loopback: nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import audit_hook
import pytest

from pytest_appsync.verification import sides
from tests.verification.serving import serving


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(audit_hook.LOOPBACK, "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The URL of a server in a process of its own; each test leaves it empty."""
    with ExitStack() as stack:
        # The variable is for the other process: other tests of this one must not have it.
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(audit_hook.LOOPBACK, "1")
            url = stack.enter_context(serving())
        yield url


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What would have been waited for, in seconds."""
    waited: list[float] = []
    monkeypatch.setattr(sides, "_sleep", waited.append)
    return waited
