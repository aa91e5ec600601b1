"""Failures as they happen: in one region, for some time, everywhere, with a wish to wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import botocore
import pytest
import time_machine
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from pytest_appsync import AppSync, HttpAnswer
from tests.script.outcomes import outcome

BOTOCORE = tuple(int(part) for part in botocore.__version__.split(".")[:2])


# --- region --------------------------------------------------------------------------


def test_only_clients_of_the_region_meet_it(appsync: AppSync) -> None:
    fault = appsync.fail("ListGraphqlApis", "UnauthorizedException", region="eu-west-1")
    here, there = (boto3.client("appsync", region_name=r) for r in ("us-east-1", "eu-west-1"))
    assert outcome(here.list_graphql_apis) == "ok"
    assert outcome(there.list_graphql_apis) == "UnauthorizedException"
    assert fault.hits == 1
    assert repr(fault) == (
        "<fail('ListGraphqlApis', 'UnauthorizedException', region='eu-west-1'): 1 hit>"
    )


def test_a_failure_of_another_region_keeps_none_back(appsync: AppSync, once: Any) -> None:
    appsync.fail("ListGraphqlApis", "BadRequestException", region="eu-west-1", times=1)
    appsync.fail("ListGraphqlApis", "UnauthorizedException", times=1)
    assert outcome(once.list_graphql_apis) == "UnauthorizedException"
    there = boto3.client("appsync", region_name="eu-west-1")
    assert outcome(there.list_graphql_apis) == "BadRequestException"


# --- lasting -------------------------------------------------------------------------


@pytest.mark.parametrize("lasting", [30, 30.0, timedelta(seconds=30)])
def test_it_lasts_so_long_in_simulated_time(appsync: AppSync, once: Any, lasting: Any) -> None:
    fault = appsync.fail("ListGraphqlApis", "UnauthorizedException", lasting=lasting)
    assert outcome(once.list_graphql_apis) == "UnauthorizedException"
    appsync.clock.advance(seconds=20)
    assert outcome(once.list_graphql_apis) == "UnauthorizedException"
    appsync.clock.advance(seconds=10)
    assert fault.is_over(appsync.clock.now)
    assert outcome(once.list_graphql_apis) == "ok"
    assert fault.hits == 2


def test_it_begins_when_it_is_scripted(appsync: AppSync, once: Any) -> None:
    appsync.clock.advance(days=1)
    appsync.fail("ListGraphqlApis", "UnauthorizedException", lasting=30)
    assert outcome(once.list_graphql_apis) == "UnauthorizedException"
    appsync.clock.advance(seconds=31)
    assert outcome(once.list_graphql_apis) == "ok"


@pytest.mark.parametrize("is_met_meanwhile", [True, False])
@pytest.mark.parametrize("way", ["advance", "set"])
def test_once_over_it_stays_over(
    appsync: AppSync, once: Any, is_met_meanwhile: bool, way: str
) -> None:
    began = appsync.clock.now()
    fault = appsync.fail("ListGraphqlApis", "UnauthorizedException", lasting=30)
    assert outcome(once.list_graphql_apis) == "UnauthorizedException"
    appsync.clock.advance(minutes=1)
    if is_met_meanwhile:
        assert outcome(once.list_graphql_apis) == "ok"
    if way == "set":
        appsync.clock.set(began)
    else:
        appsync.clock.advance(minutes=-1)
    assert outcome(once.list_graphql_apis) == "ok"
    assert fault.is_over(appsync.clock.now)


def test_once_over_it_stays_over_when_the_machines_time_goes_back(
    appsync: AppSync, once: Any
) -> None:
    with time_machine.travel("2030-01-01"):
        appsync.fail("ListGraphqlApis", "UnauthorizedException", lasting=30)
        assert outcome(once.list_graphql_apis) == "UnauthorizedException"
    with time_machine.travel("2030-01-02"):
        assert outcome(once.list_graphql_apis) == "ok"
    assert outcome(once.list_graphql_apis) == "ok"


def test_what_the_clock_did_before_does_not_count(appsync: AppSync, once: Any) -> None:
    appsync.clock.advance(days=1)
    appsync.clock.advance(days=-1)
    appsync.fail("ListGraphqlApis", "UnauthorizedException", lasting=30)
    appsync.clock.advance(seconds=20)
    appsync.clock.advance(seconds=-15)
    assert outcome(once.list_graphql_apis) == "UnauthorizedException"
    appsync.clock.advance(seconds=-600)
    assert outcome(once.list_graphql_apis) == "UnauthorizedException"


def test_times_may_end_it_before(appsync: AppSync, once: Any) -> None:
    appsync.fail("ListGraphqlApis", "UnauthorizedException", lasting=30, times=1)
    outcomes = [outcome(once.list_graphql_apis) for _ in range(2)]
    assert outcomes == ["UnauthorizedException", "ok"]


def test_what_is_over_makes_room_for_the_next(appsync: AppSync, once: Any) -> None:
    appsync.fail("ListGraphqlApis", "UnauthorizedException", lasting=30)
    appsync.fail("ListGraphqlApis", "BadRequestException")
    assert outcome(once.list_graphql_apis) == "UnauthorizedException"
    appsync.clock.advance(seconds=30)
    assert outcome(once.list_graphql_apis) == "BadRequestException"


# --- retry_after ---------------------------------------------------------------------


def headers_of(call: Callable[..., Any], **params: Any) -> dict[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**params)
    headers: dict[str, str] = refused.value.response["ResponseMetadata"]["HTTPHeaders"]
    return headers


@pytest.mark.parametrize(
    ("seconds", "sent"), [(4, "4000"), (0.0254, "25"), (0, "0"), (2.5, "2500")]
)
def test_the_answer_says_when_to_try_again(
    appsync: AppSync, once: Any, seconds: float, sent: str
) -> None:
    appsync.fail("CreateApiKey", "LimitExceededException", retry_after=seconds)
    assert headers_of(once.create_api_key, apiId="any")["x-amz-retry-after"] == sent


def test_a_raw_answer_may_say_it_too(appsync: AppSync, once: Any) -> None:
    busy = HttpAnswer(503, {"x-load": "high"}, "<h1>Busy</h1>")
    appsync.fail("ListApiKeys", busy, retry_after=1)
    headers = headers_of(once.list_api_keys, apiId="any")
    assert (headers["x-load"], headers["x-amz-retry-after"]) == ("high", "1000")
    assert headers["content-length"] == str(len(busy.body))
    assert "x-amz-retry-after" not in busy.headers


def test_without_it_there_is_no_header(appsync: AppSync, once: Any) -> None:
    appsync.fail("CreateApiKey", "LimitExceededException")
    assert "x-amz-retry-after" not in headers_of(once.create_api_key, apiId="any")


@pytest.mark.skipif(BOTOCORE < (1, 44), reason="botocore honours the header since 1.44")
@pytest.mark.parametrize("mode", ["standard", "adaptive"])
@pytest.mark.parametrize(("seconds", "least", "most"), [(4, 4, 9), (3600, 5, 26)])
def test_botocore_waits_as_it_was_asked_but_not_much_longer_than_it_would(
    appsync: AppSync, mode: Any, seconds: float, least: float, most: float
) -> None:
    api = appsync.add_api()
    client = boto3.client("appsync", config=Config(retries={"mode": mode}))
    appsync.fail("CreateApiKey", "LimitExceededException", times=1, retry_after=seconds)
    began, clock_began = time.monotonic(), appsync.clock.now()
    client.create_api_key(apiId=api.id)
    assert time.monotonic() - began < 3
    refused, _ = appsync.calls[-1].attempts
    assert least <= refused.slept <= most
    assert appsync.clock.now() - clock_began >= refused.slept


# --- outage --------------------------------------------------------------------------


def test_every_operation_fails_until_it_is_over(appsync: AppSync, once: Any) -> None:
    api = appsync.add_api()
    outage = appsync.outage(lasting=90)
    assert outcome(once.create_api_key, apiId=api.id) == "ServiceUnavailable"
    assert appsync.calls[-1].http_status == 503
    assert outcome(once.list_graphql_apis) == "ServiceUnavailable"
    assert outcome(once.evaluate_code, runtime=RUNTIME, code="x", context="{}") == (
        "ServiceUnavailable"
    )
    appsync.clock.advance(seconds=91)
    assert outcome(once.create_api_key, apiId=api.id) == "ok"
    assert outage.hits == 3
    assert repr(outage) == "<outage('ServiceUnavailable', lasting=90): 3 hits>"


RUNTIME = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}


def test_retries_that_try_long_enough_outlast_it(appsync: AppSync) -> None:
    api = appsync.add_api()
    patient = appsync.client(config=Config(retries={"mode": "standard", "total_max_attempts": 30}))
    hasty = appsync.client(config=Config(retries={"mode": "standard"}))
    appsync.outage(lasting=timedelta(seconds=90))
    began, clock_began = time.monotonic(), appsync.clock.now()
    assert outcome(hasty.create_api_key, apiId=api.id) == "ServiceUnavailable"
    assert outcome(patient.create_api_key, apiId=api.id) == "ok"
    assert time.monotonic() - began < 5
    assert appsync.clock.now() - clock_began > 90
    assert len(appsync.api_keys(api)) == 1


def test_an_outage_of_one_region(appsync: AppSync, once: Any) -> None:
    appsync.outage(lasting=90, region="eu-west-1")
    assert outcome(once.list_graphql_apis) == "ok"
    there = boto3.client("appsync", "eu-west-1", config=Config(retries={"max_attempts": 0}))
    assert outcome(there.list_graphql_apis) == "ServiceUnavailable"


@pytest.mark.parametrize(
    ("error", "met"),
    [
        (ReadTimeoutError, "ReadTimeoutError"),
        ("EndpointConnectionError", "EndpointConnectionError"),
        ("InternalFailure", "InternalFailure"),
        (HttpAnswer(502, body="<h1>Bad Gateway</h1>"), "502"),
    ],
)
def test_any_error_that_every_operation_can_meet(
    appsync: AppSync, once: Any, error: Any, met: str
) -> None:
    appsync.outage(error, lasting=90)
    assert outcome(once.list_graphql_apis) == met


def test_an_outage_may_be_shorter_than_a_second_and_has_awss_own_words(
    appsync: AppSync, once: Any
) -> None:
    appsync.outage(lasting=0.5)
    with pytest.raises(ClientError, match="temporary failure of the server"):
        once.list_graphql_apis()


def test_what_else_was_scripted_waits_meanwhile(appsync: AppSync, once: Any) -> None:
    appsync.respond("ListTypes", {"types": []})
    fault = appsync.fail("ListApiKeys", "UnauthorizedException", times=1)
    appsync.outage(lasting=90)
    assert outcome(once.list_types, apiId="any", format="SDL") == "ServiceUnavailable"
    assert outcome(once.list_api_keys, apiId="any") == "ServiceUnavailable"
    assert fault.hits == 0
    appsync.clock.advance(seconds=90)
    assert outcome(once.list_types, apiId="any", format="SDL") == "ok"
    assert outcome(once.list_api_keys, apiId="any") == "UnauthorizedException"


def test_it_can_be_withdrawn(appsync: AppSync, once: Any) -> None:
    with appsync.outage(lasting=90):
        assert outcome(once.list_graphql_apis) == "ServiceUnavailable"
    assert outcome(once.list_graphql_apis) == "ok"


@pytest.mark.parametrize("is_over", [True, False])
def test_strict_counts_an_outage_that_no_call_met(is_over: bool) -> None:
    def run() -> None:
        with AppSync() as appsync:
            appsync.outage(lasting=90)
            if is_over:
                appsync.clock.advance(seconds=90)

    with pytest.raises(AssertionError, match=r"outage\('ServiceUnavailable', lasting=90\)"):
        run()


def test_strict_counts_a_failure_that_ended_before_a_call_met_it() -> None:
    def run() -> None:
        with AppSync() as appsync:
            appsync.fail("ListGraphqlApis", "UnauthorizedException", lasting=30)
            appsync.clock.advance(seconds=30)
            appsync.client().list_graphql_apis()

    with pytest.raises(AssertionError, match="lasting=30"):
        run()


# --- misuse --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("misuse", "message"),
    [
        (lambda a: a.fail("CreateApiKey", "NotFoundException", region=""), "`region` must be a"),
        (lambda a: a.fail("CreateApiKey", "NotFoundException", region="eu west"), "not 'eu west'"),
        (lambda a: a.fail("CreateApiKey", "NotFoundException", lasting=0), "`lasting` must be"),
        (lambda a: a.fail("CreateApiKey", "NotFoundException", lasting="30"), "not '30'"),
        (
            lambda a: a.fail("CreateApiKey", "NotFoundException", lasting=timedelta(-1)),
            "not datetime.timedelta(days=-1)",
        ),
        (lambda a: a.fail("CreateApiKey", "NotFoundException", retry_after=-1), "not -1"),
        (lambda a: a.fail("CreateApiKey", "NotFoundException", retry_after=True), "not True"),
        (
            lambda a: a.fail("CreateApiKey", ReadTimeoutError, retry_after=1),
            "`retry_after` goes with an answer, not with <class 'botocore.exceptions.ReadTimeout",
        ),
        (lambda a: a.outage("UnauthorizedException", lasting=1), "no error common to all actions"),
        (lambda a: a.outage("ServiceUnavailabel", lasting=1), "did you mean 'ServiceUnavailable'"),
        (lambda a: a.outage("ReadTimeout", lasting=1), "did you mean 'ReadTimeoutError'"),
        (lambda a: a.outage(lasting=float("inf")), "not inf"),
        (lambda a: a.outage(lasting=0), "`lasting` must be a timedelta or seconds"),
        (lambda a: a.outage(503, lasting=1), "503 is not an error"),
        (lambda a: a.outage(lasting=1, region="s3"), "that is the name of a service"),
    ],
)
def test_misuse_is_refused_at_once(
    appsync: AppSync, misuse: Callable[[AppSync], Any], message: str
) -> None:
    with pytest.raises((ValueError, TypeError)) as refused:
        misuse(appsync)
    assert message in str(refused.value)
    assert len(list(appsync._simulation.script)) == 0
