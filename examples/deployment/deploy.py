"""Deploy the API of a shop with plain boto3: ``python deploy.py orders --stage test``.

It creates an API, uploads a schema and waits for it, creates a data source, a function and
a resolver, tags the API, and creates a key. What is there already is brought up to date.
A first deployment that fails leaves no API behind.

The script knows nothing of pytest-appsync. To see it at work without AWS::

    python -m pytest_appsync run examples/deployment/deploy.py orders --stage test
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

T = TypeVar("T")

RETRIES = Config(retries={"mode": "standard", "total_max_attempts": 5})
PAUSE = 5.0
"""Seconds between two questions."""
PATIENCE = 24
"""How often it asks, or tries again, before it gives up: two minutes."""
DAY = 24 * 60 * 60
KEY_VALIDITY = 90 * DAY
KEY_RENEWAL = 30 * DAY
"""A key that is valid for less than this is replaced."""

SCHEMA = b"""\
type Order {
    id: ID!
    total: Int
}

type Query {
    orders: [Order]
}
"""
FUNCTION = """\
export function request(ctx) { return { payload: [] }; }
export function response(ctx) { return ctx.result; }
"""
RESOLVER = """\
export function request(ctx) { return {}; }
export function response(ctx) { return ctx.prev.result; }
"""
RUNTIME: Any = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}


class DeploymentError(Exception):
    """AppSync did its work, and what came of it is of no use."""


def deploy(name: str, stage: str, schema: bytes = SCHEMA) -> dict[str, str]:
    """Create the API, or bring it up to date.

    :returns: the API's id, its URL, and the key.
    :raises ClientError: what AppSync refuses.
    :raises BotoCoreError: where no answer comes.
    :raises DeploymentError: for a schema with mistakes, or one that takes too long.
    """
    client = boto3.client("appsync", config=RETRIES)
    found = find_api(client, name)
    api: Any = found
    if api is None:
        api = client.create_graphql_api(name=name, authenticationType="API_KEY")["graphqlApi"]
    try:
        upload_schema(client, api["apiId"], schema)
        put_data_source(client, api["apiId"])
        put_resolver(client, api["apiId"], put_function(client, api["apiId"]))
        client.tag_resource(resourceArn=api["arn"], tags={"stage": stage})
        key = usable_key(client, api["apiId"])
    except Exception:
        if found is None:
            settled(lambda: client.delete_graphql_api(apiId=api["apiId"]))
        raise
    return {"apiId": api["apiId"], "url": api["uris"]["GRAPHQL"], "key": key}


def find_api(client: AppSyncClient, name: str) -> Any:
    for page in client.get_paginator("list_graphql_apis").paginate():
        for api in page["graphqlApis"]:
            if api["name"] == name:
                return api
    return None


def upload_schema(client: AppSyncClient, api_id: str, schema: bytes) -> None:
    """Upload it, and wait until AppSync has worked at it."""
    settled(lambda: client.start_schema_creation(apiId=api_id, definition=schema))
    for _ in range(PATIENCE):
        answer = client.get_schema_creation_status(apiId=api_id)
        if answer["status"] == "SUCCESS":
            return
        if answer["status"] == "FAILED":
            raise DeploymentError(answer["details"])
        time.sleep(PAUSE)
    raise DeploymentError("AppSync has worked at the schema for too long")


def put_data_source(client: AppSyncClient, api_id: str) -> None:
    create, update = client.create_data_source, client.update_data_source
    try:
        client.get_data_source(apiId=api_id, name="nothing")
    except client.exceptions.NotFoundException:
        settled(lambda: create(apiId=api_id, name="nothing", type="NONE"))
    else:
        settled(lambda: update(apiId=api_id, name="nothing", type="NONE"))


def put_function(client: AppSyncClient, api_id: str) -> str:
    """Create or update the function.

    :returns: its id.
    """
    wanted: Any = {
        "apiId": api_id,
        "name": "orders",
        "dataSourceName": "nothing",
        "runtime": RUNTIME,
        "code": FUNCTION,
    }
    for page in client.get_paginator("list_functions").paginate(apiId=api_id):
        for function in page["functions"]:
            if function["name"] == "orders":
                wanted["functionId"] = function["functionId"]
                settled(lambda: client.update_function(**wanted))
                return function["functionId"]
    created = settled(lambda: client.create_function(**wanted))
    return created["functionConfiguration"]["functionId"]


def put_resolver(client: AppSyncClient, api_id: str, function_id: str) -> None:
    field: Any = {"apiId": api_id, "typeName": "Query", "fieldName": "orders"}
    wanted: Any = {
        **field,
        "kind": "PIPELINE",
        "pipelineConfig": {"functions": [function_id]},
        "runtime": RUNTIME,
        "code": RESOLVER,
    }
    try:
        client.get_resolver(**field)
    except client.exceptions.NotFoundException:
        settled(lambda: client.create_resolver(**wanted))
    else:
        settled(lambda: client.update_resolver(**wanted))


def usable_key(client: AppSyncClient, api_id: str) -> str:
    """A key that is valid for a month or more: one that is there, or a new one."""
    for page in client.get_paginator("list_api_keys").paginate(apiId=api_id):
        for key in page["apiKeys"]:
            if key["expires"] > time.time() + KEY_RENEWAL:
                return key["id"]
    expires = int(time.time()) + KEY_VALIDITY
    return settled(lambda: client.create_api_key(apiId=api_id, expires=expires))["apiKey"]["id"]


def settled(change: Callable[[], T]) -> T:
    """Make a change. While AppSync alters the schema it refuses changes, so try again."""
    for _ in range(PATIENCE):
        try:
            return change()
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConcurrentModificationException":
                raise
        time.sleep(PAUSE)
    return change()


def main() -> int:
    parser = argparse.ArgumentParser(description="Deploy the API of a shop.")
    parser.add_argument("name")
    parser.add_argument("--stage", default="test")
    given = parser.parse_args()
    try:
        print(json.dumps(deploy(given.name, given.stage), indent=2))
    except (BotoCoreError, ClientError, DeploymentError) as error:
        print(f"deployment failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
