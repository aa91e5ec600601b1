"""Requests and answers, whatever they are about."""

from __future__ import annotations

from collections.abc import Callable

from pytest_appsync.verification.asking import NO_KEY, NOWHERE, Asking
from pytest_appsync.verification.calling import Refused
from pytest_appsync.verification.fact import CHOICE, Seen, fact
from pytest_appsync.verification.forms import form_of


@fact("seeds 000, 001; service model")
def success_status(ask: Asking) -> Seen:
    """A success of CreateApiKey is HTTP 200."""
    answer = ask.call("create_api_key", apiId=ask.api)
    return answer["ResponseMetadata"]["HTTPStatusCode"]


@fact("REST-JSON protocol")
def request_id_of_a_success(ask: Asking) -> Seen:
    """A success has the header `x-amzn-RequestId`, a UUID."""
    answer = ask.call("list_api_keys", apiId=ask.api)
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
    return _as_it_comes(ask, lambda url: url.replace("/v1/apis", "/apis"), NOWHERE)


@fact(CHOICE)
def empty_api_id(ask: Asking) -> Seen:
    """An empty `apiId` makes a path that AppSync does not have: 403 `ForbiddenException`."""
    return _as_it_comes(ask, lambda url: url, "")


@fact("service model; " + CHOICE)
def max_results_of_the_wrong_type(ask: Asking) -> Seen:
    """A `maxResults` that is no number is a BadRequestException."""
    return ask.refusal("list_api_keys", apiId=ask.api, maxResults="many")


@fact("service model; " + CHOICE)
def description_of_the_wrong_type(ask: Asking) -> Seen:
    """A `description` that is no text is a BadRequestException."""
    return ask.refusal("create_api_key", apiId=ask.api, description=7)


@fact("aws/aws-cli #6251")
def unknown_api(ask: Asking) -> Seen:
    """CreateApiKey for an API that is not there: 404, `GraphQL API <apiId> not found.`."""
    return ask.refusal("create_api_key", apiId=NOWHERE)


@fact("aws/aws-cli #6251; for other operations than GetGraphqlApi by analogy")
def unknown_api_for_all_key_operations(ask: Asking) -> Seen:
    """ListApiKeys, UpdateApiKey and DeleteApiKey answer the same for such an API."""
    return [
        ask.refusal("list_api_keys", apiId=NOWHERE),
        ask.refusal("update_api_key", apiId=NOWHERE, id=NO_KEY),
        ask.refusal("delete_api_key", apiId=NOWHERE, id=NO_KEY),
    ]


def _as_it_comes(ask: Asking, change: Callable[[str], str], api_id: str) -> str:
    """How ListApiKeys is refused at another URL: perhaps before AppSync."""
    try:
        ask.caller.call_at(change, "list_api_keys", {"apiId": api_id})
    except Refused as refused:
        return str(refused)
    return "accepted"
