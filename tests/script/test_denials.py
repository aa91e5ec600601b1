"""``deny``: a refusal by IAM, in IAM's words."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_appsync import AppSync

CALLER = "sts::123456789012:assumed-role/pytest-appsync/session"


def refusal(call: Any, **params: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as refused:
        call(**params)
    response = refused.value.response
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return status, response["Error"]["Code"], response["Error"]["Message"]


def test_a_refused_permission_is_iams_answer(appsync: AppSync, appsync_client: Any) -> None:
    with appsync.deny("CreateApiKey") as denial:
        assert refusal(appsync_client.create_api_key, apiId="7eeywq") == (
            403,
            "AccessDeniedException",
            f"User: arn:aws:{CALLER} is not authorized to perform: appsync:CreateApiKey on "
            "resource: arn:aws:appsync:us-east-1:123456789012:/v1/apis/7eeywq/apikeys",
        )
        [attempt] = appsync.calls[-1].attempts  # 403 is not retried
        assert attempt.met is denial
    api = appsync.add_api()
    appsync_client.create_api_key(apiId=api.id)


def test_the_resource_is_that_of_the_request(appsync: AppSync, appsync_client: Any) -> None:
    appsync.deny("DeleteResolver")
    for field in ("orders", "order"):
        message = refusal(
            appsync_client.delete_resolver, apiId="any", typeName="Query", fieldName=field
        )[2]
        assert message.endswith(
            f":appsync:us-east-1:123456789012:/v1/apis/any/types/Query/resolvers/{field}"
        )


def test_the_query_is_not_of_the_resource(appsync: AppSync, appsync_client: Any) -> None:
    appsync.deny("ListApiKeys")
    message = refusal(appsync_client.list_api_keys, apiId="any", maxResults=5)[2]
    assert message.endswith(":/v1/apis/any/apikeys")


def test_the_resource_of_get_graphql_api_has_no_version(
    appsync: AppSync, appsync_client: Any
) -> None:
    appsync.deny("GetGraphqlApi")
    status, code, message = refusal(appsync_client.get_graphql_api, apiId="any")
    assert (status, code) == (403, "AccessDeniedException")
    assert message.endswith(" on resource: arn:aws:appsync:us-east-1:123456789012:apis/any")


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_the_region_and_the_partition_are_the_clients(
    appsync: AppSync, region: str, partition: str
) -> None:
    appsync.deny("ListGraphqlApis")
    client = boto3.client("appsync", region_name=region)
    message = refusal(client.list_graphql_apis)[2]
    assert message.startswith(f"User: arn:{partition}:{CALLER} ")
    assert message.endswith(f"arn:{partition}:appsync:{region}:123456789012:/v1/apis")


def test_the_message_can_be_chosen(appsync: AppSync, appsync_client: Any) -> None:
    appsync.deny("ListApiKeys", message="Not on a Sunday", times=1)
    assert refusal(appsync_client.list_api_keys, apiId="any") == (
        403,
        "AccessDeniedException",
        "Not on a Sunday",
    )


def test_it_can_be_narrowed(appsync: AppSync, appsync_client: Any) -> None:
    api = appsync.add_api()
    denial = appsync.deny("create_api_key", when={"description": "mine"}, times=1)
    appsync_client.create_api_key(apiId=api.id)
    assert denial.hits == 0
    assert refusal(appsync_client.create_api_key, apiId=api.id, description="mine")[0] == 403
    assert repr(denial) == (
        "<deny('create_api_key', times=1, when={'description': 'mine'}): 1 hit>"
    )


def test_appsyncs_own_refusal_is_still_there(appsync: AppSync, appsync_client: Any) -> None:
    appsync.fail("CreateApiKey", "UnauthorizedException")
    status, code, _ = refusal(appsync_client.create_api_key, apiId="any")
    assert (status, code) == (401, "UnauthorizedException")
