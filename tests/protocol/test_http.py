"""``HttpAnswer``: any HTTP response, but none that HTTP does not know."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_appsync import HttpAnswer


@pytest.mark.parametrize("status", [100, 599])
def test_the_statuses_of_http_have_ends(status: int) -> None:
    assert HttpAnswer(status).status == status


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: HttpAnswer(99), "`status` must be an HTTP status, 100 to 599, not 99$"),
        (lambda: HttpAnswer(600), "not 600$"),
        (lambda: HttpAnswer(True), "`status` must be a whole number, not True$"),
        (lambda: HttpAnswer("200"), "whole number, not '200'$"),  # type: ignore[arg-type]
        (lambda: HttpAnswer(200, body=7), "`body` must be bytes or text, not 7$"),  # type: ignore[arg-type]
        (lambda: HttpAnswer(200, [("a", "b")]), "`headers` must be"),  # type: ignore[arg-type]
        (lambda: HttpAnswer(200, {"a": 1}), "`headers` must be"),  # type: ignore[dict-item]
    ],
    ids=["99", "600", "True", "text", "body", "headers", "header"],
)
def test_a_raw_answer_that_http_does_not_know_is_refused(
    make: Callable[[], HttpAnswer], complaint: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=complaint):
        make()


@pytest.mark.parametrize("status", [400, 599])
def test_the_statuses_of_errors_have_ends(status: int) -> None:
    assert HttpAnswer.error("Teapot", status).status == status


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (
            lambda: HttpAnswer.error("Teapot", 200),
            "`status` of an error must be 400 to 599, not 200",
        ),
        (lambda: HttpAnswer.error("Teapot", 399), r"not 399\. For any other answer: HttpAnswer\("),
        (lambda: HttpAnswer.error("Teapot", 600), "not 600$"),
        (lambda: HttpAnswer.error("", 400), "`code` must not be empty"),
        (lambda: HttpAnswer.error(418, 418), "`code` must be text, not 418$"),  # type: ignore[arg-type]
        (lambda: HttpAnswer.error("Teapot", 418, 5), "`message` must be text, not 5$"),  # type: ignore[arg-type]
    ],
    ids=["200", "399", "600", "empty", "code", "message"],
)
def test_an_error_that_botocore_would_not_take_for_one_is_refused(
    make: Callable[[], HttpAnswer], complaint: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=complaint):
        make()
