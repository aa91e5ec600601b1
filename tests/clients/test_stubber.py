"""botocore's Stubber on the same client: it wins while it is active."""

from __future__ import annotations

import boto3
import pytest
from botocore.stub import Stubber

from pytest_appsync import AppSync


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
