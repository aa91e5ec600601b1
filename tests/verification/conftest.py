"""What is asked in these tests listens at the loopback: nothing leaves the machine."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import audit_hook
import pytest
from botocore import loaders

from pytest_appsync.commands import verify
from pytest_appsync.verification import sides
from pytest_appsync.verification.facts import all_facts
from pytest_appsync.verification.running import simulate
from tests.verification.serving import serving


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(audit_hook.LOOPBACK, "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The URL of a server in a process of its own; each test leaves it empty."""
    with serving() as url:
        yield url


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What would have been waited for, in seconds."""
    waited: list[float] = []
    monkeypatch.setattr(sides, "_sleep", waited.append)
    return waited


@pytest.fixture(autouse=True)
def found_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the service models say, and what the simulation shows, is the same in each test."""
    monkeypatch.setattr(loaders, "create_loader", _create_loader)
    monkeypatch.setattr(
        verify, "simulate", lambda facts, region, tag: [_shown()[fact.name] for fact in facts]
    )


_create_loader = functools.cache(loaders.create_loader)


@functools.cache
def _shown() -> dict[str, Any]:
    facts = all_facts()
    shown = simulate(facts, "us-east-1", "simulated")
    return {fact.name: seen for fact, seen in zip(facts, shown, strict=True)}
