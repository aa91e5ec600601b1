"""The life of an API key, as a real boto3 client sees it.

Each row of "A key" in the collected facts is a test here, and the boundaries are
stood on exactly: time is frozen, and only the tests move it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from botocore.exceptions import ClientError

from pytest_appsync import Api, ApiKey, ApiKeyRules, AppSync
from pytest_appsync.service.api_keys import rounded_down_to_the_hour

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

NOW = 1784632175
"""The moment of AWS's own example; the hour it lies in begins at 1784631600."""
HOUR_OF_NOW = 1784631600
HOUR = 3600
DAY = 24 * HOUR

TOO_SHORT = "API key must be valid for a minimum of 1 days."
TOO_LONG = "API key can be valid for a maximum of 365 days."

Ask = Callable[[Any], Any]
"""Asks for a key that expires then; returns AppSync's ``apiKey``."""


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def api(appsync: AppSync) -> Api:
    return appsync.add_api("orders")


@pytest.fixture(params=["CreateApiKey", "UpdateApiKey"])
def ask_for(request: pytest.FixtureRequest, appsync_client: AppSyncClient, api: Api) -> Ask:
    """Both operations that take ``expires``; their bounds are the same."""
    if request.param == "CreateApiKey":
        return lambda expires: appsync_client.create_api_key(apiId=api.id, expires=expires)[
            "apiKey"
        ]
    key_id = appsync_client.create_api_key(apiId=api.id)["apiKey"]["id"]
    return lambda expires: appsync_client.update_api_key(apiId=api.id, id=key_id, expires=expires)[
        "apiKey"
    ]


@contextmanager
def refused(code: str, http_status: int, message: str | None = None) -> Iterator[None]:
    with pytest.raises(ClientError) as caught:
        yield
    assert type(caught.value).__name__ == code
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == http_status
    assert caught.value.response["ResponseMetadata"]["RequestId"]
    if message is not None:
        assert caught.value.response["Error"]["Message"] == message


def listed(client: AppSyncClient, api: Api) -> list[str]:
    pages = client.get_paginator("list_api_keys").paginate(apiId=api.id)
    return [key["id"] for page in pages for key in page["apiKeys"]]


# --- a new key -----------------------------------------------------------------------


def test_a_new_key_is_what_aws_shows(appsync_client: AppSyncClient, api: Api) -> None:
    answer = appsync_client.create_api_key(apiId=api.id, description="web", expires=NOW + 2 * DAY)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    key = answer["apiKey"]
    assert re.fullmatch(r"da2-[a-z2-7]{26}", key["id"])
    assert key == {
        "id": key["id"],
        "description": "web",
        "expires": HOUR_OF_NOW + 2 * DAY,
        "deletes": HOUR_OF_NOW + 62 * DAY,
    }


def test_no_two_keys_are_alike_whatever_seeds_the_random_module(
    appsync_client: AppSyncClient, api: Api
) -> None:
    import random

    ids = []
    for _ in range(2):
        random.seed(7)
        ids.append(appsync_client.create_api_key(apiId=api.id)["apiKey"]["id"])
    assert ids[0] != ids[1]


@pytest.mark.parametrize(
    ("moment", "hour"), [(7199.9, 3600), (3600, 3600), (0, 0), (-1, -3600), (-3600.5, -7200)]
)
def test_down_is_towards_the_past_before_1970_too(moment: float, hour: int) -> None:
    assert rounded_down_to_the_hour(moment) == hour


def test_expires_is_rounded_down_to_the_hour(appsync_client: AppSyncClient, api: Api) -> None:
    with time_machine.travel(1784632175 - 30 * DAY, tick=False):
        key = appsync_client.create_api_key(apiId=api.id, expires=1784632175)["apiKey"]
    assert key["expires"] == 1784631600
    assert key["deletes"] == 1784631600 + 60 * DAY


