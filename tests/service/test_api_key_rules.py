"""The key versions that AWS documented, and rules of one's own.

Each row of "Key versions" in the collected facts is a test here, for each of its
three columns. Time is frozen, and only the tests move it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from botocore.exceptions import ClientError

from pytest_appsync import Api, ApiKeyRules, AppSync

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

HOUR = 3600
DAY = 24 * HOUR

WINTER = int(datetime(2018, 1, 10, 9, 30, tzinfo=timezone.utc).timestamp())
"""A moment at which all three versions let requests in."""
HOUR_OF_WINTER = WINTER - 1800
END_OF_DA1 = int(datetime(2018, 2, 22, tzinfo=timezone.utc).timestamp())
"""21 February 2018 is over."""
TODAY = int(datetime(2026, 7, 21, 11, 9, 35, tzinfo=timezone.utc).timestamp())

in_da1 = pytest.mark.appsync(key_rules=ApiKeyRules.DA1)
in_2018 = pytest.mark.appsync(key_rules=ApiKeyRules.DA2_2018)


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(WINTER, tick=False):
        yield


@pytest.fixture
def api(appsync: AppSync) -> Api:
    return appsync.add_api("orders")


@contextmanager
def refused(code: str, http_status: int, message: str | None = None) -> Iterator[None]:
    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == http_status
    if message is not None:
        assert caught.value.response["Error"]["Message"] == message


# --- the table's rows ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "version"),
    [(ApiKeyRules.DA1, "da1"), (ApiKeyRules.DA2_2018, "da2"), (ApiKeyRules.DA2, "da2")],
)
def test_row_id(rules: ApiKeyRules, version: str) -> None:
    with AppSync(key_rules=rules) as appsync:
        api = appsync.add_api()
        key_id = appsync.client().create_api_key(apiId=api.id)["apiKey"]["id"]
        seeded = appsync.add_api_key(api)
        versions = [key.version for key in appsync.api_keys(api)]
    assert re.fullmatch(rf"{version}-[a-z2-7]{{26}}", key_id)
    assert re.fullmatch(rf"{version}-[a-z2-7]{{26}}", seeded.id)
    assert versions == [version, version]


@pytest.mark.parametrize("rules", [ApiKeyRules.DA1, ApiKeyRules.DA2_2018, ApiKeyRules.DA2])
def test_row_validity_seven_days_by_default(rules: ApiKeyRules) -> None:
    with AppSync(key_rules=rules) as appsync:
        api = appsync.add_api()
        appsync.client().create_api_key(apiId=api.id)
        [key] = appsync.api_keys(api)
    assert key.expires == HOUR_OF_WINTER + 7 * DAY


@in_da1
@pytest.mark.parametrize("days", [1, 7, 365])
def test_row_validity_da1_takes_no_expires(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api, days: int
) -> None:
    with refused("BadRequestException", 400, "API keys of version da1 do not accept expires."):
        appsync_client.create_api_key(apiId=api.id, expires=WINTER + days * DAY)
    assert appsync.api_keys(api) == []


@pytest.mark.parametrize("rules", [ApiKeyRules.DA2_2018, ApiKeyRules.DA2])
@pytest.mark.parametrize(
    ("validity", "message"),
    [
        (DAY - 1, "API key must be valid for a minimum of 1 days."),
        (DAY, None),
        (365 * DAY, None),
        (365 * DAY + 1, "API key can be valid for a maximum of 365 days."),
    ],
)
def test_row_validity_da2_one_to_365_days(
    rules: ApiKeyRules, validity: int, message: str | None
) -> None:
    with AppSync(key_rules=rules) as appsync:
        api, client = appsync.add_api(), appsync.client()
        if message is None:
            key = client.create_api_key(apiId=api.id, expires=WINTER + validity)["apiKey"]
            assert key["expires"] == HOUR_OF_WINTER + validity
        else:
            with refused("ApiKeyValidityOutOfBoundsException", 400, message):
                client.create_api_key(apiId=api.id, expires=WINTER + validity)


@pytest.mark.parametrize(
    ("rules", "unit", "deletes"),
    [
        (ApiKeyRules.DA1, 1000, None),
        (ApiKeyRules.DA2_2018, 1, None),
        (ApiKeyRules.DA2, 1, HOUR_OF_WINTER + 67 * DAY),
    ],
)
def test_rows_unit_and_deletes_of_create_and_list(
    rules: ApiKeyRules, unit: int, deletes: int | None
) -> None:
    with AppSync(key_rules=rules) as appsync:
        api, client = appsync.add_api(), appsync.client()
        created = client.create_api_key(apiId=api.id)["apiKey"]
        [listed] = client.list_api_keys(apiId=api.id)["apiKeys"]
    assert created == listed
    assert listed["expires"] == (HOUR_OF_WINTER + 7 * DAY) * unit
    assert listed.get("deletes") == deletes


@in_da1
@pytest.mark.parametrize(
    "change", [{"description": "new"}, {"expires": WINTER + 7 * DAY}, {}], ids=str
)
def test_row_update_not_available_for_da1(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api, change: dict[str, Any]
) -> None:
    key = appsync_client.create_api_key(apiId=api.id)["apiKey"]
    before = appsync.api_keys(api)
    message = "UpdateApiKey is not available for API keys of version da1."
    with refused("BadRequestException", 400, message):
        appsync_client.update_api_key(apiId=api.id, id=key["id"], **change)
    assert appsync.api_keys(api) == before


@in_2018
def test_row_update_of_2018_only_while_the_key_has_not_expired(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    key = appsync_client.create_api_key(apiId=api.id)["apiKey"]
    appsync.clock.set(key["expires"])
    renewed = appsync_client.update_api_key(
        apiId=api.id, id=key["id"], expires=key["expires"] + 2 * DAY
    )["apiKey"]
    assert renewed == {"id": key["id"], "expires": key["expires"] + 2 * DAY}
    appsync.clock.set(renewed["expires"] + 1)
    with refused("NotFoundException", 404, f"API key not found: {key['id']}"):
        appsync_client.update_api_key(
            apiId=api.id, id=key["id"], expires=renewed["expires"] + 2 * DAY
        )


@pytest.mark.parametrize("after", [1, 60 * DAY - 1, 60 * DAY])
def test_row_update_today_until_the_key_is_deleted(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api, after: int
) -> None:
    key = appsync_client.create_api_key(apiId=api.id)["apiKey"]
    moment = key["expires"] + after
    appsync.clock.set(moment)
    renewed = appsync_client.update_api_key(apiId=api.id, id=key["id"], expires=moment + DAY)
    assert renewed["apiKey"]["expires"] == (moment + DAY) // HOUR * HOUR
    assert appsync.accepts(api, key["id"])


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        (ApiKeyRules.DA1, 3650 * DAY),
        (ApiKeyRules.DA2_2018, 0),
        (ApiKeyRules.DA2, 60 * DAY),
    ],
)
def test_row_after_it_expires(rules: ApiKeyRules, kept: int) -> None:
    with AppSync(key_rules=rules) as appsync:
        api, client = appsync.add_api(), appsync.client()
        key_id = client.create_api_key(apiId=api.id)["apiKey"]["id"]
        appsync.clock.set(HOUR_OF_WINTER + 7 * DAY + kept)
        assert [key["id"] for key in client.list_api_keys(apiId=api.id)["apiKeys"]] == [key_id]
        appsync.clock.advance(seconds=1)
        is_listed = bool(client.list_api_keys(apiId=api.id)["apiKeys"])
        assert is_listed is (rules is ApiKeyRules.DA1)
        if is_listed:  # only DeleteApiKey does it
            client.delete_api_key(apiId=api.id, id=key_id)
            assert client.list_api_keys(apiId=api.id)["apiKeys"] == []


@pytest.mark.parametrize("rules", [ApiKeyRules.DA1, ApiKeyRules.DA2_2018, ApiKeyRules.DA2])
def test_row_accepts_requests_until_it_expires(rules: ApiKeyRules) -> None:
    with AppSync(key_rules=rules) as appsync:
        api = appsync.add_api()
        key_id = appsync.client().create_api_key(apiId=api.id)["apiKey"]["id"]
        appsync.clock.set(HOUR_OF_WINTER + 7 * DAY)
        assert appsync.accepts(api, key_id)
        appsync.clock.advance(seconds=1)
        assert not appsync.accepts(api, key_id)


@pytest.mark.parametrize(
    ("rules", "still_accepted"),
    [(ApiKeyRules.DA1, False), (ApiKeyRules.DA2_2018, True), (ApiKeyRules.DA2, True)],
)
def test_row_accepts_requests_after_21_february_2018(
    rules: ApiKeyRules, still_accepted: bool
) -> None:
    with AppSync(key_rules=rules) as appsync:
        appsync.clock.set(END_OF_DA1 - DAY)
        api = appsync.add_api()
        key_id = appsync.client().create_api_key(apiId=api.id)["apiKey"]["id"]
        for moment in (END_OF_DA1 - 1, END_OF_DA1 - 0.5):
            appsync.clock.set(moment)
            assert appsync.accepts(api, key_id)
        appsync.clock.set(END_OF_DA1)
        assert appsync.accepts(api, key_id) is still_accepted
        [key] = appsync.api_keys(api)
        assert not key.expired


# --- a da1 key among da2 keys --------------------------------------------------------


@pytest.mark.parametrize("rules", [ApiKeyRules.DA2, ApiKeyRules.DA2_2018])
def test_a_da1_key_is_a_da1_key_among_da2_keys(rules: ApiKeyRules) -> None:
    with AppSync(key_rules=rules) as appsync, time_machine.travel(TODAY, tick=False):
        api, client = appsync.add_api(), appsync.client()
        old = appsync.add_api_key(api, id="da1-old", description="2017", expires=WINTER)
        new = client.create_api_key(apiId=api.id)["apiKey"]
        assert (old.version, old.expired, old.deletes, old.deletes_at) == ("da1", True, None, None)
        assert client.list_api_keys(apiId=api.id)["apiKeys"] == [
            {"id": "da1-old", "description": "2017", "expires": HOUR_OF_WINTER * 1000},
            new,
        ]
        with refused("BadRequestException", 400):
            client.update_api_key(apiId=api.id, id="da1-old", expires=TODAY + 2 * DAY)
        assert not appsync.accepts(api, "da1-old")
        appsync.clock.advance(days=3650)
        assert [key.id for key in appsync.api_keys(api)] == ["da1-old"]
        client.delete_api_key(apiId=api.id, id="da1-old")
        assert appsync.api_keys(api) == []


def test_a_da1_key_among_da2_keys_is_not_accepted_after_21_february_2018(
    appsync: AppSync, api: Api
) -> None:
    appsync.add_api_key(api, id="da1-old", expires=TODAY)
    appsync.clock.set(END_OF_DA1 - 1)
    assert appsync.accepts(api, "da1-old")
    appsync.clock.set(END_OF_DA1)
    assert not appsync.accepts(api, "da1-old")
    [key] = appsync.api_keys(api)
    assert not key.expired


@in_da1
def test_a_da2_key_is_a_da2_key_among_da1_keys(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    appsync.add_api_key(api, id="da2-new", expires=WINTER + 2 * DAY)
    renewed = appsync_client.update_api_key(apiId=api.id, id="da2-new", expires=WINTER + 3 * DAY)
    assert renewed["apiKey"] == {
        "id": "da2-new",
        "expires": HOUR_OF_WINTER + 3 * DAY,
        "deletes": HOUR_OF_WINTER + 63 * DAY,
    }
    appsync.clock.advance(days=64)
    assert appsync_client.list_api_keys(apiId=api.id)["apiKeys"] == []


def test_a_da1_key_without_an_expiry_gets_seven_days(appsync: AppSync, api: Api) -> None:
    assert appsync.add_api_key(api, id="da1-x").expires == HOUR_OF_WINTER + 7 * DAY


# --- rules of one's own --------------------------------------------------------------


def test_the_presets_are_values() -> None:
    assert ApiKeyRules() == ApiKeyRules.DA2
    assert len({ApiKeyRules.DA1, ApiKeyRules.DA2_2018, ApiKeyRules.DA2, ApiKeyRules()}) == 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        ApiKeyRules.DA2.quota = 3  # type: ignore[misc]
    assert "quota=50" in repr(ApiKeyRules.DA2)


def test_replacing_one_rule_keeps_the_others() -> None:
    rules = dataclasses.replace(ApiKeyRules.DA2, quota=3)
    assert rules.quota == 3
    assert ApiKeyRules.DA2.quota == 50
    assert dataclasses.replace(rules, quota=50) == ApiKeyRules.DA2


def test_replaced_rules_are_obeyed() -> None:
    rules = dataclasses.replace(
        ApiKeyRules.DA2,
        quota=1,
        minimum_validity=timedelta(hours=12),
        default_validity=timedelta(days=2),
        maximum_validity=timedelta(days=3),
        kept_after_expiry=timedelta(days=1),
    )
    with AppSync(key_rules=rules) as appsync:
        api, client = appsync.add_api(), appsync.client()
        with refused(
            "ApiKeyValidityOutOfBoundsException",
            400,
            "API key must be valid for a minimum of 0.5 days.",
        ):
            client.create_api_key(apiId=api.id, expires=WINTER + 12 * HOUR - 1)
        with refused(
            "ApiKeyValidityOutOfBoundsException",
            400,
            "API key can be valid for a maximum of 3 days.",
        ):
            client.create_api_key(apiId=api.id, expires=WINTER + 3 * DAY + 1)
        key = client.create_api_key(apiId=api.id)["apiKey"]
        assert key["expires"] == HOUR_OF_WINTER + 2 * DAY
        assert key["deletes"] == HOUR_OF_WINTER + 3 * DAY
        with refused("ApiKeyLimitExceededException", 400):
            client.create_api_key(apiId=api.id)


@pytest.mark.appsync(key_rules=dataclasses.replace(ApiKeyRules.DA2, renewable="until expired"))
def test_a_kept_key_that_must_not_be_renewed(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    key_id = appsync_client.create_api_key(apiId=api.id)["apiKey"]["id"]
    appsync.clock.advance(days=8)
    with refused("BadRequestException", 400, f"API key has expired: {key_id}"):
        appsync_client.update_api_key(apiId=api.id, id=key_id, expires=WINTER + 20 * DAY)
    assert [key.expired for key in appsync.api_keys(api)] == [True]


@pytest.mark.appsync(key_rules=dataclasses.replace(ApiKeyRules.DA2, kept_after_expiry=None))
def test_a_key_that_is_never_deleted_has_no_deletes(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    assert "deletes" not in appsync_client.create_api_key(apiId=api.id)["apiKey"]
    appsync.clock.advance(days=36500)
    [key] = appsync.api_keys(api)
    assert (key.expired, key.deletes) == (True, None)


@pytest.mark.appsync(key_rules=dataclasses.replace(ApiKeyRules.DA2, version="da3"))
def test_a_version_that_aws_has_not_made_yet(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    assert appsync_client.create_api_key(apiId=api.id)["apiKey"]["id"].startswith("da3-")
    assert appsync.add_api_key(api, id="da3-mine").version == "da3"


@pytest.mark.parametrize(
    ("nonsense", "complaint"),
    [
        ({"quota": -1}, "^`quota` must be 0 or more, not -1$"),
        ({"quota": 2.5}, "`quota` must be an int, not 2.5"),
        ({"quota": True}, "`quota` must be an int, not True"),
        ({"minimum_validity": timedelta(days=-1)}, "minimum_validity` must be 0 or more"),
        ({"default_validity": timedelta(days=-1)}, "default_validity` must be 0 or more"),
        ({"kept_after_expiry": timedelta(days=-1)}, "kept_after_expiry` must be 0 or more"),
        ({"minimum_validity": timedelta(days=400)}, "`minimum_validity` must be at most"),
        ({"maximum_validity": timedelta(hours=1)}, "`minimum_validity` must be at most"),
        ({"default_validity": timedelta(days=366)}, "`default_validity` must be from"),
        ({"default_validity": timedelta(hours=23)}, "`default_validity` must be from"),
        ({"maximum_validity": 365}, "`maximum_validity` must be a timedelta, not 365"),
        ({"minimum_validity": None}, "`minimum_validity` must be a timedelta, not None"),
        (
            {"renewable": "sometimes"},
            "must be one of 'never', 'until expired', 'until deleted', not 'sometimes'$",
        ),
        ({"kept_after_expiry": 60}, "`kept_after_expiry` must be a timedelta or None, not 60$"),
        ({"renewable": True}, "`renewable` must be one of .*, not True$"),
        ({"version": "v2"}, "`version` must be like 'da2', not 'v2'$"),
        ({"version": "da2-"}, "`version` must be like 'da2', not 'da2-'$"),
        ({"version": ""}, "`version` must be like 'da2', not ''$"),
    ],
    ids=str,
)
def test_nonsense_is_refused(nonsense: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        dataclasses.replace(ApiKeyRules.DA2, **nonsense)
    with pytest.raises(ValueError, match=complaint):
        ApiKeyRules(**nonsense)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"version": 2},
        {"accepts_expires": "yes"},
        {"answers_in_milliseconds": None},
        {"answers_deletes": "no"},
        {"accepted_until": datetime(2018, 2, 22, tzinfo=timezone.utc)},
        {"accepted_until": float("nan")},
        {"accepted_until": 10**400},
    ],
    ids=str,
)
def test_a_rule_of_another_type_is_refused(nonsense: dict[str, Any]) -> None:
    [name] = nonsense
    with pytest.raises((TypeError, ValueError), match=name):
        dataclasses.replace(ApiKeyRules.DA2, **nonsense)


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="lifetime"):
        ApiKeyRules(lifetime=7)  # type: ignore[call-arg]


def test_deletes_is_in_the_unit_of_expires() -> None:
    rules = dataclasses.replace(ApiKeyRules.DA2, answers_in_milliseconds=True)
    with AppSync(key_rules=rules) as appsync:
        api = appsync.add_api()
        answer = appsync.client().create_api_key(apiId=api.id)["apiKey"]
        [key] = appsync.api_keys(api)
    assert key.deletes is not None
    assert (answer["expires"], answer["deletes"]) == (key.expires * 1000, key.deletes * 1000)
    assert type(answer["deletes"]) is type(answer["expires"]) is int
