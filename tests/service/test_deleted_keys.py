"""Keys that time has deleted: they cost nothing, and are there again when time is set back."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from pytest_appsync import Api, ApiKeyRules, AppSync
from pytest_appsync.service.api_keys import ApiKeys, StoredKey

DAY = 86400


@pytest.fixture
def api(appsync: AppSync) -> Api:
    return appsync.add_api()


def test_keys_come_back_when_time_does(appsync: AppSync, api: Api) -> None:
    client: Any = appsync.client()
    begin = appsync.clock.now()
    ids = []
    for _ in range(4):
        ids.append(client.create_api_key(apiId=api.id)["apiKey"]["id"])
        appsync.clock.advance(days=3)
    assert [key.id for key in appsync.api_keys(api)] == ids
    appsync.clock.set(begin + 69 * DAY + 7200)  # 7 days and 60 for the first one
    assert [key.id for key in appsync.api_keys(api)] == ids[1:]
    with pytest.raises(client.exceptions.NotFoundException):
        client.delete_api_key(apiId=api.id, id=ids[0])
    appsync.clock.advance(days=365)
    assert client.list_api_keys(apiId=api.id)["apiKeys"] == []
    appsync.clock.set(begin + 69 * DAY + 7200)
    client.update_api_key(apiId=api.id, id=ids[1], expires=int(appsync.clock.now()) + 2 * DAY)
    appsync.clock.set(begin)
    assert [key.id for key in appsync.api_keys(api)] == ids
    client.delete_api_key(apiId=api.id, id=ids[2])
    appsync.clock.advance(days=75)
    assert [key.id for key in appsync.api_keys(api)] == [ids[1], ids[3]]


def test_deleted_keys_are_not_looked_at() -> None:
    """A key every third day: what a call costs must not grow with the years."""
    keys, now, looks = ApiKeys(), 0.0, 0

    class Counting(StoredKey):
        def is_deleted(self, now: float) -> bool:
            nonlocal looks
            looks += 1
            return super().is_deleted(now)

    worst = 0
    for number in range(1, 2000):
        now += 3 * DAY
        keys.at(now).add(Counting(str(number), ApiKeyRules.DA2, number, None, int(now) + 7 * DAY))
        looks = 0
        assert len(keys.at(now)) <= 23
        worst = max(worst, looks)
    assert worst < 100


def test_a_new_key_is_not_accepted_before_it_is_known(appsync: AppSync) -> None:
    rules = dataclasses.replace(ApiKeyRules.DA2, propagation=timedelta(seconds=5))
    with AppSync(key_rules=rules) as simulation:
        api = simulation.add_api()
        created = simulation.client().create_api_key(apiId=api.id)["apiKey"]["id"]
        seeded = simulation.add_api_key(api)
        assert not simulation.accepts(api, created)
        assert simulation.accepts(api, seeded)
        simulation.clock.advance(seconds=4)
        assert not simulation.accepts(api, created)
        simulation.clock.advance(seconds=1)
        assert simulation.accepts(api, created)
        simulation.clock.advance(days=-1)
        assert simulation.accepts(api, created)
    api = appsync.add_api()
    assert appsync.accepts(api, appsync.client().create_api_key(apiId=api.id)["apiKey"]["id"])


@pytest.mark.parametrize(
    ("value", "message"),
    [(5, "`propagation` must be a timedelta, not 5"), (timedelta(-1), "0 or more")],
)
def test_propagation_is_a_time(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(ApiKeyRules.DA2, propagation=value)


def test_an_expiry_of_0_counts_as_not_given(appsync: AppSync, api: Api) -> None:
    client = appsync.client()
    by_default = client.create_api_key(apiId=api.id)["apiKey"]
    created = client.create_api_key(apiId=api.id, expires=0)["apiKey"]
    assert created["expires"] == by_default["expires"]
    moved = client.update_api_key(
        apiId=api.id, id=created["id"], expires=int(appsync.clock.now()) + 30 * DAY
    )["apiKey"]
    same = client.update_api_key(apiId=api.id, id=created["id"], expires=0, description="web")
    assert same["apiKey"] == moved | {"description": "web"}