@pytest.mark.parametrize(
    ("past_the_hour", "stored"),
    [(0, HOUR_OF_NOW), (1, HOUR_OF_NOW), (3599, HOUR_OF_NOW), (3600, HOUR_OF_NOW + HOUR)],
)
def test_rounding_at_the_edges_of_an_hour(ask_for: Ask, past_the_hour: int, stored: int) -> None:
    key = ask_for(HOUR_OF_NOW + 30 * DAY + past_the_hour)
    assert key["expires"] == stored + 30 * DAY
    assert key["deletes"] == stored + 90 * DAY


@pytest.mark.parametrize(
    ("now", "expires"),
    [
        (NOW, HOUR_OF_NOW + 7 * DAY),
        (HOUR_OF_NOW, HOUR_OF_NOW + 7 * DAY),
        (HOUR_OF_NOW - 1, HOUR_OF_NOW - HOUR + 7 * DAY),
        (HOUR_OF_NOW + 3599.9, HOUR_OF_NOW + 7 * DAY),
    ],
)
def test_by_default_a_key_is_valid_for_seven_days(
    appsync_client: AppSyncClient, api: Api, now: float, expires: int
) -> None:
    with time_machine.travel(now, tick=False):
        assert appsync_client.create_api_key(apiId=api.id)["apiKey"]["expires"] == expires


@pytest.mark.parametrize("params", [{}, {"description": ""}], ids=["none given", "empty"])
def test_the_description_is_left_out_when_there_is_none(
    appsync_client: AppSyncClient, api: Api, params: dict[str, str]
) -> None:
    key = appsync_client.create_api_key(apiId=api.id, **params)["apiKey"]  # type: ignore[arg-type]
    assert "description" not in key
    [found] = appsync_client.list_api_keys(apiId=api.id)["apiKeys"]
    assert "description" not in found


@pytest.mark.parametrize("description", ["a", "für die Webseite \U0001f511", "x" * 10_000, '\0\n"'])
def test_any_text_is_a_description(
    appsync_client: AppSyncClient, api: Api, description: str
) -> None:
    key = appsync_client.create_api_key(apiId=api.id, description=description)["apiKey"]
    assert key["description"] == description


# --- the bounds ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expires", "stored"),
    [
        (NOW + DAY, HOUR_OF_NOW + DAY),
        (NOW + DAY + 1, HOUR_OF_NOW + DAY),
        (NOW + DAY + 120, HOUR_OF_NOW + DAY),  # less than a day, once rounded
        (NOW + 365 * DAY - 1, HOUR_OF_NOW + 365 * DAY),
        (NOW + 365 * DAY, HOUR_OF_NOW + 365 * DAY),
    ],
)
def test_the_bounds_themselves_are_within_bounds(ask_for: Ask, expires: int, stored: int) -> None:
    assert ask_for(expires)["expires"] == stored


@pytest.mark.parametrize(
    "expires",
    [NOW + DAY - 1, NOW + 1, NOW, HOUR_OF_NOW + DAY, 1, -1, -NOW, -(2**63), -(10**30)],
)
def test_less_than_a_day_is_out_of_bounds(ask_for: Ask, expires: int) -> None:
    with refused("ApiKeyValidityOutOfBoundsException", 400, TOO_SHORT):
        ask_for(expires)


@pytest.mark.parametrize(
    "expires",
    [
        NOW + 365 * DAY + 1,
        HOUR_OF_NOW + 365 * DAY + HOUR,
        NOW * 1000,  # milliseconds by mistake
        10**12,
        2**63 - 1,
        2**63,
        10**30,
    ],
)
def test_more_than_365_days_is_out_of_bounds(ask_for: Ask, expires: int) -> None:
    with refused("ApiKeyValidityOutOfBoundsException", 400, TOO_LONG):
        ask_for(expires)


