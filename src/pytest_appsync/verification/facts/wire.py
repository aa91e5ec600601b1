"""Requests and answers of any operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_appsync.verification.asking import NO_KEY, NOWHERE, Asking
from pytest_appsync.verification.calling import Refused
from pytest_appsync.verification.fact import CHOICE, Seen, fact
from pytest_appsync.verification.facts.apis import update_params
from pytest_appsync.verification.forms import form_of


@fact("seeds 000, 001; service model")
def success_status(ask: Asking) -> Seen:
    """A success of CreateApiKey is HTTP 200."""
    answer = ask.call("create_api_key", apiId=ask.common_api)
    return answer["ResponseMetadata"]["HTTPStatusCode"]


@fact("REST-JSON protocol")
def request_id_of_a_success(ask: Asking) -> Seen:
    """A success has the header `x-amzn-RequestId`, a UUID."""
    answer = ask.call("list_api_keys", apiId=ask.common_api)
    return form_of([answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]])


@fact("REST-JSON protocol")
def request_id_of_an_error(ask: Asking) -> Seen:
    """An error has the header `x-amzn-RequestId`, a UUID."""
    refused = ask.refused("list_api_keys", apiId=NOWHERE)
    return form_of([refused.response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]])


@fact("REST-JSON protocol")
def error_code_in_a_header(ask: Asking) -> Seen:
    """An error's code is in the header `x-amzn-ErrorType`, without anything else."""
    refused = ask.refused("list_api_keys", apiId=NOWHERE)
    return refused.response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-errortype"]


@fact("a recorded 404 in cloud-custodian's placebo data, test_graphql_api_cache_filter")
def error_message_in_lower_case(ask: Asking) -> Seen:
    """The member of an error's body is `message`; botocore shows it at the top as well."""
    refused = ask.refused("list_api_keys", apiId=NOWHERE)
    return [name for name in ("message", "Message") if name in refused.response]


@fact("aws/aws-sdk-js-v3 #1826, #1932, #4229")
def unknown_path(ask: Asking) -> Seen:
    """A path that is not AppSync's, such as one without `/v1`, is 403 `ForbiddenException`."""

    def leave_out_the_version(request: Any) -> None:
        request.url = request.url.replace("/v1/apis", "/apis")

    return _changed(ask, leave_out_the_version, "list_api_keys", apiId=NOWHERE)


@fact(CHOICE)
def empty_api_id(ask: Asking) -> Seen:
    """An empty `apiId` makes a path that AppSync does not have: 403 `ForbiddenException`."""
    return _changed(ask, lambda request: None, "list_api_keys", apiId="")


@fact(CHOICE)
def body_without_json(ask: Asking) -> Seen:
    """A body that is no JSON is a 400."""

    def cut(request: Any) -> None:
        request.data = b"{"

    return _changed(ask, cut, "create_api_key", apiId=ask.common_api, description="cut")


@fact("service model; " + CHOICE)
def several_mistakes(ask: Asking) -> Seen:
    """All mistakes of a request are told, those in the URL before those in the body."""
    return ask.refusal("create_resolver", apiId=ask.common_api, typeName="1", fieldName="1")


@fact(CHOICE)
def many_mistakes(ask: Asking) -> Seen:
    """Of many mistakes the number is told, and the first 20."""
    providers = [{"authenticationType": "NONE"}] * 25
    params = update_params(ask, additionalAuthenticationProviders=providers)
    refused = ask.refused("update_graphql_api", **params)
    message = refused.response["Error"]["Message"]
    return [message.partition(":")[0], f"{message.count('Member must')} told"]


@fact("service model; " + CHOICE)
def number_of_too_many_bits(ask: Asking) -> Seen:
    """A number that does not fit the service model's type is a BadRequestException."""
    table = {"tableName": "any", "awsRegion": "us-east-1"}
    config = {**table, "deltaSyncConfig": {"baseTableTTL": 2**63}}
    params = {"apiId": ask.common_api, "name": "any", "type": "AMAZON_DYNAMODB"}
    return ask.refusal("create_data_source", **params, dynamodbConfig=config)


@fact("service model; " + CHOICE)
def max_results_of_the_wrong_type(ask: Asking) -> Seen:
    """A `maxResults` that is no number is a BadRequestException."""
    return ask.refusal("list_api_keys", apiId=ask.common_api, maxResults="many")


@fact("service model; " + CHOICE)
def description_of_the_wrong_type(ask: Asking) -> Seen:
    """A `description` that is no text is a BadRequestException."""
    return ask.refusal("create_api_key", apiId=ask.common_api, description=7)


@fact("aws/aws-cli #6251")
def unknown_api(ask: Asking) -> Seen:
    """CreateApiKey for an API that is not there: 404, `GraphQL API <apiId> not found.`."""
    return ask.refusal("create_api_key", apiId=NOWHERE)


@fact("aws/aws-cli #6251; hashicorp/terraform-provider-aws #31537, by ListApiKeys; else by analogy")
def unknown_api_for_all_key_operations(ask: Asking) -> Seen:
    """ListApiKeys, UpdateApiKey and DeleteApiKey answer the same for such an API."""
    return [
        ask.refusal("list_api_keys", apiId=NOWHERE),
        ask.refusal("update_api_key", apiId=NOWHERE, id=NO_KEY),
        ask.refusal("delete_api_key", apiId=NOWHERE, id=NO_KEY),
    ]


def _changed(ask: Asking, change: Callable[[Any], object], operation: str, **params: Any) -> str:
    """How a request is refused that botocore would not make.

    The refusal may be a gateway's 403, which :meth:`Asking.refusal` takes for a permission that
    is missing.
    """
    try:
        ask.caller.call_changed(change, operation, params)
    except Refused as refused:
        return str(refused)
    return "accepted"
