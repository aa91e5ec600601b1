"""The deployment script against a simulated AppSync: what it creates, and what it survives."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import deploy
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from pytest_appsync import AppSync

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

ON_THE_WAY = [
    "StartSchemaCreation",
    "GetSchemaCreationStatus",
    "CreateDataSource",
    "CreateFunction",
    "CreateResolver",
    "TagResource",
    "CreateApiKey",
]
"""The operations between the creation of the API and the end."""


@pytest.fixture(autouse=True)
def simulated_sleep(appsync: AppSync, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script's pauses move AppSync's clock. No test waits."""
    monkeypatch.setattr("time.sleep", appsync.clock.sleep)


def test_a_first_deployment_creates_all_of_it(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    deployed = deploy.deploy("orders", "test")
    [api] = appsync.apis()
    [key] = appsync.api_keys(api)
    assert deployed == {"apiId": api.id, "url": api.uris["GRAPHQL"], "key": key.id}

    schema = appsync_client.get_introspection_schema(apiId=api.id, format="SDL")["schema"]
    assert schema.read() == deploy.SCHEMA
    [function] = appsync_client.list_functions(apiId=api.id)["functions"]
    [resolver] = appsync_client.list_resolvers(apiId=api.id, typeName="Query")["resolvers"]
    assert function["dataSourceName"] == "nothing"
    assert resolver["pipelineConfig"]["functions"] == [function["functionId"]]
    assert appsync_client.list_tags_for_resource(resourceArn=api.arn)["tags"] == {"stage": "test"}


def test_a_second_deployment_changes_the_first_one(appsync: AppSync) -> None:
    first = deploy.deploy("orders", "test")
    assert deploy.deploy("orders", "test") == first
    assert len(appsync.apis()) == 1


@pytest.mark.parametrize(("days", "keys"), [(20, 2), (50, 1)])
def test_a_key_that_ends_soon_gets_a_successor(appsync: AppSync, days: int, keys: int) -> None:
    api = appsync.add_api("orders")
    appsync.add_api_key(api, expires=appsync.clock.now() + days * deploy.DAY)
    deployed = deploy.deploy("orders", "test")
    assert deployed["key"] == appsync.api_keys(api)[-1].id
    assert len(appsync.api_keys(api)) == keys


@pytest.mark.appsync(schema_creation=timedelta(seconds=30))
def test_it_waits_for_the_schema(appsync: AppSync) -> None:
    deploy.deploy("orders", "test")
    assert len(appsync.calls.of("GetSchemaCreationStatus")) == 7


@pytest.mark.appsync(schema_creation=timedelta(hours=1))
def test_it_does_not_wait_for_ever(appsync: AppSync) -> None:
    with pytest.raises(ClientError, match="altered"):  # nor can the API be deleted meanwhile
        deploy.deploy("orders", "test")
    assert len(appsync.apis()) == 1


def test_a_schema_with_a_mistake_leaves_nothing_behind(appsync: AppSync) -> None:
    with pytest.raises(deploy.DeploymentError, match="SDL"):
        deploy.deploy("orders", "test", schema=b"type Query {")
    assert appsync.apis() == []


@pytest.mark.parametrize("operation", ON_THE_WAY)
def test_a_refusal_on_the_way_leaves_nothing_behind(appsync: AppSync, operation: str) -> None:
    appsync.deny(operation)
    with pytest.raises(ClientError, match=f"not authorized to perform: appsync:{operation}"):
        deploy.deploy("orders", "test")
    assert appsync.apis() == []


def test_what_was_there_before_is_never_deleted(appsync: AppSync) -> None:
    appsync.add_api("orders")
    appsync.deny("CreateResolver")
    with pytest.raises(ClientError, match="CreateResolver"):
        deploy.deploy("orders", "test")
    assert [api.name for api in appsync.apis()] == ["orders"]


@pytest.mark.parametrize("operation", ["CreateDataSource", "CreateResolver", "CreateApiKey"])
def test_another_deployment_alters_the_schema(appsync: AppSync, operation: str) -> None:
    altered = appsync.fail(operation, "ConcurrentModificationException", lasting=40)
    deploy.deploy("orders", "test")
    assert altered.hits == 8
    assert len(appsync.apis()) == 1


def test_a_moment_without_appsync(appsync: AppSync) -> None:
    appsync.fail("CreateFunction", "InternalFailureException", times=3)
    appsync.fail("CreateResolver", ReadTimeoutError, times=1)
    deploy.deploy("orders", "test")
    [call] = appsync.calls.of("CreateFunction")
    assert [attempt.http_status for attempt in call.attempts] == [500, 500, 500, 200]


def test_an_answer_that_got_lost_is_found_out(appsync: AppSync) -> None:
    """botocore tries again, and AppSync has the data source already: the script says so."""
    appsync.fail("CreateDataSource", ReadTimeoutError, times=1, lost=True)
    with pytest.raises(ClientError, match="Data source with name nothing already exists"):
        deploy.deploy("orders", "test")
    assert appsync.apis() == []


def test_the_command_line_without_aws() -> None:
    script = str(Path(deploy.__file__))
    command = [sys.executable, "-m", "pytest_appsync", "run", script, "orders", "--stage", "test"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["key"].startswith("da2-")
    assert "<CreateResolver(" in done.stderr


def test_the_command_line_when_it_fails() -> None:
    script = str(Path(deploy.__file__))
    failing = ["--fail", "CreateFunction=NotFoundException"]
    command = [sys.executable, "-m", "pytest_appsync", "run", *failing, script, "orders"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("deployment failed: An error occurred (NotFoundException)")
    assert "<DeleteGraphqlApi(" in done.stderr
