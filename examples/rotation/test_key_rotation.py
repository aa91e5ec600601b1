"""What the key rotation does, told by example: each test runs the Lambda function itself.

These tests need time-machine: ``pip install time-machine``.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from key_rotation import ATTEMPTS, RETRIES, ApiReport, Policy, handler, rotate

from pytest_appsync import Api, ApiKeyRules, AppSync, DocumentedError, HttpAnswer

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

DAY = 24 * 60 * 60


def in_days(days: float) -> float:
    return time.time() + days * DAY


def run(*apis: Api, **settings: int) -> list[dict[str, Any]]:
    """Invoke the function, and take its answer the way Lambda sends it."""
    answer = json.loads(json.dumps(handler({"apiIds": [api.id for api in apis], **settings}, None)))
    assert answer["ok"] is not any(report["failures"] for report in answer["apis"])
    reports: list[dict[str, Any]] = answer["apis"]
    return reports


def failure_codes(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(failure["operation"], failure["code"]) for failure in report["failures"]]


def live_keys(appsync: AppSync, api: Api) -> set[str]:
    return {key.id for key in appsync.api_keys(api) if appsync.accepts(api, key.id)}


@pytest.fixture
def api(appsync: AppSync) -> Api:
    return appsync.add_api("orders")


# --- rotation ------------------------------------------------------------------------


def test_a_key_that_expires_soon_gets_a_successor(appsync: AppSync, api: Api) -> None:
    old = appsync.add_api_key(api, description="mobile app", expires=in_days(20))

    [report] = run(api)

    [still_there, successor] = appsync.api_keys(api)
    assert still_there == old
    assert successor.description == f"mobile app [replaces {old.id[-6:]}]"
    assert in_days(89) < successor.expires < in_days(90)
    assert report == {
        "api_id": api.id,
        "replaced": [old.id[-6:]],
        "deleted": [],
        "failures": [],
    }


def test_a_key_that_lasts_is_left_alone(appsync: AppSync, api: Api) -> None:
    appsync.add_api_key(api, expires=in_days(31))

    run(api)

    assert [call.operation for call in appsync.calls] == ["ListApiKeys"]


def test_the_schedule_says_when_and_for_how_long(appsync: AppSync, api: Api) -> None:
    appsync.add_api_key(api, expires=in_days(4))

    run(api, replaceBeforeDays=3, validForDays=10)
    assert len(appsync.api_keys(api)) == 1

    run(api, replaceBeforeDays=5, validForDays=10)
    [_, successor] = appsync.api_keys(api)
    assert in_days(9) < successor.expires < in_days(10)


@pytest.mark.parametrize(
    "settings",
    [
        {"validForDays": 366},
        {"validForDays": 30, "replaceBeforeDays": 30},
        {"replaceBeforeDays": -1},
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(api: Api, settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="Days"):
        run(api, **settings)


def test_running_twice_replaces_once(appsync: AppSync, api: Api) -> None:
    appsync.add_api_key(api, expires=in_days(20))

    run(api)
    [again] = run(api)

    assert again["replaced"] == []
    assert len(appsync.api_keys(api)) == 2


def test_a_successor_is_replaced_in_its_turn(appsync: AppSync, api: Api) -> None:
    successor = appsync.add_api_key(
        api, description="mobile app [replaces abc234]", expires=in_days(20)
    )

    run(api)

    assert appsync.api_keys(api)[-1].description == f"mobile app [replaces {successor.id[-6:]}]"


def test_a_replaced_key_is_deleted_once_it_has_expired(appsync: AppSync, api: Api) -> None:
    old = appsync.add_api_key(api, expires=in_days(20))
    run(api)

    with time_machine.travel(in_days(19)):
        run(api)
        assert appsync.accepts(api, old.id)

    with time_machine.travel(in_days(21)):
        [report] = run(api)
        assert report["deleted"] == [old.id[-6:]]
        assert old.id not in [key.id for key in appsync.api_keys(api)]


def test_a_key_that_expired_unnoticed_is_replaced_and_deleted(appsync: AppSync, api: Api) -> None:
    appsync.add_api_key(api, description="mobile app", expires=in_days(-3))

    [report] = run(api)

    [successor] = appsync.api_keys(api)
    assert not successor.expired
    assert len(report["replaced"]) == len(report["deleted"]) == 1


def test_each_api_has_its_own_report(appsync: AppSync, api: Api) -> None:
    other = appsync.add_api("invoices")
    deleted_api = dataclasses.replace(other, id="2p5yzxxqtnezhcirxlcxqzwwqa")
    for there in (api, other):
        appsync.add_api_key(there, expires=in_days(20))

    reports = run(api, deleted_api, other)

    assert [len(report["replaced"]) for report in reports] == [1, 0, 1]
    assert failure_codes(reports[1]) == [("ListApiKeys", "NotFoundException")]
    assert len(appsync.api_keys(api)) == len(appsync.api_keys(other)) == 2


def test_whatever_could_not_be_done_is_logged_as_an_error(
    appsync: AppSync, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    appsync.add_api_key(api, expires=in_days(20))
    appsync.fail("CreateApiKey", "UnauthorizedException", times=1)

    with caplog.at_level("INFO", "key_rotation"):
        run(api)
        run(api)

    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert "UnauthorizedException" in caplog.messages[0]


def test_no_report_and_no_log_gives_a_key_away(
    appsync: AppSync, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    for days in (-3, 10, 20):
        appsync.add_api_key(api, expires=in_days(days))
    for key in appsync.api_keys(api):
        appsync.fail(
            "CreateApiKey", "BadRequestException", times=1, message=f"API key {key.id} is odd"
        )

    written = [json.dumps(run(api)), json.dumps(run(api)), caplog.text]

    assert not [key.id for key in appsync.api_keys(api) if key.id in "".join(written)]


# --- many keys -----------------------------------------------------------------------


def test_keys_beyond_the_first_page_are_found(appsync: AppSync, api: Api) -> None:
    for _ in range(29):
        appsync.add_api_key(api, expires=in_days(100))
    last = appsync.add_api_key(api, expires=in_days(20))

    [report] = run(api)

    assert "nextToken" in appsync.calls[1].params
    assert report["replaced"] == [last.id[-6:]]


def test_an_orphan_beyond_the_first_page_is_found(appsync: AppSync, api: Api) -> None:
    appsync.add_api_key(api, expires=in_days(20))
    for _ in range(29):
        appsync.add_api_key(api, expires=in_days(100))
    appsync.fail("CreateApiKey", ReadTimeoutError, times=1, lost=True)

    run(api)

    assert len(appsync.api_keys(api)) == 31


def test_a_full_api_is_made_room_in(appsync: AppSync, api: Api) -> None:
    due = appsync.add_api_key(api, expires=in_days(20))
    expired = appsync.add_api_key(api, expires=in_days(-3))
    appsync.add_api_key(api, description=f"[replaces {expired.id[-6:]}]", expires=in_days(80))
    for _ in range(47):
        appsync.add_api_key(api, expires=in_days(100))

    [report] = run(api)

    assert (report["deleted"], report["replaced"]) == ([expired.id[-6:]], [due.id[-6:]])
    assert report["failures"] == []


def test_a_full_api_of_keys_in_use_is_reported(appsync: AppSync, api: Api) -> None:
    for _ in range(50):
        appsync.add_api_key(api, expires=in_days(20))
    in_use = live_keys(appsync, api)

    [report] = run(api)

    assert set(failure_codes(report)) == {("CreateApiKey", "ApiKeyLimitExceededException")}
    assert {failure["key"] for failure in report["failures"]} == {id[-6:] for id in in_use}
    assert live_keys(appsync, api) == in_use


@pytest.mark.appsync(key_rules=dataclasses.replace(ApiKeyRules.DA2, quota=3))
def test_the_most_urgent_key_gets_the_last_place(appsync: AppSync, api: Api) -> None:
    later = appsync.add_api_key(api, expires=in_days(20))
    sooner = appsync.add_api_key(api, expires=in_days(2))

    [report] = run(api)

    assert report["replaced"] == [sooner.id[-6:]]
    assert [failure["key"] for failure in report["failures"]] == [later.id[-6:]]


# --- failures ------------------------------------------------------------------------


@pytest.mark.appsync_errors("ListApiKeys", common=True)
@pytest.mark.appsync_errors("CreateApiKey", common=True)
@pytest.mark.appsync_errors("DeleteApiKey", common=True)
def test_every_documented_error_is_reported_and_costs_no_key(
    appsync: AppSync, api: Api, appsync_error: DocumentedError
) -> None:
    expired = appsync.add_api_key(api, expires=in_days(-3))
    appsync.add_api_key(api, description=f"[replaces {expired.id[-6:]}]", expires=in_days(80))
    appsync.add_api_key(api, expires=in_days(20))
    in_use = live_keys(appsync, api)

    [report] = run(api)

    if (appsync_error.operation, appsync_error.code) == ("DeleteApiKey", "NotFoundException"):
        assert report["deleted"] == [expired.id[-6:]]
    else:
        assert failure_codes(report) == [(appsync_error.operation, appsync_error.code)]
    assert live_keys(appsync, api) >= in_use


@pytest.mark.appsync_errors("ListApiKeys", common=True, times=1)
@pytest.mark.appsync_errors("CreateApiKey", common=True, times=1)
@pytest.mark.appsync_errors("DeleteApiKey", common=True, times=1)
def test_an_error_that_passes_is_made_good_by_the_next_run(
    appsync: AppSync, api: Api, appsync_error: DocumentedError
) -> None:
    expired = appsync.add_api_key(api, expires=in_days(-3))
    successor = appsync.add_api_key(
        api, description=f"[replaces {expired.id[-6:]}]", expires=in_days(80)
    )
    due = appsync.add_api_key(api, expires=in_days(20))

    run(api)
    [report] = run(api)

    assert report["failures"] == []
    [*others, replacement] = appsync.api_keys(api)
    assert others == [successor, due]
    assert replacement.description == f"[replaces {due.id[-6:]}]"


def test_throttling_is_ridden_out(appsync: AppSync, api: Api) -> None:
    appsync.add_api_key(api, expires=in_days(20))
    appsync.fail("CreateApiKey", "LimitExceededException", times=3)

    [report] = run(api)

    [call] = appsync.calls.of("CreateApiKey")
    assert [attempt.http_status for attempt in call.attempts] == [429, 429, 429, 200]
    assert report["failures"] == []


def test_a_bad_hour_costs_the_next_run_none_of_its_retries(appsync: AppSync, api: Api) -> None:
    for _ in range(25):
        appsync.add_api_key(api, expires=in_days(20))
    with appsync.fail("CreateApiKey", "InternalFailureException"):
        [report] = run(api)
    assert len(report["failures"]) == 25

    appsync.fail("CreateApiKey", "InternalFailureException", times=ATTEMPTS - 1)
    [report] = run(api)

    assert report["failures"] == []


def test_many_keys_are_replaced_at_the_pace_that_appsync_allows(appsync: AppSync, api: Api) -> None:
    for _ in range(25):
        appsync.add_api_key(api, expires=in_days(20))
    throttle = appsync.throttle("CreateApiKey", rate=2)

    [report] = run(api)

    assert throttle.hits > 0
    assert report["failures"] == []
    assert len(appsync.api_keys(api)) == 50


def test_one_key_that_fails_does_not_keep_the_others_back(appsync: AppSync, api: Api) -> None:
    unlucky = appsync.add_api_key(api, description="unlucky", expires=in_days(5))
    lucky = appsync.add_api_key(api, description="lucky", expires=in_days(20))

    def is_for_the_unlucky(params: Any) -> bool:
        return str(params["description"]).startswith("unlucky")

    appsync.fail("CreateApiKey", "LimitExceededException", when=is_for_the_unlucky)

    [report] = run(api)

    assert report["replaced"] == [lucky.id[-6:]]
    [failure] = report["failures"]
    assert (failure["key"], failure["code"]) == (unlucky.id[-6:], "LimitExceededException")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (EndpointConnectionError, "EndpointConnectionError"),
        (HttpAnswer(502, {"Content-Type": "text/html"}, "<h1>Bad gateway</h1>"), "502"),
        (HttpAnswer(200, body='{"apiKey": {"id": "da2-'), "IncompleteAnswerError"),
    ],
)
@pytest.mark.parametrize("operation", ["ListApiKeys", "CreateApiKey"])
def test_what_comes_from_a_broken_network_is_reported(
    appsync: AppSync, api: Api, operation: str, error: Any, code: str
) -> None:
    appsync.add_api_key(api, expires=in_days(20))
    appsync.fail(operation, error)

    [report] = run(api)

    assert failure_codes(report) == [(operation, code)]


# --- lost answers --------------------------------------------------------------------


def test_a_lost_answer_leaves_no_orphan(appsync: AppSync, api: Api) -> None:
    old = appsync.add_api_key(api, expires=in_days(20))
    appsync.fail("CreateApiKey", ReadTimeoutError, times=1, lost=True)

    [report] = run(api)

    [call] = appsync.calls.of("CreateApiKey")
    assert len(call.attempts) == 2
    assert len(report["deleted"]) == 1
    [still_there, _] = appsync.api_keys(api)
    assert still_there == old


def test_when_every_answer_is_lost_the_next_run_takes_over_what_came_about(
    appsync: AppSync, api: Api
) -> None:
    appsync.add_api_key(api, expires=in_days(20))
    with appsync.fail("CreateApiKey", ReadTimeoutError, lost=True):
        [report] = run(api)
    assert failure_codes(report) == [("CreateApiKey", "ReadTimeoutError")]

    [next_report] = run(api)

    assert (next_report["replaced"], next_report["failures"]) == ([], [])
    assert len(appsync.api_keys(api)) == 2


def test_a_run_that_is_cut_short_leaves_its_orphans_to_the_next(appsync: AppSync, api: Api) -> None:
    appsync.add_api_key(api, expires=in_days(20))
    appsync.fail("CreateApiKey", ReadTimeoutError, times=1, lost=True)
    with appsync.fail("ListApiKeys", "UnauthorizedException", after=1):
        run(api)
    assert len(appsync.api_keys(api)) == 3

    run(api)

    assert len(appsync.api_keys(api)) == 2


@pytest.mark.parametrize("ids", [("da2-aaaaaa", "da2-zzzzzz"), ("da2-zzzzzz", "da2-aaaaaa")])
def test_of_several_successors_the_one_stays_that_clients_take(
    appsync: AppSync, api: Api, ids: tuple[str, str]
) -> None:
    for id in ids:
        appsync.add_api_key(api, id=id, description="[replaces abc234]", expires=in_days(80))

    run(api)

    assert [key.id for key in appsync.api_keys(api)] == ["da2-zzzzzz"]


def test_an_orphan_that_is_due_itself_gets_no_successor(appsync: AppSync, api: Api) -> None:
    for _ in range(2):
        appsync.add_api_key(api, description="[replaces abc234]", expires=in_days(20))

    run(api)

    assert len(appsync.api_keys(api)) == 2


def test_an_orphan_that_has_expired_is_deleted_once(appsync: AppSync, api: Api) -> None:
    for days in (-3, -3, 80):
        appsync.add_api_key(api, description="[replaces abc234]", expires=in_days(days))

    [report] = run(api)

    assert len(report["deleted"]) == len(set(report["deleted"])) == 2
    assert len(appsync.api_keys(api)) == 1


def test_a_lost_answer_to_a_deletion_is_a_success(appsync: AppSync, api: Api) -> None:
    appsync.add_api_key(api, expires=in_days(-3))
    appsync.fail("DeleteApiKey", ReadTimeoutError, times=1, lost=True)

    [report] = run(api)

    [call] = appsync.calls.of("DeleteApiKey")
    assert [attempt.http_status for attempt in call.attempts] == [None, 404]
    assert (len(report["deleted"]), report["failures"]) == (1, [])


def test_runs_that_meet_agree_on_one_successor(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    old = appsync.add_api_key(api, expires=in_days(20))

    def rotate_now(_: int) -> ApiReport:
        return rotate(appsync_client, api.id, Policy(), time.time())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(rotate_now, range(4)))

    [still_there, _] = appsync.api_keys(api)
    assert still_there == old


# --- time ----------------------------------------------------------------------------


@pytest.mark.parametrize("minutes_ahead", [-30, -5, 5, 30])
@pytest.mark.parametrize("settings", [{"validForDays": 365}, {"validForDays": 2}])
def test_a_clock_that_is_wrong_gets_a_key_all_the_same(
    appsync: AppSync, api: Api, minutes_ahead: int, settings: dict[str, int]
) -> None:
    appsync.add_api_key(api, expires=in_days(-1))
    appsync.clock.advance(minutes=-minutes_ahead)

    [report] = run(api, replaceBeforeDays=0, **settings)

    assert (len(report["replaced"]), report["failures"]) == (1, [])


def test_a_clock_that_is_ahead_deletes_no_key_that_is_still_accepted(
    appsync: AppSync, api: Api
) -> None:
    old = appsync.add_api_key(api, expires=in_days(20))
    run(api)
    appsync.clock.set(old.expires - 10 * 60)

    with time_machine.travel(old.expires + 10 * 60):
        run(api)

    assert appsync.accepts(api, old.id)


class Days:
    """Daily runs, beside a client of the API that looks for its key now and then."""

    def __init__(self, appsync: AppSync, api: Api, policy: Policy) -> None:
        self.appsync, self.api, self.policy = appsync, api, policy
        self.in_use = appsync.add_api_key(api, expires=in_days(40)).id

    def live_through(self, days: int, client: Callable[[], AppSyncClient]) -> int:
        """:returns: the most keys that the API had at a time."""
        most_keys = 0
        for day in range(days):
            rotate(client(), self.api.id, self.policy, self.appsync.clock.now())
            keys = self.appsync.api_keys(self.api)
            most_keys = max(most_keys, len(keys))
            if day % (self.policy.replace_before.days // 2) == 0:
                self.in_use = max(keys, key=lambda key: (key.expires, key.id)).id
            self.appsync.clock.advance(days=1)
            assert self.appsync.accepts(self.api, self.in_use), f"shut out on day {day}"
        return most_keys


@pytest.mark.parametrize(
    ("replace_before", "valid_for", "most_keys"), [(30, 90, 2), (30, 365, 2), (7, 10, 4)]
)
def test_in_a_year_no_client_is_shut_out(
    appsync: AppSync,
    appsync_client: AppSyncClient,
    api: Api,
    replace_before: int,
    valid_for: int,
    most_keys: int,
) -> None:
    policy = Policy(timedelta(days=replace_before), timedelta(days=valid_for))

    days = Days(appsync, api, policy)

    assert days.live_through(365, lambda: appsync_client) == most_keys


def test_a_bad_season_shuts_no_client_out_and_leaves_nothing_behind(
    appsync: AppSync, api: Api
) -> None:
    days = Days(appsync, api, Policy(timedelta(days=7), timedelta(days=10)))

    with (
        appsync.chaos(0.3, seed="a bad season"),
        appsync.fail("CreateApiKey", ReadTimeoutError, lost=True, times=20),
    ):
        days.live_through(60, lambda: appsync.client(config=RETRIES))
    days.live_through(10, appsync.client)

    assert days.live_through(10, appsync.client) == 4