def test_a_day_asked_for_a_little_later_is_refused(ask_for: Ask) -> None:
    """Real tools met this: they computed the day before the request was on its way."""
    with (
        time_machine.travel(NOW + 1, tick=False),
        refused("ApiKeyValidityOutOfBoundsException", 400, TOO_SHORT),
    ):
        ask_for(NOW + DAY)


@pytest.mark.parametrize("ahead", [0.5, 0.999])
def test_the_bounds_are_exact_to_a_fraction_of_a_second(
    appsync_client: AppSyncClient, api: Api, ahead: float
) -> None:
    with time_machine.travel(NOW + ahead, tick=False):
        with refused("ApiKeyValidityOutOfBoundsException", 400, TOO_SHORT):
            appsync_client.create_api_key(apiId=api.id, expires=NOW + DAY)
        with refused("ApiKeyValidityOutOfBoundsException", 400, TOO_LONG):
            appsync_client.create_api_key(apiId=api.id, expires=NOW + 365 * DAY + 1)
        appsync_client.create_api_key(apiId=api.id, expires=NOW + DAY + 1)
        appsync_client.create_api_key(apiId=api.id, expires=NOW + 365 * DAY)


def test_a_refused_request_changes_nothing(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    key = appsync_client.create_api_key(apiId=api.id, description="as it was")["apiKey"]
    before = appsync.api_keys(api)
    with refused("ApiKeyValidityOutOfBoundsException", 400):
        appsync_client.create_api_key(apiId=api.id, expires=NOW)
    with refused("ApiKeyValidityOutOfBoundsException", 400):
        appsync_client.update_api_key(apiId=api.id, id=key["id"], description="new", expires=NOW)
    assert appsync.api_keys(api) == before


def test_the_bounds_of_an_update_begin_at_the_update(
    appsync_client: AppSyncClient, api: Api
) -> None:
    key = appsync_client.create_api_key(apiId=api.id)["apiKey"]
    with time_machine.travel(NOW + 5 * DAY, tick=False):
        with refused("ApiKeyValidityOutOfBoundsException", 400, TOO_SHORT):
            appsync_client.update_api_key(apiId=api.id, id=key["id"], expires=NOW + 6 * DAY - 1)
        renewed = appsync_client.update_api_key(
            apiId=api.id, id=key["id"], expires=NOW + 370 * DAY
        )["apiKey"]
    assert renewed["expires"] == HOUR_OF_NOW + 370 * DAY


def test_an_update_can_shorten_a_life(appsync_client: AppSyncClient, api: Api) -> None:
    key = appsync_client.create_api_key(apiId=api.id, expires=NOW + 300 * DAY)["apiKey"]
    shorter = appsync_client.update_api_key(apiId=api.id, id=key["id"], expires=NOW + DAY)["apiKey"]
    assert shorter["expires"] == HOUR_OF_NOW + DAY
    assert shorter["deletes"] == HOUR_OF_NOW + 61 * DAY


# --- live, expired, deleted ----------------------------------------------------------

EXPIRES = HOUR_OF_NOW + 7 * DAY
DELETES = EXPIRES + 60 * DAY


@pytest.mark.parametrize(
    ("moment", "expired", "deleted"),
    [
        (NOW, False, False),
        (EXPIRES - 1, False, False),
        (EXPIRES, False, False),  # "the time after which the API key expires"
        (EXPIRES + 1, True, False),
        (EXPIRES + 30 * DAY, True, False),
        (DELETES - 1, True, False),
        (DELETES, True, False),  # "the key is deleted after deletion time"
        (DELETES + 1, True, True),
        (DELETES + 3650 * DAY, True, True),
    ],
)
def test_a_key_is_live_then_expired_then_gone(
    appsync: AppSync,
    appsync_client: AppSyncClient,
    api: Api,
    moment: int,
    expired: bool,
    deleted: bool,
) -> None:
    key = appsync_client.create_api_key(apiId=api.id)["apiKey"]
    with time_machine.travel(moment, tick=False):
        assert appsync.accepts(api, key["id"]) is (not expired)
        assert [found.expired for found in appsync.api_keys(api)] == ([] if deleted else [expired])
        assert listed(appsync_client, api) == ([] if deleted else [key["id"]])
        if deleted:
            gone = f"API key not found: {key['id']}"
            with refused("NotFoundException", 404, gone):
                appsync_client.update_api_key(apiId=api.id, id=key["id"], expires=moment + 2 * DAY)
            with refused("NotFoundException", 404, gone):
                appsync_client.delete_api_key(apiId=api.id, id=key["id"])
        else:
            appsync_client.update_api_key(apiId=api.id, id=key["id"], expires=moment + 2 * DAY)
            assert appsync.accepts(api, key["id"])
            appsync_client.delete_api_key(apiId=api.id, id=key["id"])
            assert listed(appsync_client, api) == []


def test_a_key_may_live_for_a_century_of_renewals(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    key_id = appsync_client.create_api_key(apiId=api.id, expires=NOW + 365 * DAY)["apiKey"]["id"]
    for _ in range(100):
        appsync.clock.advance(days=365 + 59)  # expired for 59 days: one day to spare
        assert not appsync.accepts(api, key_id)
        moment = int(appsync.clock.now())
        appsync_client.update_api_key(apiId=api.id, id=key_id, expires=moment + 365 * DAY)
        assert appsync.accepts(api, key_id)


def test_a_key_that_time_deletes_is_back_when_time_goes_back(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    key_id = appsync_client.create_api_key(apiId=api.id)["apiKey"]["id"]
    before = appsync.api_keys(api)
    appsync.clock.set(DELETES + 1)
    assert listed(appsync_client, api) == []
    later_id = appsync_client.create_api_key(apiId=api.id)["apiKey"]["id"]
    appsync.clock.set(NOW)
    assert appsync.api_keys(api)[:1] == before
    assert listed(appsync_client, api) == [key_id, later_id]
    appsync.clock.set(0)
    assert listed(appsync_client, api) == [key_id, later_id]
    assert appsync.accepts(api, key_id)


def test_a_key_that_was_deleted_on_request_stays_deleted(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    key_id = appsync_client.create_api_key(apiId=api.id)["apiKey"]["id"]
    assert "apiKey" not in appsync_client.delete_api_key(apiId=api.id, id=key_id)
    appsync.clock.advance(days=-3)
    assert listed(appsync_client, api) == []
    assert not appsync.accepts(api, key_id)
    with refused("NotFoundException", 404, f"API key not found: {key_id}"):
        appsync_client.delete_api_key(apiId=api.id, id=key_id)


# --- UpdateApiKey --------------------------------------------------------------------


def test_an_update_changes_only_what_is_given(appsync_client: AppSyncClient, api: Api) -> None:
    key = appsync_client.create_api_key(apiId=api.id, description="old", expires=NOW + 20 * DAY)[
        "apiKey"
    ]

    def update(**params: Any) -> object:
        answer = appsync_client.update_api_key(apiId=api.id, id=key["id"], **params)["apiKey"]
        [found] = appsync_client.list_api_keys(apiId=api.id)["apiKeys"]
        assert found == answer
        return answer

    assert update() == key
    assert update(description="new") == {**key, "description": "new"}
    assert update(expires=NOW + 30 * DAY) == {
        "id": key["id"],
        "description": "new",
        "expires": HOUR_OF_NOW + 30 * DAY,
        "deletes": HOUR_OF_NOW + 90 * DAY,
    }


def test_an_empty_description_takes_the_description_away(
    appsync_client: AppSyncClient, api: Api
) -> None:
    key = appsync_client.create_api_key(apiId=api.id, description="old")["apiKey"]
    answer = appsync_client.update_api_key(apiId=api.id, id=key["id"], description="")
    assert "description" not in answer["apiKey"]


def test_a_new_description_does_not_bring_an_expired_key_back(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    key = appsync_client.create_api_key(apiId=api.id)["apiKey"]
    appsync.clock.set(EXPIRES + 1)
    answer = appsync_client.update_api_key(apiId=api.id, id=key["id"], description="late")
    assert answer["apiKey"] == {**key, "description": "late"}
    assert not appsync.accepts(api, key["id"])


# --- what is not there ---------------------------------------------------------------


def test_an_api_that_is_not_there(appsync_client: AppSyncClient) -> None:
    message = "GraphQL API 7eeywqbd6na5voygrlzgvyxciu not found."
    unknown = "7eeywqbd6na5voygrlzgvyxciu"
    with refused("NotFoundException", 404, message):
        appsync_client.create_api_key(apiId=unknown)
    with refused("NotFoundException", 404, message):
        appsync_client.list_api_keys(apiId=unknown)
    with refused("NotFoundException", 404, message):
        appsync_client.update_api_key(apiId=unknown, id="da2-x")
    with refused("NotFoundException", 404, message):
        appsync_client.delete_api_key(apiId=unknown, id="da2-x")


def test_a_key_of_another_api_is_not_there(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    key_id = appsync.add_api_key(appsync.add_api("other")).id
    with refused("NotFoundException", 404, f"API key not found: {key_id}"):
        appsync_client.update_api_key(apiId=api.id, id=key_id)
    with refused("NotFoundException", 404, f"API key not found: {key_id}"):
        appsync_client.delete_api_key(apiId=api.id, id=key_id)
    assert not appsync.accepts(api, key_id)


def test_the_keys_go_with_their_api(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    key_id = appsync_client.create_api_key(apiId=api.id)["apiKey"]["id"]
    appsync_client.delete_graphql_api(apiId=api.id)
    assert appsync.api_keys(api) == []
    assert appsync.accepts(api, key_id) is False
    with refused("NotFoundException", 404, f"GraphQL API {api.id} not found."):
        appsync_client.delete_api_key(apiId=api.id, id=key_id)
    again = appsync.add_api("orders", api_id=api.id)
    assert listed(appsync_client, again) == []


def test_an_api_and_its_keys_are_in_one_region_only(appsync: AppSync, api: Api) -> None:
    key_id = appsync.client().create_api_key(apiId=api.id)["apiKey"]["id"]
    elsewhere = appsync.client("eu-west-1")
    with refused("NotFoundException", 404, f"GraphQL API {api.id} not found."):
        elsewhere.list_api_keys(apiId=api.id)
    namesake = appsync.add_api("orders", api_id=api.id, region="eu-west-1")
    assert listed(elsewhere, namesake) == []
    there = elsewhere.create_api_key(apiId=api.id)["apiKey"]["id"]
    assert [key.id for key in appsync.api_keys(namesake)] == [there]
    assert [key.id for key in appsync.api_keys(api)] == [key_id]


# --- the quota -----------------------------------------------------------------------


def test_the_51st_key_is_one_too_many(appsync_client: AppSyncClient, api: Api) -> None:
    ids = [appsync_client.create_api_key(apiId=api.id)["apiKey"]["id"] for _ in range(50)]
    with refused("ApiKeyLimitExceededException", 400):
        appsync_client.create_api_key(apiId=api.id)
    assert listed(appsync_client, api) == ids


def test_an_api_has_a_quota_of_its_own(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    for _ in range(50):
        appsync_client.create_api_key(apiId=api.id)
    assert appsync_client.create_api_key(apiId=appsync.add_api("other").id)["apiKey"]


@pytest.mark.appsync(key_rules=dataclasses.replace(ApiKeyRules.DA2, quota=2))
def test_an_expired_key_counts_until_it_is_deleted(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    for _ in range(2):
        appsync_client.create_api_key(apiId=api.id)
    for moment in (EXPIRES + 1, DELETES):
        appsync.clock.set(moment)
        with refused("ApiKeyLimitExceededException", 400):
            appsync_client.create_api_key(apiId=api.id)
    appsync.clock.set(DELETES + 1)
    appsync_client.create_api_key(apiId=api.id)
    appsync_client.create_api_key(apiId=api.id)
    with refused("ApiKeyLimitExceededException", 400):
        appsync_client.create_api_key(apiId=api.id)


@pytest.mark.appsync(key_rules=dataclasses.replace(ApiKeyRules.DA2, quota=1))
def test_a_deleted_key_makes_room(appsync_client: AppSyncClient, api: Api) -> None:
    key_id = appsync_client.create_api_key(apiId=api.id)["apiKey"]["id"]
    with refused("ApiKeyLimitExceededException", 400):
        appsync_client.create_api_key(apiId=api.id)
    appsync_client.delete_api_key(apiId=api.id, id=key_id)
    assert appsync_client.create_api_key(apiId=api.id)["apiKey"]["id"] != key_id


@pytest.mark.appsync(key_rules=dataclasses.replace(ApiKeyRules.DA2, quota=0))
def test_an_api_may_be_allowed_no_key_at_all(appsync_client: AppSyncClient, api: Api) -> None:
    with refused("ApiKeyLimitExceededException", 400):
        appsync_client.create_api_key(apiId=api.id)


@pytest.mark.appsync(key_rules=dataclasses.replace(ApiKeyRules.DA2, quota=1))
def test_seeded_keys_count_but_are_not_limited(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    for _ in range(3):
        appsync.add_api_key(api)
    with refused("ApiKeyLimitExceededException", 400):
        appsync_client.create_api_key(apiId=api.id)


# --- seeding and looking -------------------------------------------------------------


def test_a_seeded_key_is_a_key_like_any_other(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    key = appsync.add_api_key(api, description="seeded")
    assert re.fullmatch(r"da2-[a-z2-7]{26}", key.id)
    assert appsync_client.list_api_keys(apiId=api.id)["apiKeys"] == [
        {"id": key.id, "description": "seeded", "expires": EXPIRES, "deletes": DELETES}
    ]
    assert appsync.api_keys(api) == [key]
    assert appsync.accepts(api, key.id)
    appsync_client.delete_api_key(apiId=api.id, id=key.id)
    assert appsync.api_keys(api) == []


def test_a_snapshot_says_what_there_is_to_know(appsync: AppSync, api: Api) -> None:
    key = appsync.add_api_key(api.id, id="da2-mine", expires=NOW - DAY)
    assert key == ApiKey(
        id="da2-mine",
        description=None,
        expires=HOUR_OF_NOW - DAY,
        deletes=HOUR_OF_NOW + 59 * DAY,
        expired=True,
        version="da2",
    )
    assert key.expires_at == datetime(2026, 7, 20, 11, tzinfo=timezone.utc)
    assert key.expires_at.utcoffset() == timedelta()
    assert key.deletes_at == datetime(2026, 9, 18, 11, tzinfo=timezone.utc)
    assert "da2-mine" in repr(key)


def test_a_snapshot_stays_as_it_was(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    key = appsync.add_api_key(api)
    appsync_client.update_api_key(apiId=api.id, id=key.id, description="new")
    appsync.clock.set(EXPIRES + 1)
    assert (key.description, key.expired) == (None, False)
    [now] = appsync.api_keys(api)
    assert (now.description, now.expired) == ("new", True)
    with pytest.raises(dataclasses.FrozenInstanceError):
        key.expires = 0  # type: ignore[misc]


@pytest.mark.parametrize(
    "expires",
    [
        datetime.fromtimestamp(NOW + DAY, timezone.utc),
        datetime.fromtimestamp(NOW + DAY, timezone(timedelta(hours=5, minutes=30))),
        NOW + DAY,
        NOW + DAY + 0.75,
    ],
    ids=["UTC", "another zone", "seconds", "fractions"],
)
def test_a_key_can_be_seeded_with_any_expiry(
    appsync: AppSync, api: Api, expires: datetime | float
) -> None:
    assert appsync.add_api_key(api, expires=expires).expires == HOUR_OF_NOW + DAY


@pytest.mark.parametrize(
    ("expires", "stored"),
    [
        (NOW - 1, HOUR_OF_NOW),
        (NOW, HOUR_OF_NOW),
        (NOW + 0.5, NOW + 1),
        (NOW + 1, NOW + 1),
        (HOUR_OF_NOW + HOUR - 1, HOUR_OF_NOW + HOUR - 1),
        (HOUR_OF_NOW + HOUR, HOUR_OF_NOW + HOUR),
        (HOUR_OF_NOW + HOUR + 1, HOUR_OF_NOW + HOUR),
    ],
)
def test_only_a_key_that_would_have_expired_already_is_not_rounded(
    appsync: AppSync, api: Api, expires: float, stored: int
) -> None:
    key = appsync.add_api_key(api, expires=expires)
    assert (key.expires, key.expired) == (stored, expires <= NOW)


@pytest.mark.parametrize("rules", [ApiKeyRules.DA1, ApiKeyRules.DA2_2018, ApiKeyRules.DA2])
@pytest.mark.parametrize("way", ["seeded so", "by the clock"])
def test_a_key_with_a_minute_left(rules: ApiKeyRules, way: str) -> None:
    with AppSync(key_rules=dataclasses.replace(rules, accepted_until=None)) as appsync:
        api = appsync.add_api()
        if way == "seeded so":
            key = appsync.add_api_key(api, expires=NOW + 60)
        else:
            key = appsync.add_api_key(api)
            appsync.clock.set(key.expires - 60)
        assert [found.id for found in appsync.api_keys(api)] == [key.id]
        assert listed(appsync.client(), api) == [key.id]
        assert appsync.accepts(api, key.id)
        appsync.clock.advance(seconds=60)
        assert appsync.accepts(api, key.id)
        appsync.clock.advance(seconds=1)
        assert not appsync.accepts(api, key.id)


def test_a_key_seeded_long_past_its_end_is_not_there(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    key = appsync.add_api_key(api, expires=NOW - 100 * DAY)
    assert key.expired
    assert appsync.api_keys(api) == []
    assert listed(appsync_client, api) == []
    assert not appsync.accepts(api, key.id)


def test_the_last_moment_of_the_calendar_can_be_seeded(appsync: AppSync, api: Api) -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
    assert appsync.add_api_key(api, expires=last).expires == 253402300799 // HOUR * HOUR


def test_what_cannot_be_seeded_is_refused(appsync: AppSync, api: Api) -> None:
    appsync.add_api_key(api, id="da2-taken")
    with pytest.raises(ValueError, match=r"has a key of this id already"):
        appsync.add_api_key(api, id="da2-taken")
    with pytest.raises(
        ValueError, match="must begin with a key version, 'da2-' or 'da1-', not 'mine'"
    ):
        appsync.add_api_key(api, id="mine")
    with pytest.raises(ValueError, match="must begin with a key version"):
        appsync.add_api_key(api, id="")
    with pytest.raises(ValueError, match="no time zone"):
        appsync.add_api_key(api, expires=datetime(2026, 7, 21))
    with pytest.raises(ValueError, match="finite"):
        appsync.add_api_key(api, expires=float("nan"))
    with pytest.raises(ValueError, match=r"not 1784632175000: that is .* give 1784632175$"):
        appsync.add_api_key(api, expires=1784632175000)
    with pytest.raises(ValueError, match="seconds since the epoch, not 253402300800: that is"):
        appsync.add_api_key(api, expires=253402300800)
    with pytest.raises(TypeError, match="description"):
        appsync.add_api_key(api, description=7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`expires` must be"):
        appsync.add_api_key(api, expires="tomorrow")  # type: ignore[arg-type]
    assert [key.id for key in appsync.api_keys(api)] == ["da2-taken"]


@pytest.mark.parametrize("look", ["add_api_key", "api_keys", "accepts"])
def test_an_unknown_api_id_is_refused_with_the_nearest_one(appsync: AppSync, look: str) -> None:
    appsync.add_api(api_id="orders-api")
    args = ("da2-x",) if look == "accepts" else ()
    with pytest.raises(LookupError, match="did you mean 'orders-api'"):
        getattr(appsync, look)("order-api", *args)
    with pytest.raises(TypeError, match="`api` must be an Api or an API's id"):
        getattr(appsync, look)(7, *args)
    named = appsync.add_api("orders")
    with pytest.raises(LookupError, match=f"^'orders' is the name of an API.* needed: {named.id}$"):
        getattr(appsync, look)("orders", *args)


def test_a_key_cannot_be_seeded_into_an_api_that_is_gone(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    appsync_client.delete_graphql_api(apiId=api.id)
    with pytest.raises(LookupError, match="deleted, or of another simulation"):
        appsync.add_api_key(api)


def test_keys_can_be_looked_at_by_the_id_of_an_api_of_any_region(appsync: AppSync) -> None:
    there = appsync.add_api("orders", region="eu-central-1")
    key = appsync.add_api_key(there.id)
    assert appsync.api_keys(there.id) == [key]
    assert appsync.accepts(there.id, key.id)
    assert not appsync.accepts(there.id, "da2-unknown")


def test_keys_can_be_looked_at_after_the_end() -> None:
    with AppSync() as appsync:
        api = appsync.add_api()
        key = appsync.add_api_key(api)
    assert appsync.api_keys(api) == [key]


def test_accepting_a_key_that_was_looked_up(appsync: AppSync, api: Api) -> None:
    key = appsync.add_api_key(api)
    assert appsync.accepts(api, key)
    assert not appsync.accepts(appsync.add_api("other"), key)
    with pytest.raises(TypeError, match=r"`key_id` must be an ApiKey or a key's id, not 7$"):
        appsync.accepts(api, 7)  # type: ignore[arg-type]


def test_after_the_year_9999_there_is_no_datetime(appsync: AppSync, api: Api) -> None:
    end = int(datetime(9999, 12, 31, 23, tzinfo=timezone.utc).timestamp())
    key = appsync.add_api_key(api, expires=end)
    assert key.expires_at.year == 9999
    assert key.deletes is not None
    with pytest.raises(ValueError, match=r"`deletes_at` has no datetime for \d+ .* Use `deletes`"):
        _ = key.deletes_at
    later = dataclasses.replace(key, expires=end + 3600)
    with pytest.raises(ValueError, match="`expires_at` has no datetime"):
        _ = later.expires_at


def test_botos_own_answer_is_no_id_and_the_hint_says_where_the_id_is(
    appsync: AppSync, client: Any
) -> None:
    created = client.create_graphql_api(name="orders", authenticationType="API_KEY")
    with pytest.raises(TypeError, match=r'give its \["graphqlApi"\]\["apiId"\]$'):
        appsync.api_keys(created)
    with pytest.raises(TypeError, match=r'give its \["apiId"\]$'):
        appsync.add_api_key(created["graphqlApi"])
    with pytest.raises(TypeError, match=r"API's id, not \{[^:]+: [^:]+: 'an API'\}\}$"):
        appsync.api_keys({"name": {"of": "an API"}})  # type: ignore[arg-type]
    key = client.create_api_key(apiId=created["graphqlApi"]["apiId"])["apiKey"]
    with pytest.raises(TypeError, match=r'give its \["id"\]$'):
        appsync.accepts(created["graphqlApi"]["apiId"], key)
