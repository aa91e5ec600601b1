"""What AWS documents, read out of the installed botocore's service model."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import botocore.session
import pytest

from pytest_appsync import AppSync, model

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

SERVICE = botocore.session.Session().get_service_model("appsync")
"""The service model as botocore itself finds it."""

OPERATIONS = model.service_model().operation_names


def codes(operation: str, *, common: bool = False) -> list[str]:
    return [error.code for error in model.errors(operation, common=common)]


# --- the errors of an operation ------------------------------------------------------


def test_the_errors_of_create_api_key() -> None:
    """LimitExceededException, which the documents list twice, is one exception."""
    assert [(error.code, error.http_status) for error in model.errors("CreateApiKey")] == [
        ("BadRequestException", 400),
        ("NotFoundException", 404),
        ("LimitExceededException", 429),
        ("UnauthorizedException", 401),
        ("InternalFailureException", 500),
        ("ApiKeyLimitExceededException", 400),
        ("ApiKeyValidityOutOfBoundsException", 400),
        ("ConcurrentModificationException", 409),  # observed
    ]


@pytest.mark.parametrize(
    ("operation", "has", "has_not"),
    [
        (
            "UpdateApiKey",
            {"LimitExceededException", "ApiKeyValidityOutOfBoundsException"},
            {"ApiKeyLimitExceededException"},
        ),
        (
            "ListApiKeys",
            {"NotFoundException"},
            {"LimitExceededException", "ApiKeyValidityOutOfBoundsException"},
        ),
        (
            "DeleteApiKey",
            {"NotFoundException"},
            {"LimitExceededException", "ApiKeyValidityOutOfBoundsException"},
        ),
    ],
)
def test_the_other_operations_document_fewer(
    operation: str, has: set[str], has_not: set[str]
) -> None:
    found = set(codes(operation))
    assert has <= found
    assert not has_not & found


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_errors_are_botocores_own_once_each_and_in_order(operation: str) -> None:
    modeled = [shape.name for shape in SERVICE.operation_model(operation).error_shapes]
    documented = model.errors(operation, observed=False)
    assert [error.code for error in documented] == list(dict.fromkeys(modeled))
    for error in documented:
        assert (error.observed, error.source) == (False, None)
        metadata = SERVICE.shape_for(error.code).metadata
        assert error.http_status == metadata["error"]["httpStatusCode"]
        assert error.operation == operation
        assert error.documentation
        assert "<" not in error.documentation
        assert "  " not in error.documentation


def test_markup_in_brackets_leaves_no_space() -> None:
    [bounds] = [e for e in model.errors("CreateApiKey") if "ValidityOutOf" in e.code]
    assert bounds.documentation.endswith(
        "from creation (for CreateApiKey) or from update (for UpdateApiKey)."
    )


def test_what_botocore_would_try_again() -> None:
    retryable = {error.code for error in model.errors("CreateApiKey") if error.retryable}
    assert retryable == {"LimitExceededException", "InternalFailureException"}


def test_the_errors_common_to_all_actions_come_after_the_operations_own() -> None:
    own, common = codes("CreateApiKey"), codes("CreateApiKey", common=True)
    assert common[: len(own)] == own
    statuses = {
        error.code: error.http_status
        for error in model.errors("CreateApiKey", common=True)
        if error.code not in own
    }
    assert statuses == {
        "AccessDeniedException": 403,
        "ExpiredTokenException": 403,
        "IncompleteSignature": 403,
        "InternalFailure": 500,
        "MalformedHttpRequestException": 400,
        "NotAuthorized": 401,
        "OptInRequired": 403,
        "RequestAbortedException": 400,
        "RequestEntityTooLargeException": 413,
        "RequestExpired": 400,
        "RequestTimeoutException": 408,
        "ServiceUnavailable": 503,
        "ThrottlingException": 400,
        "UnrecognizedClientException": 403,
        "UnknownOperationException": 404,
        "ValidationError": 400,
    }


def test_which_common_errors_botocore_would_try_again() -> None:
    common = model.errors("CreateApiKey", common=True)
    retryable = {error.code for error in common if error.retryable}
    assert {"ThrottlingException", "ServiceUnavailable", "InternalFailure"} <= retryable
    assert not {"AccessDeniedException", "ValidationError", "ExpiredTokenException"} & retryable


def test_a_code_that_is_both_modeled_and_common_is_the_modeled_one() -> None:
    own, common = model.errors("GetGraphqlApi"), model.errors("GetGraphqlApi", common=True)
    assert [error for error in own if error.code == "AccessDeniedException"] == [
        error for error in common if error.code == "AccessDeniedException"
    ]
    assert "AccessDeniedException" in codes("GetGraphqlApi")


def test_a_documented_error_is_a_value() -> None:
    first, again = model.errors("CreateApiKey")[0], model.errors("create_api_key")[0]
    assert first == again
    assert len({first, again}) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.code = "Other"  # type: ignore[misc]


def test_a_simulation_tells_the_same(appsync: AppSync) -> None:
    assert appsync.errors("create_api_key") == model.errors("CreateApiKey")
    assert appsync.errors("CreateApiKey", common=True) == model.errors("CreateApiKey", common=True)
    with pytest.raises(ValueError, match="did you mean 'CreateApiKey'"):
        appsync.errors("CreateApiKeys")


# --- names ---------------------------------------------------------------------------


def test_an_operation_goes_by_the_name_of_the_clients_method_as_well(
    appsync_client: AppSyncClient,
) -> None:
    methods = appsync_client.meta.method_to_api_mapping
    assert sorted(methods.values()) == sorted(OPERATIONS)
    assert {method: model.operation_name(method) for method in methods} == methods
    assert {name: model.operation_name(name) for name in OPERATIONS} == dict(
        zip(OPERATIONS, OPERATIONS, strict=True)
    )


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ("CreateApiKeys", "CreateApiKey"),
        ("createapikey", "CreateApiKey"),
        ("create_apikey", "CreateApiKey"),
        ("ListApiKey", "ListApiKeys"),
        ("DELETEAPIKEY", "DeleteApiKey"),
    ],
)
def test_an_unknown_operation_is_refused_with_the_nearest_one(given: str, nearest: str) -> None:
    complaint = f"AppSync has no operation '{given}'; did you mean '{nearest}'"
    with pytest.raises(ValueError, match=complaint):
        model.operation_name(given)
    with pytest.raises(ValueError, match=complaint):
        model.errors(given)


@pytest.mark.parametrize("given", ["", None, 7, ["Create"], "qqqqqqqq"], ids=str)
def test_what_is_near_to_nothing_is_refused_with_all_that_is_allowed(given: str) -> None:
    with pytest.raises(
        ValueError, match=r"AppSync has no operation .*\. Allowed: .* more; `.* errors` lists"
    ):
        model.operation_name(given)


def test_an_error_is_found_by_its_code() -> None:
    assert model.find_error("CreateApiKey", "NotFoundException").http_status == 404
    assert model.find_error("create_api_key", "ThrottlingException").http_status == 400


@pytest.mark.parametrize(
    ("operation", "code", "nearest"),
    [
        ("CreateApiKey", "LimitExceeded", "LimitExceededException"),
        ("CreateApiKey", "notfoundexception", "NotFoundException"),
        ("CreateApiKey", "Throttling", "ThrottlingException"),
        ("ListApiKeys", "NotFound", "NotFoundException"),
    ],
)
def test_a_code_that_is_not_documented_is_refused_with_the_nearest_one(
    operation: str, code: str, nearest: str
) -> None:
    with pytest.raises(ValueError, match=f"'{code}'; did you mean '{nearest}'"):
        model.find_error(operation, code)


def test_a_code_that_only_another_operation_documents_is_refused() -> None:
    with pytest.raises(ValueError, match=r"error of other operations.* such as CreateApiKey, and"):
        model.find_error("ListApiKeys", "ApiKeyLimitExceededException")


@pytest.mark.parametrize(
    ("operation", "code", "status"),
    [
        ("CreateApiKey", "NotFoundException", 404),
        ("CreateGraphqlApi", "NotFoundException", 404),  # modeled, for other operations
        ("CreateGraphqlApi", "ApiLimitExceededException", 400),
    ],
)
def test_what_the_service_raises_has_a_status_and_a_text(
    operation: str, code: str, status: int
) -> None:
    http_status, documentation = model.describe_error(operation, code)
    assert http_status == status
    assert documentation


def test_nothing_of_the_users_home_is_looked_at() -> None:
    """A service model under ~/.aws/models would teach us what AWS does not say."""
    AppSync().client("eu-west-1", config=None)  # boto3 adds the data of its own package
    ours, *boto3s = model.loader().search_paths
    assert ours == model.loader().BUILTIN_DATA_PATH
    assert set(boto3s) <= {str(Path(boto3.__file__).parent / "data")}
