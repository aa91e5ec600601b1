"""A botocore that is newer than we are: its service model has more of everything.

Each program has a Python of its own: botocore's service model is read once in each.
"""

from __future__ import annotations

import pytest

from pytest_appsync import model
from tests.in_processes import run_in_forks

NEWER = """
import copy
from botocore.loaders import Loader

load = Loader.load_service_model

def load_newer(self, service, kind, api_version=None):
    found = load(self, service, kind, api_version)
    return newer(copy.deepcopy(found)) if (service, kind) == ("appsync", "service-2") else found

def newer(found):
    shapes, operations = found["shapes"], found["operations"]
    described = {
        each["shape"]
        for operation in operations.values()
        for each in shapes[operation["output"]["shape"]]["members"].values()
    }
    for name in {*described, "EventConfig", "HandlerConfigs"} & set(shapes):
        shapes[name].get("members", {})["newInfo"] = {"shape": "NewInfo"}
    for operation in operations.values():
        answer = shapes[operation["output"]["shape"]]
        if "payload" not in answer:
            answer["members"] |= {
                "newInfo": {"shape": "NewInfo"},
                "newNotes": {"shape": "NewNotes"},
                "newTotal": {"shape": "MaxResults"},
            }
        if operation["http"]["method"] == "POST":
            shapes[operation["input"]["shape"]]["members"]["newInfo"] = {"shape": "NewInfo"}
        operation["errors"].append({"shape": "NewException"})
        operation["auth"] = ["aws.auth#sigv4"]
    shapes["NewNotes"] = {"type": "list", "member": {"shape": "String"}}
    shapes["NewInfo"] = {"type": "structure", "members": {"note": {"shape": "String"}}}
    shapes["NewException"] = {
        "type": "structure", "members": {}, "exception": True, "error": {"httpStatusCode": 418}
    }
    create = shapes["CreateApiKeyRequest"]["members"]
    create["apiId"]["contextParam"] = {"name": "ApiId"}
    if "HandlerConfigs" in shapes:
        shapes["HandlerConfig"]["required"] = ["behavior"]
        shapes["HandlerConfigs"]["members"]["onConnect"] = {"shape": "HandlerConfig"}
    shapes["ResolverKind"]["enum"].insert(0, "NEW")
    shapes["CreateFunctionRequest"]["required"].remove("dataSourceName")
    shapes["ListDataSourcesRequest"]["members"]["type"] = {
        "shape": "DataSourceType", "location": "querystring", "locationName": "type"
    }
    shapes["GetDomainNameResponse"]["members"]["newShare"] = {"shape": "NewShare"}
    shapes["NewShare"] = {"type": "double"}
    operations["GetPart"] = {
        "name": "GetPart",
        "http": {"method": "GET", "requestUri": "/v1/apis/{api-id}/{part+}"},
        "input": {"shape": "GetPartRequest"},
        "errors": [{"shape": "NewException"}],
    }
    shapes["GetPartRequest"] = {"type": "structure", "members": {}}
    operations["GetApiKey"] = {
        "name": "GetApiKey",
        "http": {"method": "GET", "requestUri": "/v1/apis/{apiId}/apikeys/{id}"},
        "input": {"shape": "DeleteApiKeyRequest"},
        "output": {"shape": "CreateApiKeyResponse"},
        "errors": [{"shape": "NewException"}],
    }
    return found

Loader.load_service_model = load_newer

import boto3
from pytest_appsync import AppSync, UnsimulatedOperation

NEW = {"note": "new"}
KEYS = [{"authType": "API_KEY"}]
CONFIG = {
    "authProviders": KEYS,
    "connectionAuthModes": KEYS,
    "defaultPublishAuthModes": KEYS,
    "defaultSubscribeAuthModes": KEYS,
}

def make_api(client):
    api = client.create_graphql_api(name="orders", authenticationType="API_KEY", newInfo=NEW)
    return api["graphqlApi"]["apiId"]
"""

