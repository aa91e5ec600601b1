"""Every operation of the installed botocore's service model, with parameters made from it.

What creates something is tried until all of it is there: so what owns comes before what is owned,
and no order of a newer model need be written down.
"""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StructureShape

from pytest_appsync import AppSync, UnsimulatedOperation, model
from pytest_appsync.service.operations import OPERATIONS

KNOWN = model.service_model().operation_names
UNSIMULATED = {"EvaluateCode", "EvaluateMappingTemplate"}
MAKING = ("Create", "Start", "Associate", "Put", "Tag")
VALUES: dict[str, Any] = {
    "name": "thing",
    "typeName": "Query",
    "fieldName": "orders",
    "format": "SDL",
    "dataSourceName": "thing",
    "domainName": "api.example.com",
    "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/any",
    "rdsDataApiConfig": {
        "resourceArn": "arn:aws:rds:us-east-1:123456789012:cluster:any",
        "secretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:any",
        "databaseName": "any",
    },
    "environmentVariables": {"STAGE": "test"},
    "tags": {"team": "web"},
    "tagKeys": ["team"],
    "functionVersion": "2018-05-29",
    "httpConfig": {"endpoint": "https://api.example.com"},
    "cachingConfig": {"ttl": 1, "cachingKeys": ["$context.arguments.id"]},
    "apiType": "GRAPHQL",
    "maxResults": 25,
}
"""Values that mean something, by their member."""
DEFINITIONS: dict[str, Any] = {
    "StartSchemaCreation": b"type Query { orders: [ID] }",
    "CreateType": "type Order { id: ID! }",
    "UpdateType": "type Query { orders: [ID] more: ID }",
}
IN_THE_WAY = {
    "DeleteDataSource": ("DeleteResolver", "DeleteFunction"),
    "DeleteFunction": ("DeleteResolver",),
    "DeleteDomainName": ("DisassociateApi",),
    "DeleteGraphqlApi": ("DisassociateApi", "DisassociateMergedGraphqlApi"),
}
"""What must go before an operation can do its work."""
LEFT_OUT = {"nextToken", "expires", "owner", "mergedApiExecutionRoleArn", "handlerConfigs"}


