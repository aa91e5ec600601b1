"""The guard before an asynchronous client's network."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pytest_appsync import AppSync, RealCallBlocked
from pytest_appsync.appsync import lifecycle_of
from pytest_appsync.clients import guard

session: Any = pytest.importorskip("aiobotocore.session")


def test_what_a_simulation_lets_through_reaches_no_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guard, "is_up", True)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    async def ask() -> None:
        async with session.get_session().create_client("appsync") as client:
            await client.list_graphql_apis()

    with AppSync(unsimulated="passthrough") as appsync:
        simulation = lifecycle_of(appsync).simulation
        monkeypatch.setattr(simulation, "simulated", frozenset[str]())
        with pytest.raises(RealCallBlocked, match="passthrough' lets it go on"):
            asyncio.run(ask())