PROGRAMS = {
    "a member beside what an operation answers": """
with AppSync() as appsync:
    client = appsync.client()
    api = {"apiId": make_api(client)}
    assert [each["apiId"] for each in client.list_graphql_apis()["graphqlApis"]] == [api["apiId"]]
    key = client.create_api_key(**api)["apiKey"]
    assert client.list_api_keys(**api)["apiKeys"] == [key]
    source = client.create_data_source(**api, name="table", type="NONE")["dataSource"]
    assert client.get_data_source(**api, name="table")["dataSource"] == source
    assert client.list_data_sources(**api)["dataSources"] == [source]
    function = client.create_function(
        **api, name="load", dataSourceName="table", functionVersion="2018-05-29"
    )["functionConfiguration"]
    assert client.list_functions(**api)["functions"] == [function]
    client.start_schema_creation(**api, definition=b"type Query { orders: [ID] }")
    [query] = client.list_types(**api, format="SDL")["types"]
    assert query["name"] == "Query"
""",
    "a member of a resource": """
with AppSync() as appsync:
    client = appsync.client()
    api = {"apiId": make_api(client)}
    assert client.get_graphql_api(**api)["graphqlApi"]["newInfo"] == NEW
    client.create_data_source(**api, name="table", type="NONE", newInfo=NEW)
    [source] = client.list_data_sources(**api)["dataSources"]
    assert source["newInfo"] == NEW
    key = client.create_api_key(**api, description="web", newInfo=NEW)["apiKey"]
    assert key["newInfo"] == NEW
    other = {"note": "other"}
    assert client.update_api_key(**api, id=key["id"])["apiKey"] == key
    assert client.update_api_key(**api, id=key["id"], newInfo=other)["apiKey"]["newInfo"] == other
    assert client.list_api_keys(**api)["apiKeys"] == [{**key, "newInfo": other}]
""",
    "a filter of a list by a member": """
with AppSync() as appsync:
    client = appsync.client()
    api = {"apiId": make_api(client)}
    for name, kind in {"one": "NONE", "queue": "HTTP", "two": "NONE"}.items():
        client.create_data_source(**api, name=name, type=kind)
    page = client.list_data_sources(**api, type="NONE", maxResults=1)
    rest = client.list_data_sources(**api, type="NONE", nextToken=page["nextToken"])
    assert [each["name"] for each in page["dataSources"] + rest["dataSources"]] == ["one", "two"]
""",
    "a value of an enum": """
with AppSync(strict=False) as appsync:
    client = appsync.client()
    api = {"apiId": make_api(client)}
    client.start_schema_creation(**api, definition=b"type Query { orders: [ID] }")
    try:
        client.create_resolver(**api, typeName="Query", fieldName="orders", kind="NEW")
    except UnsimulatedOperation as error:
        assert error.why == "not with the `kind` NEW"
    else:
        raise AssertionError("nothing was raised")
""",
    "a parameter that is not required any more": """
with AppSync(strict=False) as appsync:
    client = appsync.client()
    api = {"apiId": make_api(client)}
    try:
        client.create_function(**api, name="load", functionVersion="2018-05-29")
    except UnsimulatedOperation as error:
        assert error.why == "not without `dataSourceName`"
        assert "CreateFunction, which pytest-appsync does not simulate (not w" in str(error)
    else:
        raise AssertionError("nothing was raised")
    assert client.list_functions(**api)["functions"] == []
""",
    "a trait": """
from pytest_appsync.commands.operations import table

with AppSync(strict=False) as appsync:
    try:
        appsync.client().get_domain_name(domainName="api.example.com")
    except UnsimulatedOperation as error:
        assert "the type double in the body (NewShare)" in error.why
    else:
        raise AssertionError("nothing was raised")
[line] = [line for line in table().splitlines() if "GetDomainName" in line]
assert line.startswith("| not simulated ")
""",
    "other labels in a path": """
from pytest_appsync.protocol.routing import operation_of

for path, operation in {
    "/v1/apis/orders/types/Query/resolvers/orders": "GetResolver",
    "/v1/apis/orders/other/of/these": "GetPart",
}.items():
    assert operation_of("GET", path).operation == operation, path
""",
    "an operation": """
with AppSync() as appsync:
    appsync.respond("GetApiKey", {"apiKey": {"id": "da2-any", "newInfo": NEW}})
    found = appsync.client().get_api_key(apiId=appsync.add_api().id, id="da2-any")
    assert found["apiKey"]["newInfo"] == NEW
with AppSync(strict=False) as appsync:
    try:
        appsync.client().get_api_key(apiId=appsync.add_api().id, id="da2-any")
    except UnsimulatedOperation as error:
        assert error.operation == "GetApiKey"
    else:
        raise AssertionError("nothing was raised")
""",
    "an exception": """
with AppSync() as appsync:
    client = appsync.client()
    assert "NewException" in [error.code for error in appsync.errors("ListApiKeys")]
    appsync.fail("ListApiKeys", "NewException", times=1)
    try:
        client.list_api_keys(apiId=appsync.add_api().id)
    except client.exceptions.NewException as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 418
    else:
        raise AssertionError("nothing was raised")
""",
}
EVENT_PROGRAMS = {
    "members of a channel namespace's handlers": """
with AppSync() as appsync:
    client = appsync.client()
    api = client.create_api(name="events", eventConfig={**CONFIG, "newInfo": NEW})["api"]
    assert api["eventConfig"]["newInfo"] == NEW
    handlers = {"newInfo": NEW, "onConnect": {"behavior": "CODE"}}
    client.create_channel_namespace(apiId=api["apiId"], name="default", handlerConfigs=handlers)
    [namespace] = client.list_channel_namespaces(apiId=api["apiId"])["channelNamespaces"]
    assert namespace["handlerConfigs"] == handlers
""",
}


def test_what_a_newer_service_model_may_bring() -> None:
    run_in_forks(NEWER, PROGRAMS)


@pytest.mark.skipif(
    "CreateChannelNamespace" not in model.service_model().operation_names
    or "handlerConfigs" not in model.request_members("CreateChannelNamespace"),
    reason="this botocore knows no handlers of channel namespaces",
)
def test_what_a_newer_service_model_may_bring_to_event_apis() -> None:
    run_in_forks(NEWER, EVENT_PROGRAMS)
