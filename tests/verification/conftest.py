"""What is asked in these tests listens at the loopback: nothing leaves the machine."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import audit_hook
import pytest
from botocore import loaders

from pytest_appsync.commands import verify
from pytest_appsync.verification import sides
from pytest_appsync.verification.fact import AnyFact
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
    monkeypatch.setattr("botocore.session.create_loader", _create_loader)
    monkeypatch.setattr(verify, "simulate", _simulate)


_create_loader = functools.cache(loaders.create_loader)
_shown: dict[str, Any] = {}


def _simulate(facts: Sequence[AnyFact], region: str, tag: str) -> list[Any]:
    new = [fact for fact in facts if fact.name not in _shown]
    shown = simulate(new, "us-east-1", "simulated")
    _shown.update({fact.name: seen for fact, seen in zip(new, shown, strict=True)})
    return [_shown[fact.name] for fact in facts]
