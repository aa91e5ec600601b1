"""Lists come in pages, in order of creation, by botocore's paginators and by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_appsync import Api, AppSync
from tests.installed_model import needs
from tests.thoroughness import examples

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

needs_event_apis = needs("CreateApi")


@pytest.fixture
def api(appsync: AppSync) -> Api:
    return appsync.add_api("orders")


def seed(appsync: AppSync, api: Api, count: int) -> list[str]:
    return [appsync.add_api_key(api).id for _ in range(count)]


def ids(page: Any) -> list[str]:
    return [key["id"] for key in page["apiKeys"]]


def pages_by_hand(ask: Callable[..., Any], **params: Any) -> Iterator[Any]:
    """As an application without a paginator goes through a list."""
    page = ask(**params)
    yield page
    while "nextToken" in page:
        page = ask(**params, nextToken=page["nextToken"])
        yield page


def refusal_of(ask: Callable[..., Any], **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        ask(**params)
    assert type(caught.value).__name__ == "BadRequestException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return str(caught.value.response["Error"]["Message"])


# --- going through a list ------------------------------------------------------------


def test_the_paginator_finds_every_key(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    seeded = seed(appsync, api, 20)
    pages = list(appsync_client.get_paginator("list_api_keys").paginate(apiId=api.id))
    assert [len(page["apiKeys"]) for page in pages] == [10, 10]
    assert [id for page in pages for id in ids(page)] == seeded


def test_the_paginators_own_settings(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    seeded = seed(appsync, api, 10)
    paginator = appsync_client.get_paginator("list_api_keys")
    pages = list(paginator.paginate(apiId=api.id, PaginationConfig={"PageSize": 4}))
    assert [len(page["apiKeys"]) for page in pages] == [4, 4, 2]
    first = paginator.paginate(
        apiId=api.id, PaginationConfig={"MaxItems": 3, "PageSize": 2}
    ).build_full_result()
    assert ids(first) == seeded[:3]
    rest = paginator.paginate(
        apiId=api.id, PaginationConfig={"StartingToken": first["NextToken"]}
    ).build_full_result()
    assert ids(rest) == seeded[3:]


def test_who_forgets_the_token_loses_keys(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    """serverless/serverless #13866."""
    seeded = seed(appsync, api, 11)
    page = appsync_client.list_api_keys(apiId=api.id)
    assert ids(page) == seeded[:10]
    last = appsync_client.list_api_keys(apiId=api.id, nextToken=page["nextToken"])
    assert ids(last) == seeded[10:]
    assert "nextToken" not in last


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (5, 1), (6, 2), (10, 2), (11, 3)])
def test_no_token_leads_to_an_empty_page(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api, count: int, pages: int
) -> None:
    seed(appsync, api, count)
    found = list(pages_by_hand(appsync_client.list_api_keys, apiId=api.id, maxResults=5))
    assert len(found) == pages
    assert sum(len(page["apiKeys"]) for page in found) == count


@pytest.mark.parametrize("params", [{}, {"maxResults": 0}, {"maxResults": 10}], ids=str)
def test_10_keys_are_on_a_page_when_nothing_is_said(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api, params: dict[str, int]
) -> None:
    seed(appsync, api, 15)
    first, second = pages_by_hand(appsync_client.list_api_keys, apiId=api.id, **params)
    assert (len(first["apiKeys"]), len(second["apiKeys"])) == (10, 5)


@settings(max_examples=examples(25, 200), deadline=None)
@given(count=st.integers(0, 60), sizes=st.lists(st.integers(0, 25), min_size=1, max_size=5))
def test_the_pages_make_up_the_list_in_order_of_creation(count: int, sizes: list[int]) -> None:
    with AppSync() as appsync:
        client, api = appsync.client(), appsync.add_api()
        seeded = seed(appsync, api, count)
        found: list[str] = []
        page, turn = client.list_api_keys(apiId=api.id, maxResults=sizes[0]), 0
        found += ids(page)
        while "nextToken" in page:
            assert len(page["apiKeys"]) == (sizes[turn % len(sizes)] or 10)
            turn += 1
            page = client.list_api_keys(
                apiId=api.id,
                maxResults=sizes[turn % len(sizes)],
                nextToken=page["nextToken"],
            )
            found += ids(page)
        assert found == seeded
        assert [key.id for key in appsync.api_keys(api)] == seeded


