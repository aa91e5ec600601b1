"""``Attempt.met``: which handle of the script decided an attempt, and what a report says of it."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_appsync import AppSync
from pytest_appsync.record.calls import Attempt


def test_each_attempt_names_the_handle_that_decided_it(
    appsync: AppSync, appsync_client: Any
) -> None:
    api = appsync.add_api()
    first = appsync.fail("CreateApiKey", "LimitExceededException", times=2)
    second = appsync.fail("CreateApiKey", "InternalFailureException", times=1)
    client = appsync.client(config=Config(retries={"mode": "legacy"}))
    client.create_api_key(apiId=api.id)
    assert [attempt.met for attempt in appsync.calls[-1].attempts] == [first, first, second, None]


def test_the_service_met_no_handle(appsync: AppSync, appsync_client: Any) -> None:
    appsync_client.list_graphql_apis()
    with pytest.raises(ClientError):
        appsync_client.create_api_key(apiId="none")
    assert [attempt.met for call in appsync.calls for attempt in call.attempts] == [None, None]


@pytest.mark.parametrize(
    "script",
    [
        lambda a: a.fail("ListTypes", "NotFoundException"),
        lambda a: a.fail("ListTypes", "ReadTimeoutError"),
        lambda a: a.deny("ListTypes"),
        lambda a: a.outage(lasting=90),
        lambda a: a.respond("ListTypes", {"types": []}),
        lambda a: a.throttle(rate=1e-9, burst=1),
        lambda a: a.chaos(1, seed=1),
    ],
    ids=["fail", "no answer", "deny", "outage", "respond", "throttle", "chaos"],
)
def test_any_handle_that_answers_can_be_met(appsync: AppSync, script: Callable[..., Any]) -> None:
    client = appsync.client(config=Config(retries={"total_max_attempts": 1}))
    handle = script(appsync)
    for _ in range(2):  # the first takes the throttle's token
        try:
            client.list_types(apiId="any", format="SDL")
        except Exception:
            continue
    assert appsync.calls[-1].attempts[-1].met is handle


def test_what_lets_an_attempt_through_was_not_met(appsync: AppSync, appsync_client: Any) -> None:
    fault = appsync.fail("ListGraphqlApis", "UnauthorizedException", after=1)
    appsync_client.list_graphql_apis()
    with pytest.raises(ClientError):
        appsync_client.list_graphql_apis()
    assert [call.attempts[0].met for call in appsync.calls] == [None, fault]


def test_a_delay_is_met_where_the_client_waits_no_longer(appsync: AppSync) -> None:
    api = appsync.add_api()
    delay = appsync.delay("CreateApiKey", 30, times=2)
    fault = appsync.fail("CreateApiKey", "BadRequestException", after=1)
    patient = appsync.client(config=Config(read_timeout=60))
    hasty = appsync.client(config=Config(read_timeout=5, retries={"total_max_attempts": 1}))
    patient.create_api_key(apiId=api.id)
    with pytest.raises(Exception, match="Read timeout"):
        hasty.create_api_key(apiId=api.id)
    assert [call.attempts[0].met for call in appsync.calls] == [None, delay]
    assert fault.hits == 1


def test_attempts_are_compared_without_it(appsync: AppSync, appsync_client: Any) -> None:
    appsync.deny("ListGraphqlApis")
    with pytest.raises(ClientError):
        appsync_client.list_graphql_apis()
    assert appsync.calls[-1].attempts == [Attempt(403, "AccessDeniedException")]


def test_a_record_can_be_copied_with_the_handles_that_it_names(appsync: AppSync) -> None:
    client = appsync.client(config=Config(retries={"total_max_attempts": 1}))
    appsync.fail("ListApiKeys", "BadRequestException", lasting=30)
    appsync.throttle("ListGraphqlApis", rate=1e-9)
    for _ in range(2):
        for ask in (client.list_graphql_apis, lambda: client.list_api_keys(apiId="any")):
            with contextlib.suppress(ClientError):
                ask()
    calls = list(appsync.calls)
    assert [call.attempts[-1].met is not None for call in calls] == [False, True, True, True]
    for call in calls:
        copied = copy.deepcopy(call)
        assert (repr(copied), copied.describe_met()) == (repr(call), call.describe_met())
        assert dataclasses.asdict(call)["attempts"][0]["http_status"] == call.http_status


def test_a_failed_tests_report_names_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(appsync, appsync_client):
            api = appsync.add_api()
            appsync.fail("CreateApiKey", "LimitExceededException", times=1)
            appsync.fail("CreateApiKey", "ReadTimeoutError", times=1)
            appsync_client.create_api_key(apiId=api.id)
            appsync_client.list_api_keys(apiId=api.id)
            assert 0
        """
    )
    pytester.runpytest().stdout.fnmatch_lines(
        [
            "1. <CreateApiKey(*429 LimitExceededException, slept * s; ReadTimeoutError, *; 200>",
            "   *test_a_failed_tests_report_names_it.py:5 in test_it",
            "   attempt 1 met fail('CreateApiKey', 'LimitExceededException', times=1)",
            "   attempt 2 met fail('CreateApiKey', 'ReadTimeoutError', times=1)",
            "2. <ListApiKeys(*",
            "   *test_a_failed_tests_report_names_it.py:6 in test_it",
            "scripted: *",
        ],
        consecutive=True,
    )


@pytest.mark.parametrize(
    ("most", "attempts"), [(1, "attempt 1"), (2, "attempts 1, 2"), (3, "attempts 1, 2, 3")]
)
def test_attempts_of_one_handle_are_named_together(
    appsync: AppSync, most: int, attempts: str
) -> None:
    retries: Any = {"mode": "standard", "total_max_attempts": most}
    client = appsync.client(config=Config(retries=retries))
    appsync.outage(lasting=3600)
    with pytest.raises(ClientError):
        client.list_graphql_apis()
    [call] = appsync.calls
    assert call.describe_met() == [f"{attempts} met outage('ServiceUnavailable', lasting=3600)"]
    assert "outage" not in repr(appsync.calls)
