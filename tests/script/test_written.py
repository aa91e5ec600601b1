"""How a handle is written in reports: as the test called for it, without what it left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from botocore.exceptions import ReadTimeoutError

from pytest_appsync import AppSync, HttpAnswer
from pytest_appsync.script.handles import Scripted


def is_draft(params: object) -> bool:
    return True


@pytest.mark.parametrize(
    ("script", "written"),
    [
        (
            lambda a: a.fail("CreateApiKey", "LimitExceededException"),
            "fail('CreateApiKey', 'LimitExceededException')",
        ),
        (
            lambda a: a.fail("create_api_key", ReadTimeoutError, times=2, after=1, lost=True),
            "fail('create_api_key', ReadTimeoutError, times=2, after=1, lost=True)",
        ),
        (
            lambda a: a.fail(
                "CreateApiKey",
                "LimitExceededException",
                when=is_draft,
                region="eu-west-1",
                lasting=timedelta(seconds=90),
                retry_after=2.5,
            ),
            "fail('CreateApiKey', 'LimitExceededException', when=<function is_draft",
        ),
        (
            lambda a: a.fail(
                "CreateApiKey",
                "LimitExceededException",
                when={"apiId": "x"},
                region="eu-west-1",
                lasting=90,
                retry_after=2.5,
            ),
            "fail('CreateApiKey', 'LimitExceededException', when={'apiId': 'x'}, "
            "region='eu-west-1', lasting=90, retry_after=2.5)",
        ),
        (
            lambda a: a.outage("InternalFailure", lasting=90, region="eu-west-1"),
            "outage('InternalFailure', lasting=90, region='eu-west-1')",
        ),
        (
            lambda a: a.deny("CreateApiKey", times=1, when={"apiId": "x"}),
            "deny('CreateApiKey', times=1, when={'apiId': 'x'})",
        ),
        (
            lambda a: a.respond("ListTypes", {"types": []}, times=1, when={"apiId": "x"}),
            "respond('ListTypes', {'types': []}, times=1, when={'apiId': 'x'})",
        ),
        (
            lambda a: a.delay("CreateApiKey", 3, times=1, when={"apiId": "x"}),
            "delay('CreateApiKey', 3, times=1, when={'apiId': 'x'})",
        ),
        (lambda a: a.throttle(rate=2), "throttle(rate=2)"),
        (
            lambda a: a.throttle("CreateApiKey", rate=2, burst=5),
            "throttle('CreateApiKey', rate=2, burst=5)",
        ),
        (lambda a: a.chaos(0.5, seed=1), "chaos(0.5, seed=1)"),
        (
            lambda a: a.chaos(
                0.5,
                seed="a",
                operations=["CreateApiKey"],
                errors=["UnauthorizedException", "NotFoundException"],
            ),
            "chaos(0.5, seed='a', operations=['CreateApiKey'], "
            "errors=['NotFoundException', 'UnauthorizedException'])",
        ),
    ],
)
def test_a_handle_is_written_as_the_test_wrote_it(
    script: Callable[[AppSync], Scripted], written: str
) -> None:
    with AppSync(strict=False) as appsync:
        assert script(appsync).written.startswith(written)


def test_an_answer_to_graphql_requests_is_written_likewise() -> None:
    with AppSync(strict=False) as appsync:
        api = appsync.add_api("orders")
        once = appsync.answer_graphql(api, {"data": {}}, times=1)
        always = appsync.answer_graphql(api, HttpAnswer(503))
    assert once.written == "answer_graphql('orders', {'data': {}}, times=1)"
    assert always.written == f"answer_graphql('orders', {HttpAnswer(503)!r})"
    assert {once.operation, always.operation} == {"GraphQL"}