# --- between two pages ---------------------------------------------------------------


def test_what_is_deleted_between_two_pages_shifts_nothing(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    seeded = seed(appsync, api, 6)
    page = appsync_client.list_api_keys(apiId=api.id, maxResults=3)
    for seen in seeded[:3]:  # the last one that was seen, too
        appsync_client.delete_api_key(apiId=api.id, id=seen)
    appsync_client.delete_api_key(apiId=api.id, id=seeded[4])
    rest = appsync_client.list_api_keys(apiId=api.id, nextToken=page["nextToken"])
    assert ids(rest) == [seeded[3], seeded[5]]


def test_cleaning_up_page_by_page_misses_nothing(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    seed(appsync, api, 47)
    for page in pages_by_hand(appsync_client.list_api_keys, apiId=api.id, maxResults=10):
        for id in ids(page):
            appsync_client.delete_api_key(apiId=api.id, id=id)
    assert appsync.api_keys(api) == []


def test_what_is_created_between_two_pages_comes_last(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    seeded = seed(appsync, api, 4)
    page = appsync_client.list_api_keys(apiId=api.id, maxResults=2)
    new = appsync_client.create_api_key(apiId=api.id)["apiKey"]["id"]
    rest = appsync_client.list_api_keys(apiId=api.id, nextToken=page["nextToken"])
    assert ids(rest) == [*seeded[2:], new]


def test_what_time_deletes_between_two_pages_is_gone(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    seed(appsync, api, 4)
    page = appsync_client.list_api_keys(apiId=api.id, maxResults=2)
    appsync.clock.advance(days=68)
    rest = appsync_client.list_api_keys(apiId=api.id, nextToken=page["nextToken"])
    assert ids(rest) == []
    assert "nextToken" not in rest


def test_a_token_can_be_used_again_with_another_page_size(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    seeded = seed(appsync, api, 6)
    token = appsync_client.list_api_keys(apiId=api.id, maxResults=1)["nextToken"]
    for size in (2, 5, 2):
        page = appsync_client.list_api_keys(apiId=api.id, nextToken=token, maxResults=size)
        assert ids(page) == seeded[1 : 1 + size]


# --- tokens --------------------------------------------------------------------------


def token_of(appsync: AppSync, api: Api) -> str:
    client = appsync.client(api.region)
    return client.list_api_keys(apiId=api.id, maxResults=1)["nextToken"]


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "1",
        "AAAA",
        "a" * 24,
        "eyJ2ZXJzaW9uIjoyfQ==",
        "-_-_",
        "ключ",
        "%00",
        "a&maxResults=1",
        "\U0001f511",
        "x" * 65536,
    ],
    ids=lambda token: quote(token[:20]),
)
def test_a_token_that_was_never_given_out(
    appsync_client: AppSyncClient, api: Api, token: str
) -> None:
    message = refusal_of(appsync_client.list_api_keys, apiId=api.id, nextToken=token)
    assert message == "Invalid pagination token given."
    message = refusal_of(appsync_client.list_graphql_apis, nextToken=token)
    assert message == "Invalid pagination token given."


@settings(max_examples=examples(40, 200), deadline=None)
@given(token=st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1))
def test_no_text_is_a_token_by_chance(token: str) -> None:
    with AppSync() as appsync:
        api = appsync.add_api()
        seed(appsync, api, 2)
        refusal_of(appsync.client().list_api_keys, apiId=api.id, nextToken=token)


@pytest.mark.parametrize("position", [0, 7, -1])
def test_a_token_that_was_changed(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api, position: int
) -> None:
    seed(appsync, api, 2)
    letters = list(token_of(appsync, api).rstrip("="))
    letters[position] = "A" if letters[position] != "A" else "Q"
    forged = "".join(letters)
    forged += "=" * (-len(forged) % 4)
    refusal_of(appsync_client.list_api_keys, apiId=api.id, nextToken=forged)


@pytest.mark.parametrize("junk", ["!", "*", "ä"])
def test_a_token_with_something_in_it(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api, junk: str
) -> None:
    seed(appsync, api, 2)
    token = token_of(appsync, api)
    refusal_of(appsync_client.list_api_keys, apiId=api.id, nextToken=token[:4] + junk + token[4:])


def test_a_token_of_another_api(appsync: AppSync, appsync_client: AppSyncClient, api: Api) -> None:
    other = appsync.add_api("other")
    seed(appsync, api, 2)
    seed(appsync, other, 2)
    token = token_of(appsync, other)
    refusal_of(appsync_client.list_api_keys, apiId=api.id, nextToken=token)


def test_a_token_of_another_region(appsync: AppSync, appsync_client: AppSyncClient) -> None:
    here = appsync.add_api(api_id="orders")
    there = appsync.add_api(api_id="orders", region="eu-west-1")
    seed(appsync, here, 2)
    seed(appsync, there, 2)
    token = token_of(appsync, there)
    refusal_of(appsync_client.list_api_keys, apiId="orders", nextToken=token)
    assert appsync.client("eu-west-1").list_api_keys(apiId="orders", nextToken=token)["apiKeys"]


def test_a_token_of_another_operation(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    appsync.add_api("other")
    seed(appsync, api, 2)
    of_apis = appsync_client.list_graphql_apis(maxResults=1)["nextToken"]
    refusal_of(appsync_client.list_api_keys, apiId=api.id, nextToken=of_apis)
    refusal_of(appsync_client.list_graphql_apis, nextToken=token_of(appsync, api))


def test_a_token_of_the_same_list_with_another_filter(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    appsync.add_api("other")
    token = appsync_client.list_graphql_apis(maxResults=1, apiType="GRAPHQL")["nextToken"]
    refusal_of(appsync_client.list_graphql_apis, nextToken=token, apiType="MERGED")
    assert appsync_client.list_graphql_apis(nextToken=token, apiType="GRAPHQL")["graphqlApis"]


def test_a_token_of_another_simulation(appsync: AppSync, api: Api) -> None:
    seed(appsync, api, 2)
    with AppSync() as other:
        namesake = other.add_api("orders", api_id=api.id)
        seed(other, namesake, 2)
        token = token_of(other, namesake)
    refusal_of(appsync.client().list_api_keys, apiId=api.id, nextToken=token)


def test_the_token_of_an_api_that_is_gone(
    appsync: AppSync, appsync_client: AppSyncClient, api: Api
) -> None:
    seed(appsync, api, 2)
    token = token_of(appsync, api)
    appsync_client.delete_graphql_api(apiId=api.id)
    with pytest.raises(appsync_client.exceptions.NotFoundException):
        appsync_client.list_api_keys(apiId=api.id, nextToken=token)


@pytest.mark.parametrize("size", [26, 10**6, -1])
def test_a_page_size_out_of_bounds(appsync: AppSync, api: Api, size: int) -> None:
    """botocore checks the lower bound itself, where it is asked to check."""
    from botocore.config import Config

    client = appsync.client(config=Config(parameter_validation=False))
    for ask, params in (
        (client.list_api_keys, {"apiId": api.id}),
        (client.list_graphql_apis, {}),
    ):
        message = refusal_of(ask, **params, maxResults=size)
        assert f"Value '{size}' at 'maxResults' failed to satisfy constraint" in message


# --- the lists of APIs ---------------------------------------------------------------


def test_graphql_apis_are_listed_in_order_of_creation(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    seeded = [appsync.add_api(f"api {number}").id for number in range(30)]
    pages = list(pages_by_hand(appsync_client.list_graphql_apis, maxResults=7))
    assert [len(page["graphqlApis"]) for page in pages] == [7, 7, 7, 7, 2]
    assert [api["apiId"] for page in pages for api in page["graphqlApis"]] == seeded
    paginator = appsync_client.get_paginator("list_graphql_apis")
    assert len(paginator.paginate().build_full_result()["graphqlApis"]) == 30


@needs_event_apis
def test_event_apis_have_a_list_of_their_own(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    events = []
    for number in range(8):
        appsync.add_api(f"graphql {number}")
        events.append(appsync.add_api(f"events {number}", kind="EVENT").id)
    pages = list(pages_by_hand(appsync_client.list_apis, maxResults=4))
    assert [len(page["apis"]) for page in pages] == [4, 4]
    assert [api["apiId"] for page in pages for api in page["apis"]] == events
    paginator = appsync_client.get_paginator("list_apis")
    assert len(paginator.paginate().build_full_result()["apis"]) == 8
    token = appsync_client.list_apis(maxResults=1)["nextToken"]
    refusal_of(appsync_client.list_graphql_apis, nextToken=token)
    refusal_of(appsync.client("eu-west-1").list_apis, nextToken=token)
