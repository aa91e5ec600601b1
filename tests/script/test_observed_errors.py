"""Errors that AWS was seen to send and does not document, and codes of other operations."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pytest_appsync import AppSync, HttpAnswer, model
from pytest_appsync.errors_outside_the_model import OBSERVED_ERRORS

ALTERED = "Schema is currently being altered, please wait until that is complete."


def test_create_api_key_answers_409_while_a_schema_is_altered(
    appsync: AppSync, appsync_client: Any
) -> None:
    api = appsync.add_api("orders")
    appsync.fail("CreateApiKey", "ConcurrentModificationException", times=1)
    with pytest.raises(appsync_client.exceptions.ConcurrentModificationException) as refused:
        appsync_client.create_api_key(apiId=api.id)
    assert refused.value.response["Error"] == {
        "Code": "ConcurrentModificationException",
        "Message": ALTERED,
    }
    [attempt] = appsync.calls[-1].attempts  # 409 is not retried
    assert attempt.http_status == 409
    appsync_client.create_api_key(apiId=api.id)


def test_it_is_marked_and_names_its_source(appsync: AppSync) -> None:
    *documented, observed = appsync.errors("CreateApiKey")
    assert not any(error.observed or error.source for error in documented)
    assert (observed.code, observed.http_status, observed.documentation, observed.retryable) == (
        "ConcurrentModificationException",
        409,
        ALTERED,
        False,
    )
    assert observed.observed
    assert observed.source is not None
    assert "hashicorp/terraform-provider-aws #16211" in observed.source
    assert list(appsync.errors("CreateApiKey", observed=False)) == documented


def test_observed_errors_come_before_the_common_ones(appsync: AppSync) -> None:
    codes = [error.code for error in appsync.errors("CreateApiKey", common=True)]
    assert codes.index("ConcurrentModificationException") < codes.index("AccessDeniedException")


@pytest.mark.parametrize("row", OBSERVED_ERRORS, ids=lambda row: row.operation)
def test_what_the_installed_model_documents_is_not_observed(appsync: AppSync, row: Any) -> None:
    modeled = {shape.name for shape in model.operation_model(row.operation).error_shapes}
    [error] = [error for error in appsync.errors(row.operation) if error.code == row.code]
    assert error.observed == (row.code not in modeled)
    assert error.http_status == 409


@pytest.mark.parametrize("row", OBSERVED_ERRORS, ids=lambda row: row.operation)
def test_a_documented_one_has_the_words_that_were_seen_too(appsync: AppSync, row: Any) -> None:
    """aws-syndicate 1.21.3 tries again where it finds these words, and only there.

    test_documented_errors.py tests that a scripted error has its ``documentation`` as its text.
    """
    [error] = [error for error in appsync.errors(row.operation) if error.code == row.code]
    assert error.documentation == ALTERED


def test_each_row_has_its_source() -> None:
    for row in OBSERVED_ERRORS:
        assert re.search(r"[\w-]+/[\w-]+", row.source), row
        assert row.operation == model.operation_name(row.operation)


def test_chaos_takes_an_observed_error_only_where_it_is_named(
    appsync: AppSync, appsync_client: Any
) -> None:
    code = "ConcurrentModificationException"
    with (
        appsync.chaos(1, seed=1, operations="CreateApiKey", errors=code),
        pytest.raises(ClientError, match=code),
    ):
        appsync_client.create_api_key(apiId="any")


def test_a_code_of_other_operations_is_refused_as_that(
    appsync: AppSync, appsync_client: Any
) -> None:
    with pytest.raises(ValueError, match="'ApiKeyLimitExceededException' is an error") as refused:
        appsync.fail("ListApiKeys", "ApiKeyLimitExceededException")
    assert str(refused.value) == (
        "'ApiKeyLimitExceededException' is an error of other operations of AppSync, such as "
        "CreateApiKey, and not of ListApiKeys. To have it anyway: "
        "HttpAnswer.error('ApiKeyLimitExceededException', 400, message)"
    )
    anyway = HttpAnswer.error("ApiKeyLimitExceededException", 400, "Full")
    appsync.fail("ListApiKeys", anyway)
    with pytest.raises(appsync_client.exceptions.ApiKeyLimitExceededException, match="Full"):
        appsync_client.list_api_keys(apiId="any")


def test_a_code_that_nothing_has_is_refused_with_the_way_to_have_it(appsync: AppSync) -> None:
    with pytest.raises(
        ValueError, match=r"CreateApiKey has no documented error 'Teapot"
    ) as refused:
        appsync.fail("CreateApiKey", "TeapotException")
    message = str(refused.value)
    assert "did you mean" not in message
    assert "BadRequestException, " in message
    assert "and 16 more; `python -m pytest_appsync errors --common CreateApiKey` lists" in message
    assert message.endswith("HttpAnswer.error('TeapotException', status, message)")
