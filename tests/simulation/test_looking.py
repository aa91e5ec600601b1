"""What ``in`` says of the calls, the APIs and the keys that a test looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_appsync import AppSync

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient


def test_a_key_is_found_by_its_id_after_it_has_changed(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    api = appsync.add_api("orders")
    key = appsync.add_api_key(api, description="before")
    appsync_client.update_api_key(apiId=api.id, id=key.id, description="after")
    appsync.clock.advance(days=8)
    [changed] = appsync.api_keys(api)
    assert changed != key
    assert key in appsync.api_keys(api)
    appsync_client.delete_api_key(apiId=api.id, id=key.id)
    assert key not in appsync.api_keys(api)


def test_an_api_is_found_by_its_id_in_its_own_region(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    api = appsync.add_api("orders", api_id="both")
    abroad = appsync.add_api("orders", api_id="both", region="eu-central-1")
    appsync_client.update_graphql_api(apiId=api.id, name="shop", authenticationType="API_KEY")
    assert api in appsync.apis()
    assert abroad not in appsync.apis()
    assert abroad in appsync.apis("eu-central-1")


def test_an_id_that_two_regions_have_is_that_of_the_simulations_region() -> None:
    with AppSync(region="eu-west-1") as appsync:
        abroad = appsync.add_api("orders", api_id="both", region="us-east-1")
        here = appsync.add_api("orders", api_id="both")
        key = appsync.add_api_key("both")
        assert appsync.api_keys("both") == appsync.api_keys(here) == [key]
        assert appsync.accepts("both", key)
        assert not appsync.accepts(abroad, key)


class Unshowable:
    def __repr__(self) -> str:
        raise ValueError


@pytest.mark.parametrize("wrong", ["an id", {"id": "x" * 500}, None, Unshowable()], ids=type)
def test_what_can_never_be_in_a_list_is_refused(appsync: AppSync, wrong: object) -> None:
    api = appsync.add_api("orders")
    for ask in (appsync.api_keys(api).__contains__, appsync.api_keys(api).count):
        with pytest.raises(TypeError, match=r"take an ApiKey here, not .{1,90}\. Look for"):
            ask(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`in` and count\\(\\) take an Api here, not"):
        assert wrong not in appsync.apis()


def test_an_api_is_never_in_a_list_of_keys(appsync: AppSync) -> None:
    api = appsync.add_api("orders")
    key = appsync.add_api_key(api)
    with pytest.raises(TypeError, match="take an ApiKey here, not Api"):
        assert api not in appsync.api_keys(api)  # type: ignore[comparison-overlap]
    with pytest.raises(TypeError, match="take an Api here, not ApiKey"):
        assert key not in appsync.apis()  # type: ignore[comparison-overlap]
    assert (appsync.apis().count(api), appsync.api_keys(api).count(key)) == (1, 1)


def test_the_lists_are_lists(appsync: AppSync) -> None:
    api = appsync.add_api("orders")
    key = appsync.add_api_key(api)
    assert appsync.apis() == [api]
    assert appsync.api_keys(api) == [key]
    assert isinstance(appsync.api_keys(api), list)
    assert repr(appsync.api_keys(api)) == repr([key])


def test_a_call_is_in_the_calls(appsync: AppSync, appsync_client: AppSyncClient) -> None:
    appsync_client.list_graphql_apis()
    [call] = appsync.calls
    assert call in appsync.calls
    assert call not in appsync.calls.of("CreateApiKey")
    assert appsync.calls.count(call) == 1
    assert appsync.calls.of("CreateApiKey").count(call) == 0


def test_a_slice_of_the_calls_can_be_asked_as_all_can(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    appsync_client.list_graphql_apis()
    appsync_client.list_domain_names()
    appsync_client.list_graphql_apis()
    assert appsync.calls[1:].of("ListGraphqlApis") == [appsync.calls[2]]


def test_the_name_of_an_operation_is_never_in_the_calls(appsync: AppSync) -> None:
    with pytest.raises(TypeError, match=r"not 'CreateApiKey'.*appsync\.calls\.of"):
        assert "CreateApiKey" not in appsync.calls  # type: ignore[comparison-overlap]
    with pytest.raises(TypeError, match=r"not 'CreateApiKey'.*appsync\.calls\.of"):
        appsync.calls.count("CreateApiKey")
