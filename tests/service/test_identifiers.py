"""Identifiers, and the rules of the service as a whole."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from typing import Any

import pytest

from pytest_appsync import AppSync
from pytest_appsync.service.identifiers import Identifiers
from pytest_appsync.service.rules import ServiceRules


def identifiers(**keywords: Any) -> list[Any]:
    """All that a small account got from AppSync."""
    with AppSync(page_size=1, **keywords) as appsync:
        client = appsync.client()
        api = appsync.add_api()
        client.create_data_source(apiId=api.id, name="a", type="NONE")
        client.create_data_source(apiId=api.id, name="b", type="NONE")
        function = client.create_function(apiId=api.id, name="f", dataSourceName="a")
        return [
            api,
            appsync.add_api_key(api).id,
            client.create_api_key(apiId=api.id)["apiKey"]["id"],
            function["functionConfiguration"]["functionId"],
            client.list_data_sources(apiId=api.id)["nextToken"],
        ]


@pytest.mark.parametrize("seed", [0, 7, "orders"])
def test_a_seed_makes_identifiers_the_same_in_every_run(seed: int | str) -> None:
    first = identifiers(seed=seed)
    random.seed(99)
    assert identifiers(seed=seed) == first
    assert identifiers(seed=8) != first


def test_without_a_seed_no_two_are_alike_whatever_random_is_seeded_with() -> None:
    random.seed(7)
    first = identifiers()
    random.seed(7)
    assert not set(map(str, first)) & set(map(str, identifiers()))


def test_each_entry_begins_its_identifiers_again() -> None:
    appsync = AppSync(seed=3)
    ids = []
    for _ in range(2):
        with appsync:
            ids.append(appsync.add_api().id)
    assert ids[0] == ids[1]


def test_a_seeded_uuid_is_a_uuid() -> None:
    made = Identifiers(1).new_uuid()
    assert re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made)
    assert Identifiers(1).new_uuid() == made != Identifiers(2).new_uuid()


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({"schema_creation": 30}, TypeError, "`schema_creation` must be a timedelta"),
        ({"schema_creation": timedelta(-1)}, ValueError, "0 seconds or more"),
        ({"page_size": 0}, ValueError, "`page_size` must be 1 or more, not 0"),
        ({"page_size": True}, TypeError, "`page_size` must be a whole number, not True"),
        ({"graphql_api_quota": -1}, ValueError, "`graphql_api_quota` must be 0 or more, not -1"),
        ({"event_api_quota": 2.5}, TypeError, "`event_api_quota` must be a whole number"),
        ({"seed": 1.5}, TypeError, "`seed` must be a whole number, text or None, not 1.5"),
        ({"seed": True}, TypeError, "`seed` must be a whole number, text or None, not True"),
    ],
)
def test_rules_that_make_no_sense(
    keywords: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        ServiceRules(**keywords)
    with pytest.raises(error, match=message):
        AppSync(**keywords)


def test_a_seed_gives_the_ids_of_requests() -> None:
    def seen() -> list[str]:
        with AppSync(seed=5) as appsync:
            client = appsync.client()
            answers = [client.list_graphql_apis() for _ in range(2)]
        return [answer["ResponseMetadata"]["RequestId"] for answer in answers]

    first = seen()
    assert first == seen()
    assert len(set(first)) == 2
