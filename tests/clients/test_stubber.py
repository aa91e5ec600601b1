"""botocore's Stubber on the same client: it wins while it is active."""

from __future__ import annotations

import asyncio
from typing import Any

import boto3
import pytest
from botocore.exceptions import UnStubbedResponseError
from botocore.stub import Stubber

from pytest_appsync import AppSync, RealCallBlocked
from pytest_appsync.clients import guard


def test_the_stubber_wins_while_it_is_active(appsync: AppSync) -> None:
    api = appsync.add_api()
    client = boto3.client("appsync")
    stubber = Stubber(client)
    stubber.add_response("create_api_key", {"apiKey": {"id": "da2-stubbed"}}, {"apiId": api.id})
    stubber.add_client_error("create_api_key", "NotFoundException", http_status_code=404)
    with stubber:
        assert client.create_api_key(apiId=api.id)["apiKey"] == {"id": "da2-stubbed"}
        with pytest.raises(client.exceptions.NotFoundException):
            client.create_api_key(apiId=api.id)
    assert appsync.api_keys(api) == []
    assert len(appsync.calls) == 0

    client.create_api_key(apiId=api.id)
    assert len(appsync.api_keys(api)) == 1
    assert len(appsync.calls) == 1


def test_a_stubber_that_was_active_before(appsync_client: object) -> None:
    client = boto3.client("appsync", region_name="us-east-1")
    with Stubber(client) as stubber:
        stubber.add_response("list_graphql_apis", {"graphqlApis": [{"name": "stubbed"}]})
        with AppSync():
            assert client.list_graphql_apis()["graphqlApis"] == [{"name": "stubbed"}]
    with AppSync() as appsync:
        assert client.list_graphql_apis()["graphqlApis"] == []
        assert len(appsync.calls) == 1


# --- under the guard, outside of any simulation ---


@pytest.mark.parametrize("keys", [{}, {"aws_access_key_id": "a", "aws_secret_access_key": "b"}])
def test_an_active_stubber_is_let_through_by_the_guard(
    monkeypatch: pytest.MonkeyPatch, keys: Any
) -> None:
    monkeypatch.setattr(guard, "is_up", True)
    client: Any = boto3.client("appsync", region_name="us-east-1", **keys)
    other: Any = boto3.client("appsync", region_name="us-east-1", **keys)
    with Stubber(client) as stubber:
        stubber.add_response("list_graphql_apis", {"graphqlApis": []}, {})
        stubber.add_client_error("list_graphql_apis", "UnauthorizedException")
        assert client.list_graphql_apis()["graphqlApis"] == []
        with pytest.raises(client.exceptions.UnauthorizedException):
            client.list_graphql_apis()
        with pytest.raises(UnStubbedResponseError):
            client.list_graphql_apis()
        with pytest.raises(RealCallBlocked):
            other.list_graphql_apis()
    with pytest.raises(RealCallBlocked):
        client.list_graphql_apis()


def test_an_asynchronous_clients_stubber_is_let_through_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aio: Any = pytest.importorskip("aiobotocore.session")
    monkeypatch.setattr(guard, "is_up", True)

    async def ask() -> None:
        made = aio.get_session().create_client("appsync", region_name="us-east-1")
        async with made as client:
            with Stubber(client) as stubber:
                stubber.add_response("list_graphql_apis", {"graphqlApis": []}, {})
                assert (await client.list_graphql_apis())["graphqlApis"] == []
            with pytest.raises(RealCallBlocked) as blocked:
                await client.list_graphql_apis()
            assert blocked.value.site is not None
            assert blocked.value.site.path == __file__

    asyncio.run(ask())
