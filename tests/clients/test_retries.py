"""botocore's real retry handlers, without the sleeping and without a trace afterwards."""

from __future__ import annotations

import time
from typing import Any
from unittest import mock

import boto3
import pytest
import time_machine
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.retries.quota import RetryQuota

from pytest_appsync import AppSync, HttpAnswer
from pytest_appsync.clients.responses import to_response

ATTEMPTS = {"legacy": 5, "standard": 3, "adaptive": 3}
modes = pytest.mark.parametrize("mode", ATTEMPTS)


def client_in(mode: str, **retries: Any) -> Any:
    config: Any = {"retries": {"mode": mode, **retries}}
    return boto3.client("appsync", region_name="us-east-1", config=Config(**config))


@modes
def test_exhausted_retries_are_botocores_own(appsync: AppSync, mode: str) -> None:
    appsync.fail("CreateApiKey", "LimitExceededException")
    client = client_in(mode)
    began, clock_began = time.monotonic(), appsync.clock.now()
    with pytest.raises(client.exceptions.LimitExceededException) as refused:
        client.create_api_key(apiId="any")
    took = time.monotonic() - began
    response, [call] = refused.value.response, appsync.calls
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert response["ResponseMetadata"]["RetryAttempts"] == ATTEMPTS[mode] - 1
    assert f"(reached max retries: {ATTEMPTS[mode] - 1})" in str(refused.value)
    assert [attempt.http_status for attempt in call.attempts] == [429] * ATTEMPTS[mode]
    slept = sum(attempt.slept for attempt in call.attempts)
    assert all(attempt.slept > 0 for attempt in call.attempts[:-1])
    assert appsync.clock.now() - clock_began == pytest.approx(slept + took, abs=0.2)


@modes
def test_rides_out_a_transient_failure(appsync: AppSync, mode: str) -> None:
    api = appsync.add_api()
    appsync.fail("CreateApiKey", "LimitExceededException", times=2)
    answer = client_in(mode).create_api_key(apiId=api.id)
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert [attempt.http_status for attempt in appsync.calls[-1].attempts] == [429, 429, 200]
    assert appsync.calls[-1].attempts[-1].error_code is None
    assert len(appsync.api_keys(api)) == 1


