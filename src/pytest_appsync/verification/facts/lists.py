"""Lists and their pages."""

from __future__ import annotations

from typing import Any

from pytest_appsync.verification.asking import Asking
from pytest_appsync.verification.calling import NotAsked
from pytest_appsync.verification.fact import CHOICE, Seen, fact
from pytest_appsync.verification.facts.keys import full_api

_PAGE_SIZE = "AppSync(page_size=...)"
_MADE_UP = "bm90IGEgdG9rZW4="
"""A token that AppSync did not give."""


def _many_keys(ask: Asking, least: int) -> str:
    """The id of an API that has so many keys or more."""
    full = ask.shared(full_api)
    if len(full["ids"]) < least:
        raise NotAsked(f"an API has only {len(full['ids'])} keys; {least} are needed")
    api: str = full["api"]
    return api


def _page_length(ask: Asking, **params: Any) -> int:
    answer = ask.call("list_api_keys", apiId=_many_keys(ask, 30), **params)
    return len(answer["apiKeys"])


def _token(ask: Asking) -> Any:
    """The `nextToken` of a page of the API's keys."""
    for _ in range(2):
        ask.key()
    return ask.call("list_api_keys", apiId=ask.api, maxResults=1)["nextToken"]


@fact("aws/amazon-neptune-for-graphql #39, for ListGraphqlApis", keyword=_PAGE_SIZE)
def page_without_max_results(ask: Asking) -> Seen:
    """Without `maxResults` a page has 10 items."""
    return _page_length(ask)


@fact(CHOICE, keyword=_PAGE_SIZE)
def page_with_max_results_0(ask: Asking) -> Seen:
    """`maxResults=0` is the same as none."""
    return _page_length(ask, maxResults=0) == _page_length(ask)


@fact("service model")
def page_with_max_results_25(ask: Asking) -> Seen:
    """`maxResults=25` gives 25 items."""
    return _page_length(ask, maxResults=25)


@fact("service model; " + CHOICE)
def max_results_too_large(ask: Asking) -> Seen:
    """`maxResults=26` is a BadRequestException."""
    return ask.refusal("list_api_keys", apiId=ask.common_api, maxResults=26)


@fact("service model; " + CHOICE)
def max_results_negative(ask: Asking) -> Seen:
    """`maxResults=-1` is a BadRequestException."""
    return ask.refusal("list_api_keys", apiId=ask.common_api, maxResults=-1)


@fact("service model; serverless/serverless #13866")
def pages_together(ask: Asking) -> Seen:
    """The pages together have every key once."""
    listed = [key["id"] for key in ask.all_keys(_many_keys(ask, 26))]
    return sorted(listed) == sorted(ask.shared(full_api)["ids"])


@fact("service model")
def last_page_without_token(ask: Asking) -> Seen:
    """A last page that is full has no `nextToken`."""
    for _ in range(2):
        ask.key()
    answer = ask.call("list_api_keys", apiId=ask.api, maxResults=2)
    return answer.get("nextToken") is None


@fact("service model")
def empty_list(ask: Asking) -> Seen:
    """An API without keys has an empty list, not none."""
    answer = ask.call("list_api_keys", apiId=ask.api)
    return [answer["apiKeys"], answer.get("nextToken")]


@fact(CHOICE)
def list_order(ask: Asking) -> Seen:
    """ListApiKeys is in the order of creation."""
    ids = [ask.key()["id"] for _ in range(6)]
    return [key["id"] for key in ask.all_keys()] == ids


@fact(CHOICE)
def token_made_up(ask: Asking) -> Seen:
    """A `nextToken` that AppSync did not give is a BadRequestException."""
    return ask.refusal("list_api_keys", apiId=ask.common_api, nextToken=_MADE_UP)


@fact(CHOICE)
def token_of_another_list(ask: Asking) -> Seen:
    """A `nextToken` of another API's list is a BadRequestException."""
    token = _token(ask)
    other = ask.make_api()["apiId"]
    ask.call("create_api_key", apiId=other)
    return ask.refusal("list_api_keys", apiId=other, nextToken=token)


@fact(CHOICE)
def token_of_another_operation(ask: Asking) -> Seen:
    """A `nextToken` of ListApiKeys is a BadRequestException in ListDataSources."""
    return ask.refusal("list_data_sources", apiId=ask.api, nextToken=_token(ask))


@fact(CHOICE)
def creation_between_pages(ask: Asking) -> Seen:
    """What is made between two pages neither shifts nor repeats anything."""
    ids = [ask.key()["id"] for _ in range(4)]
    first = ask.call("list_api_keys", apiId=ask.api, maxResults=2)
    ids.append(ask.key()["id"])
    token = first["nextToken"]
    second = ask.call("list_api_keys", apiId=ask.api, nextToken=token)
    return [key["id"] for key in first["apiKeys"] + second["apiKeys"]] == ids


@fact(CHOICE)
def deletion_between_pages(ask: Asking) -> Seen:
    """What is deleted between two pages neither shifts nor repeats anything."""
    ids = [ask.key()["id"] for _ in range(4)]
    first = ask.call("list_api_keys", apiId=ask.api, maxResults=2)
    shown = [key["id"] for key in first["apiKeys"]]
    ask.call("delete_api_key", apiId=ask.api, id=shown[0])
    token = first["nextToken"]
    second = ask.call("list_api_keys", apiId=ask.api, maxResults=2, nextToken=token)
    shown += [key["id"] for key in second["apiKeys"]]
    return sorted(shown) == sorted(ids)


@fact("service model")
def max_results_too_large_for_apis(ask: Asking) -> Seen:
    """ListGraphqlApis refuses `maxResults=26` as ListApiKeys does."""
    return ask.refusal("list_graphql_apis", maxResults=26)


@fact(CHOICE)
def token_made_up_for_apis(ask: Asking) -> Seen:
    """ListGraphqlApis refuses a made-up `nextToken` as ListApiKeys does."""
    return ask.refusal("list_graphql_apis", nextToken=_MADE_UP)