class Account:
    """What the calls so far have made known, by the member that it is asked by."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.known = dict(VALUES)
        self.event_api_id = "none"

    def create_apis(self) -> None:
        for name, more in (("merged", {"apiType": "MERGED"}), ("source", {}), ("other", {})):
            api = self.client.create_graphql_api(name=name, authenticationType="API_KEY", **more)
            self.known |= {f"{name}Api": api["graphqlApi"]["apiId"]}
        self.known |= {
            "apiId": self.known["sourceApi"],
            "mergedApiIdentifier": self.known["mergedApi"],
            "resourceArn": api["graphqlApi"]["arn"],
        }
        if "CreateApi" in KNOWN:
            self.event_api_id = self.ask("CreateApi")["api"]["apiId"]

    def create_all(self) -> None:
        self.create_apis()
        left = [name for name in KNOWN if name.startswith(MAKING) and name in OPERATIONS]
        while left:
            refused = []
            for name in left:
                try:
                    self.ask(name)
                except ClientError as error:
                    refused.append(name)
                    last = error
            if len(refused) == len(left):
                raise last
            left = refused

    def ask(self, operation: str) -> Any:
        params = self.params(operation)
        answer = getattr(self.client, xform_name(operation))(**params)
        assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
        for value in answer.values():
            for found in value if isinstance(value, list) else [value]:
                if isinstance(found, dict) and not operation.startswith("List"):
                    check_repeated(params, found)
        if operation.startswith(MAKING):
            made = {
                **answer,
                **{k: v for it in answer.values() if isinstance(it, dict) for k, v in it.items()},
            }
            for name in ("functionId", "associationId", "introspectionId", "id"):
                if name in made:
                    self.known[name] = made[name]
            if "associationId" in made:
                self.known["sourceApiIdentifier"] = params["sourceApiIdentifier"]
        return answer

    def params(self, operation: str) -> dict[str, Any]:
        operation_model = model.operation_model(operation)
        shape = operation_model.input_shape
        params: dict[str, Any] = {}
        if shape is not None:
            params = {
                name: self.known.get(name, valid(member))
                for name, member in shape.members.items()
                if name not in LEFT_OUT
            }
        if "pipelineConfig" in params:
            params["pipelineConfig"] = {"functions": [self.known.get("functionId", "none")]}
        if operation in DEFINITIONS:
            params["definition"] = DEFINITIONS[operation]
        if operation_model.http["requestUri"].startswith("/v2/") and "apiId" in params:
            params["apiId"] = self.event_api_id
        if operation.startswith("Associate") and "sourceApiIdentifier" in params:
            which = "otherApi" if "Merged" in operation else "sourceApi"
            params["sourceApiIdentifier"] = self.known[which]
        return params


def valid(shape: Shape) -> Any:
    """A value that the service model allows."""
    if isinstance(shape, StructureShape):
        return {name: valid(member) for name, member in shape.members.items()}
    if isinstance(shape, ListShape):
        return [valid(shape.member)]
    if isinstance(shape, MapShape):
        return {"key": valid(shape.value)}
    if enum := shape.metadata.get("enum"):
        return enum[0]
    if "allowed version is <code>1.0.0<" in shape.documentation:
        return "1.0.0"
    return {"string": "text", "boolean": True, "blob": b"blob"}.get(
        shape.type_name, shape.metadata.get("min", 1)
    )


def check_repeated(given: dict[str, Any], answered: dict[str, Any]) -> None:
    """What was said comes back, where the answer has a member for it."""
    for name, value in given.items():
        if name in answered and isinstance(value, dict):
            check_repeated(value, answered[name])
        elif name in answered:
            assert answered[name] == value, name


def test_all_but_two_operations_are_simulated() -> None:
    assert set(KNOWN) - set(OPERATIONS) == UNSIMULATED


READING = [
    name
    for name in KNOWN
    if name.startswith("List") or (name.startswith("Get") and "Status" not in name)
]


def test_what_makes_and_what_reads_answers_from_state(appsync_client: Any) -> None:
    account = Account(appsync_client)
    account.create_all()
    for operation in set(READING) - UNSIMULATED:
        [shown, *more] = account.ask(operation).values()
        assert shown, operation
        assert not more or operation.startswith("Get")


@pytest.mark.parametrize(
    "operation",
    [
        name
        for name in KNOWN
        if name not in {*UNSIMULATED, *READING} and not name.startswith(MAKING)
    ],
)
def test_an_operation_answers_from_state(appsync_client: Any, operation: str) -> None:
    account = Account(appsync_client)
    account.create_all()
    for first in IN_THE_WAY.get(operation, ()):
        account.ask(first)
    account.ask(operation)


@pytest.mark.parametrize(
    "operation",
    [
        name
        for name in KNOWN
        if name not in UNSIMULATED
        and any(error.code == "NotFoundException" for error in model.errors(name))
    ],
)
def test_what_is_not_there_is_not_found(appsync_client: Any, operation: str) -> None:
    """Each operation that documents it, in an account that has nothing."""
    if operation == "StartDataSourceIntrospection":
        pytest.skip("there is no database to be missing")
    account = Account(appsync_client)
    account.known |= dict.fromkeys(
        ["apiId", "mergedApiIdentifier", "sourceApiIdentifier", "mergedApi", "sourceApi"], "none"
    ) | {"otherApi": "none", "functionId": "none", "associationId": "none", "id": "da2-none"}
    account.known["introspectionId"] = "none"
    account.known["resourceArn"] = f"arn:aws:appsync:us-east-1:123456789012:apis/{'n' * 26}"
    with pytest.raises(account.client.exceptions.NotFoundException):
        account.ask(operation)


@pytest.mark.parametrize("operation", sorted(UNSIMULATED))
def test_what_runs_users_code_is_not_simulated(appsync_client: Any, operation: str) -> None:
    with pytest.raises(UnsimulatedOperation):
        Account(appsync_client).ask(operation)


def test_an_operation_that_a_newer_botocore_brings_is_not_simulated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The names come from the model, what is done from us: one without the other is nothing."""
    from pytest_appsync.simulation import simulation

    monkeypatch.delitem(OPERATIONS, "FlushApiCache")
    simulation.simulated_operations.cache_clear()
    try:
        with AppSync(strict=False), pytest.raises(UnsimulatedOperation):
            boto3.client("appsync").flush_api_cache(apiId="any")
    finally:
        monkeypatch.undo()
        simulation.simulated_operations.cache_clear()