@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_a_success_gives_back_what_its_retries_have_spent(appsync: AppSync, mode: str) -> None:
    client = client_in(mode)
    for _ in range(RetryQuota.INITIAL_CAPACITY // 4):  # a retry costs 5
        appsync.fail("ListGraphqlApis", "InternalFailureException", times=1)
        client.list_graphql_apis()
    assert {len(call.attempts) for call in appsync.calls} == {2}


@modes
@pytest.mark.parametrize("code", ["BadRequestException", "UnauthorizedException"])
def test_does_not_retry_what_botocore_does_not(appsync: AppSync, mode: str, code: str) -> None:
    appsync.fail("CreateApiKey", code, times=1)
    with pytest.raises(ClientError, match=code):
        client_in(mode).create_api_key(apiId="any")
    assert len(appsync.calls[-1].attempts) == 1


@modes
def test_retries_transport_errors(appsync: AppSync, mode: str) -> None:
    api = appsync.add_api()
    appsync.fail("CreateApiKey", ReadTimeoutError, times=1)
    client_in(mode).create_api_key(apiId=api.id)
    [call] = appsync.calls
    assert [a.error_code for a in call.attempts] == ["ReadTimeoutError", None]
    assert [a.http_status for a in call.attempts] == [None, 200]


def test_max_attempts_are_the_clients(appsync: AppSync) -> None:
    appsync.fail("ListApiKeys", "InternalFailureException")
    with pytest.raises(ClientError, match="InternalFailure"):
        client_in("standard", max_attempts=1).list_api_keys(apiId="any")
    # botocore counts retries in legacy spelling: one retry, two attempts.
    assert len(appsync.calls[-1].attempts) == 2


@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_simulated_failures_spend_no_quota_of_the_client(mode: str) -> None:
    client = client_in(mode)
    # A retry costs 5, and each call is retried twice: twice as many failures as the quota allows.
    exhausting = RetryQuota.INITIAL_CAPACITY // 5
    with AppSync(strict=False) as appsync:
        appsync.fail("CreateApiKey", "InternalFailureException")
        for _ in range(exhausting):
            with pytest.raises(ClientError):
                client.create_api_key(apiId="any")
        assert len(appsync.calls[-1].attempts) == 1, "the simulated quota is spent"
    with AppSync() as appsync:
        appsync.fail("CreateApiKey", "InternalFailureException")
        with pytest.raises(ClientError):
            client.create_api_key(apiId="any")
        assert len(appsync.calls[-1].attempts) == 3


def test_adaptive_mode_paces_in_simulated_time(appsync: AppSync) -> None:
    api = appsync.add_api()
    client = client_in("adaptive")
    appsync.fail("ListApiKeys", "ThrottlingException", times=2)
    began, clock_began = time.monotonic(), appsync.clock.now()
    for _ in range(20):
        client.list_api_keys(apiId=api.id)
    took = time.monotonic() - began
    waited = sum(a.slept for call in appsync.calls for a in call.attempts)
    assert waited > 5, "a throttled client slows down to about one call a second"
    assert took < 3
    assert appsync.clock.now() - clock_began == pytest.approx(waited + took, abs=0.2)


def test_adaptive_mode_does_not_mind_time_going_back(appsync: AppSync) -> None:
    client = client_in("adaptive")
    with time_machine.travel("2040-01-01"):
        appsync.fail("ListGraphqlApis", "ThrottlingException", times=1)
        client.list_graphql_apis()
    for _ in range(5):
        client.list_graphql_apis()
    assert sum(a.slept for call in appsync.calls for a in call.attempts) < 60


def test_adaptive_client_is_not_slower_after_a_simulation() -> None:
    client = client_in("adaptive")
    with AppSync() as appsync:
        appsync.fail("ListGraphqlApis", "ThrottlingException", times=2)
        client.list_graphql_apis()
    with AppSync() as appsync:
        for _ in range(5):
            client.list_graphql_apis()
        assert sum(a.slept for call in appsync.calls for a in call.attempts) == 0


def test_other_clients_sleep_as_ever(appsync: AppSync) -> None:
    s3 = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id="AKIA",
        aws_secret_access_key="secret",
        config=Config(retries={"mode": "standard"}),
    )

    def network(request: Any, **_: Any) -> Any:
        return to_response(HttpAnswer(503), request.url)

    s3.meta.events.register("before-send.s3", network)
    began = appsync.clock.now()
    with mock.patch("time.sleep") as sleep, pytest.raises(ClientError):
        s3.list_buckets()
    assert [call.args[0] > 0 for call in sleep.call_args_list] == [True, True]
    assert appsync.clock.now() - began < 1


def test_a_call_that_another_handler_answers_really_sleeps() -> None:
    client = client_in("standard")
    client.meta.events.register("choose-signer.appsync", lambda **_: UNSIGNED)

    def network(request: Any, **_: Any) -> Any:
        return to_response(HttpAnswer(503), request.url)

    client.meta.events.register("before-send", network)
    with (
        AppSync(unsimulated="passthrough") as appsync,
        mock.patch("botocore.endpoint.time.sleep") as sleep,
        pytest.raises(ClientError),
    ):
        client.evaluate_mapping_template(template="{}", context="{}")
    assert sleep.call_count == 2
    assert [attempt.http_status for attempt in appsync.calls[0].attempts] == [503, 503, 503]
    assert [attempt.slept for attempt in appsync.calls[0].attempts] == [0, 0, 0]


def test_a_patched_sleep_leaves_nothing_behind(appsync: AppSync) -> None:
    with mock.patch("botocore.endpoint.time.sleep"):
        pass
    appsync.fail("ListGraphqlApis", "InternalFailureException", times=1)
    with mock.patch("time.sleep") as sleep:
        appsync.client().list_graphql_apis()
    assert not sleep.called
