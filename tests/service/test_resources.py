"""The rules of each resource, through a real client."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pytest_appsync import AppSync, model
from tests.installed_model import needs

if TYPE_CHECKING:
    from tests.service.conftest import Refusal
else:
    Refusal = Any

needs_event_apis = needs("CreateApi")
needs_handlers = pytest.mark.skipif(
    "HandlerConfigs" not in model.service_model().shape_names,
    reason="the installed botocore is older",
)
MODES = [{"authType": "API_KEY"}]
EVENT_CONFIG: dict[str, Any] = {
    "authProviders": MODES,
    "connectionAuthModes": MODES,
    "defaultPublishAuthModes": MODES,
    "defaultSubscribeAuthModes": MODES,
}
ARN = "arn:aws:appsync:us-east-1:123456789012:"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/any"
DOMAIN: dict[str, Any] = {"domainName": "api.example.com", "certificateArn": CERTIFICATE}


# --- data sources --------------------------------------------------------------------


def test_a_data_source_is_created_found_changed_and_deleted(
    client: Any, api_id: str, refused: Refusal
) -> None:
    given = {"name": "lambda", "type": "AWS_LAMBDA", "description": "all orders"}
    created = client.create_data_source(apiId=api_id, **given)["dataSource"]
    assert created.items() >= given.items()
    assert created["dataSourceArn"] == f"{ARN}apis/{api_id}/datasources/lambda"
    assert client.get_data_source(apiId=api_id, name="lambda")["dataSource"] == created
    listed = client.list_data_sources(apiId=api_id)["dataSources"]
    assert [source["name"] for source in listed] == ["table", "lambda"]
    changed = client.update_data_source(apiId=api_id, name="lambda", type="HTTP")["dataSource"]
    assert (changed["type"], "description" in changed) == ("HTTP", False)
    client.delete_data_source(apiId=api_id, name="lambda")
    with refused("NotFoundException", 404, "^No data source found named lambda$"):
        client.get_data_source(apiId=api_id, name="lambda")


def test_a_table_has_what_aws_fills_in(client: Any, api_id: str) -> None:
    config = {"tableName": "orders", "awsRegion": "us-east-1"}
    created = client.create_data_source(
        apiId=api_id, name="orders", type="AMAZON_DYNAMODB", dynamodbConfig=config
    )["dataSource"]
    filled = config | {"versioned": False, "useCallerCredentials": False}
    assert created["dynamodbConfig"] == filled


def test_a_second_data_source_of_a_name_is_refused(
    client: Any, api_id: str, refused: Refusal
) -> None:
    with refused("BadRequestException", 400, "^Data source with name table already exists$"):
        client.create_data_source(apiId=api_id, name="table", type="HTTP")


def test_an_http_data_source_has_a_url(client: Any, api_id: str, refused: Refusal) -> None:
    source = {"apiId": api_id, "name": "web", "type": "HTTP"}
    client.create_data_source(**source, httpConfig={"endpoint": "http://api.example.com:8080"})
    for ask in (client.create_data_source, client.update_data_source):
        with refused(
            "BadRequestException", 400, "at 'httpConfig.endpoint' failed .* HTTP or HTTPS"
        ):
            ask(**source, httpConfig={"endpoint": "api.example.com"})


def test_a_data_source_in_use_cannot_be_deleted(client: Any, api_id: str, refused: Refusal) -> None:
    client.create_data_source(apiId=api_id, name="other", type="NONE")
    client.create_function(apiId=api_id, name="save", dataSourceName="other")
    client.create_function(apiId=api_id, name="load", dataSourceName="table")
    with refused("BadRequestException", 400, "^Function load associated with data source$"):
        client.delete_data_source(apiId=api_id, name="table")
    field = {"apiId": api_id, "typeName": "Query", "fieldName": "orders"}
    client.create_resolver(**field, dataSourceName="table")
    words = "^Resolver for type Query and field orders associated with data source$"
    with refused("BadRequestException", 400, words):
        client.delete_data_source(apiId=api_id, name="table")


def test_an_introspection_of_a_database_finds_no_tables(client: Any, refused: Refusal) -> None:
    config = {
        "resourceArn": "arn:aws:rds:us-east-1:123456789012:cluster:any",
        "secretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:any",
        "databaseName": "orders",
    }
    started = client.start_data_source_introspection(rdsDataApiConfig=config)
    assert started["introspectionStatus"] == "PROCESSING"
    found = client.get_data_source_introspection(introspectionId=started["introspectionId"])
    assert found["introspectionId"] == started["introspectionId"]
    assert found["introspectionStatus"] == "SUCCESS"
    assert found["introspectionResult"] == {"models": []}
    other = client.start_data_source_introspection()  # the service model requires nothing
    assert other["introspectionId"] != started["introspectionId"]
    with refused("NotFoundException", 404):
        client.get_data_source_introspection(introspectionId="none")


# --- functions and resolvers ---------------------------------------------------------


def new_function(client: Any, api_id: str, name: str = "load", **more: Any) -> Any:
    return client.create_function(apiId=api_id, name=name, dataSourceName="table", **more)[
        "functionConfiguration"
    ]


def test_a_function_has_an_id_of_its_own(client: Any, api_id: str, refused: Refusal) -> None:
    function = new_function(client, api_id, description="loads")
    id = function["functionId"]
    assert re.fullmatch("[a-z2-7]{26}", id)
    assert function["functionArn"] == f"{ARN}apis/{api_id}/functions/{id}"
    assert function["maxBatchSize"] == 0
    assert client.get_function(apiId=api_id, functionId=id)["functionConfiguration"] == function
    renamed = client.update_function(
        apiId=api_id, functionId=id, name="save", dataSourceName="table"
    )["functionConfiguration"]
    assert (renamed["functionId"], renamed["name"]) == (id, "save")
    assert "description" not in renamed
    assert client.list_functions(apiId=api_id)["functions"] == [renamed]
    with refused("NotFoundException", 404, "^No data source found named none$"):
        client.create_function(apiId=api_id, name="other", dataSourceName="none")
    client.delete_function(apiId=api_id, functionId=id)
    with refused("NotFoundException", 404):
        client.delete_function(apiId=api_id, functionId=id)


def test_a_functions_id_begins_with_a_letter(client: Any, api_id: str) -> None:
    """The service model's pattern says so. Of an API's ids, one in five begins with a digit."""
    ids = [new_function(client, api_id, f"f{n}")["functionId"] for n in range(60)]
    assert all(id[0].isalpha() for id in ids)
    assert not all(id[1].isalpha() for id in ids)


def test_two_functions_have_two_names(client: Any, api_id: str, refused: Refusal) -> None:
    new_function(client, api_id)
    other = new_function(client, api_id, "save")
    with refused("BadRequestException", 400, "load already exists"):
        new_function(client, api_id)
    with refused("BadRequestException", 400, "load already exists"):
        client.update_function(
            apiId=api_id, functionId=other["functionId"], name="load", dataSourceName="table"
        )


def test_a_functions_version(client: Any, api_id: str, refused: Refusal) -> None:
    made = new_function(client, api_id, functionVersion="2018-05-29")
    function = {"apiId": api_id, "name": "save", "dataSourceName": "table"}
    words = r"Value '2017-02-28' at 'functionVersion' failed .* enum value set: \[2018-05-29\]$"
    with refused("BadRequestException", 400, words):
        client.create_function(**function, functionVersion="2017-02-28")
    with refused("BadRequestException", 400, words):
        client.update_function(
            **function, functionVersion="2017-02-28", functionId=made["functionId"]
        )


JS = {"code": "any", "runtime": {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}}
OTHER_RUNTIME = {"name": "APPSYNC_JS", "runtimeVersion": "2.0.0"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"code": "any"}, "^Code not supported when using templates.$"),
        (
            {"code": "any", "requestMappingTemplate": "{}"},
            "^Code not supported when using templates.$",
        ),
        ({"runtime": JS["runtime"]}, "^code and runtime must be specified together.$"),
        (
            {"code": "any", "runtime": OTHER_RUNTIME},
            r"^1 validation error detected: Value '2.0.0' at 'runtime.runtimeVersion' failed to "
            r"satisfy constraint: Member must satisfy enum value set: \[1.0.0\]$",
        ),
    ],
    ids=["code", "code and a template", "runtime", "another version"],
)
def test_code_has_a_runtime(
    client: Any, api_id: str, refused: Refusal, given: dict[str, Any], message: str
) -> None:
    function = {"apiId": api_id, "name": "load", "dataSourceName": "table"}
    field = {"apiId": api_id, "typeName": "Query", "fieldName": "orders", "dataSourceName": "table"}
    with refused("BadRequestException", 400, message):
        client.create_function(**function, **given)
    with refused("BadRequestException", 400, message):
        client.create_resolver(**field, **given)
    id = client.create_function(**function, **JS)["functionConfiguration"]["functionId"]
    client.create_resolver(**field, **JS)
    with refused("BadRequestException", 400, message):
        client.update_function(**function, **given, functionId=id)
    with refused("BadRequestException", 400, message):
        client.update_resolver(**field, **given)


def test_a_blank_template_counts_as_none(client: Any, api_id: str) -> None:
    """AppSync developer guide, "Disabling VTL mapping templates with direct Lambda resolvers"."""
    blank: dict[str, Any] = {"apiId": api_id, "dataSourceName": "table"}
    blank |= {"requestMappingTemplate": " ", "responseMappingTemplate": "\n"}
    field = {"typeName": "Query", "fieldName": "orders"}
    resolver = client.create_resolver(**blank, **field)["resolver"]
    assert not [name for name in resolver if "Template" in name]
    blank["responseMappingTemplate"] = " {} "
    function = client.create_function(**blank, name="f")["functionConfiguration"]
    assert "requestMappingTemplate" not in function
    assert function["responseMappingTemplate"] == " {} "
    resolver = client.update_resolver(**blank, **field)["resolver"]
    assert "requestMappingTemplate" not in resolver
    assert resolver["responseMappingTemplate"] == " {} "


def test_a_resolver_belongs_to_a_field(client: Any, api_id: str, refused: Refusal) -> None:
    field = {"apiId": api_id, "typeName": "Query", "fieldName": "orders"}
    resolver = client.create_resolver(**field, dataSourceName="table", requestMappingTemplate="{}")[
        "resolver"
    ]
    assert resolver["resolverArn"] == f"{ARN}apis/{api_id}/types/Query/resolvers/orders"
    assert (resolver["kind"], resolver["maxBatchSize"]) == ("UNIT", 0)
    assert client.get_resolver(**field)["resolver"] == resolver
    with refused("BadRequestException", 400, "^Only one resolver is allowed per field.$"):
        client.create_resolver(**field, dataSourceName="table")
    changed = client.update_resolver(**field, dataSourceName="table")["resolver"]
    assert "requestMappingTemplate" not in changed
    client.create_resolver(
        apiId=api_id, typeName="Order", fieldName="placed", dataSourceName="table"
    )
    assert client.list_resolvers(apiId=api_id, typeName="Query")["resolvers"] == [changed]
    client.delete_resolver(**field)
    with refused("NotFoundException", 404, "^No resolver found.$"):
        client.get_resolver(**field)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"typeName": "Mutation"}, "^Type Mutation not found$"),
        ({"fieldName": "none"}, "^No field named none found on type Query$"),
        ({"dataSourceName": "none"}, "^No data source found$"),
        (
            {"kind": "PIPELINE", "pipelineConfig": {"functions": ["a", "b"]}},
            r"^The specified functions \[a,b\] must exist before referencing them from a resolver",
        ),
    ],
)
def test_what_a_resolver_needs_must_be_there(
    client: Any, api_id: str, refused: Refusal, changed: dict[str, Any], message: str
) -> None:
    params = {"typeName": "Query", "fieldName": "orders", "dataSourceName": "table"} | changed
    with refused("NotFoundException", 404, message):
        client.create_resolver(apiId=api_id, **params)


FIELD = {"typeName": "Query", "fieldName": "orders", "dataSourceName": "table"}


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("create_data_source", {"name": "any", "type": "AMAZON_DYNAMODB"}),
        (
            "create_data_source",
            {
                "name": "any",
                "type": "AWS_LAMBDA",
                "lambdaConfig": {"lambdaFunctionArn": "any text"},
            },
        ),
        ("create_resolver", FIELD),
        ("create_resolver", FIELD | JS | {"requestMappingTemplate": "{}"}),
        ("create_function", {"requestMappingTemplate": "{}"}),
        ("create_function", JS | {"functionVersion": "2018-05-29"}),
        ("update_graphql_api", {"name": "any", "authenticationType": "AWS_LAMBDA"}),
        ("update_graphql_api", {"name": "any", "authenticationType": "OPENID_CONNECT"}),
        ("update_graphql_api", {"name": "any", "authenticationType": "AMAZON_COGNITO_USER_POOLS"}),
        (
            "update_graphql_api",
            {
                "name": "any",
                "authenticationType": "API_KEY",
                "additionalAuthenticationProviders": [{"authenticationType": "API_KEY"}] * 2,
            },
        ),
    ],
    ids=str,
)
def test_what_the_guide_says_is_accepted(
    client: Any, api_id: str, operation: str, given: dict[str, Any]
) -> None:
    """What AWS was seen to refuse, and the service model leaves optional."""
    if operation == "create_function":
        given = {"name": "load", "dataSourceName": "table", **given}
    getattr(client, operation)(apiId=api_id, **given)


NO_SOURCE = "^DataSourceName is required for UNIT resolver$"
NO_PIPELINE = "^PipelineConfig can't be null.$"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, NO_SOURCE),
        ({"kind": "UNIT"}, NO_SOURCE),
        (JS, NO_SOURCE),
        ({"pipelineConfig": {"functions": []}}, NO_SOURCE),
        ({"kind": "PIPELINE"}, NO_PIPELINE),
        ({"kind": "PIPELINE", "dataSourceName": "table"}, NO_PIPELINE),
        ({"kind": "PIPELINE", **JS}, NO_PIPELINE),
        (
            {"kind": "PIPELINE", "dataSourceName": "table", "pipelineConfig": {"functions": []}},
            "^Pipeline Resolver cannot have data source. Received: table$",
        ),
    ],
    ids=str,
)
def test_what_a_resolver_of_a_kind_must_have(
    client: Any, api_id: str, refused: Refusal, params: dict[str, Any], message: str
) -> None:
    field = {"apiId": api_id, "typeName": "Query", "fieldName": "orders"}
    with refused("BadRequestException", 400, message):
        client.create_resolver(**field, **params)
    client.create_resolver(**field, kind="PIPELINE", pipelineConfig={"functions": []})
    with refused("BadRequestException", 400, message):
        client.update_resolver(**field, **params)


@pytest.mark.parametrize("ttl", [-1, 0, 3601, 2**40])
def test_how_long_a_cache_may_keep_what_it_has(
    client: Any, api_id: str, refused: Refusal, ttl: int
) -> None:
    field = {"apiId": api_id, "typeName": "Query", "fieldName": "orders", "dataSourceName": "table"}
    cache = {"apiId": api_id, "type": "SMALL", "apiCachingBehavior": "FULL_REQUEST_CACHING"}
    client.create_api_cache(**cache, ttl=3600)
    client.create_resolver(**field, cachingConfig={"ttl": 1})
    words = "^TTL value cannot be smaller than 1 second and larger than 3600 seconds.$"
    for ask in (client.create_resolver, client.update_resolver):
        with refused("BadRequestException", 400, words):
            ask(**field, cachingConfig={"ttl": ttl})
    bounds = "less than or equal to 3600" if ttl > 0 else "greater than or equal to 1"
    message = f"^1 validation error detected: Value '{ttl}' at 'ttl' .* value {bounds}$"
    for ask in (client.create_api_cache, client.update_api_cache):
        with refused("BadRequestException", 400, message):
            ask(**cache, ttl=ttl)


@pytest.mark.parametrize(
    ("arn", "is_taken"),
    [
        (CERTIFICATE, True),
        ("arn:aws:iam::123456789012:server-certificate/any", True),
        ("arn:aws:acm:eu-central-1:123456789012:certificate/any", False),
    ],
)
def test_where_the_certificate_of_a_domain_name_is(
    client: Any, refused: Refusal, arn: str, is_taken: bool
) -> None:
    name = {"domainName": "api.example.com"}
    if not is_taken:
        with refused("BadRequestException", 400, "^Certificate must be in us-east-1.$"):
            client.create_domain_name(**name, certificateArn=arn)
        return
    made = client.create_domain_name(**name, certificateArn=arn)["domainNameConfig"]
    assert made["certificateArn"] == arn
    client.update_domain_name(**name, description="kept")


def test_an_api_without_a_schema_has_no_type_for_a_resolver(
    appsync: AppSync, client: Any, refused: Refusal
) -> None:
    api = appsync.add_api()
    with refused("NotFoundException", 404, "^Type Query not found$"):
        client.create_resolver(apiId=api.id, typeName="Query", fieldName="orders")


def test_a_pipeline_holds_its_functions(client: Any, api_id: str, refused: Refusal) -> None:
    id = new_function(client, api_id)["functionId"]
    field = {"apiId": api_id, "typeName": "Query", "fieldName": "orders"}
    resolver = client.create_resolver(**field, kind="PIPELINE", pipelineConfig={"functions": [id]})[
        "resolver"
    ]
    client.create_resolver(
        apiId=api_id, typeName="Query", fieldName="order", dataSourceName="table"
    )
    found = client.list_resolvers_by_function(apiId=api_id, functionId=id)["resolvers"]
    assert found == [resolver]
    words = "^Cannot delete a function which is currently used by a resolver$"
    with refused("BadRequestException", 400, words):
        client.delete_function(apiId=api_id, functionId=id)
    client.delete_resolver(**field)
    client.delete_function(apiId=api_id, functionId=id)
    with refused("NotFoundException", 404):
        client.list_resolvers_by_function(apiId=api_id, functionId=id)


def test_a_pipeline_with_code_has_no_batches(client: Any, api_id: str, refused: Refusal) -> None:
    field = {"apiId": api_id, "typeName": "Query", "fieldName": "orders"}
    pipeline: dict[str, Any] = {"kind": "PIPELINE", "pipelineConfig": {"functions": []}}
    with refused("BadRequestException", 400, "^Pipeline JS resolvers cannot have a maxBatchSize$"):
        client.create_resolver(**field, **JS, **pipeline, maxBatchSize=1)
    client.create_resolver(**field, **JS, **pipeline, maxBatchSize=0)
    client.update_resolver(**field, **pipeline, maxBatchSize=1)
    client.update_resolver(**field, **JS, dataSourceName="table", maxBatchSize=1)


def test_a_resolvers_quotas(client: Any, api_id: str, refused: Refusal) -> None:
    ids = [new_function(client, api_id, f"f{number}")["functionId"] for number in range(11)]
    field = {"apiId": api_id, "typeName": "Query", "fieldName": "orders"}
    with refused("BadRequestException", 400, "^A resolver can only be composed of 10 functions$"):
        client.create_resolver(**field, kind="PIPELINE", pipelineConfig={"functions": ids})
    keys = [f"$context.arguments.a{number}" for number in range(26)]
    with refused("BadRequestException", 400, "at most 25 caching keys"):
        client.create_resolver(
            **field, dataSourceName="table", cachingConfig={"ttl": 1, "cachingKeys": keys}
        )
    client.create_resolver(
        **field,
        kind="PIPELINE",
        pipelineConfig={"functions": ids[:10]},
        cachingConfig={"ttl": 1, "cachingKeys": keys[:25]},
    )


def test_what_a_caching_key_begins_with(client: Any, api_id: str, refused: Refusal) -> None:
    field = {"apiId": api_id, "typeName": "Query", "fieldName": "orders", "dataSourceName": "table"}
    keys = ["$context.args.id", "$context.arguments.id", "$context.identity.sub", "$context.source"]
    client.create_resolver(**field, cachingConfig={"ttl": 1, "cachingKeys": keys})
    words = (
        r"^Caching keys need to start with \$context.args, \$context.arguments, "
        r"\$context.identity, or \$context.source.$"
    )
    with refused("BadRequestException", 400, words):
        client.update_resolver(**field, cachingConfig={"ttl": 1, "cachingKeys": [*keys, "id"]})


# --- caches --------------------------------------------------------------------------


def test_an_api_has_one_cache(client: Any, api_id: str, refused: Refusal) -> None:
    cache: dict[str, Any] = {
        "apiId": api_id,
        "ttl": 60,
        "apiCachingBehavior": "FULL_REQUEST_CACHING",
        "type": "SMALL",
    }
    missing = "Unable to {} the cache as it doesn't exist, please create the cache first."
    for verb, ask in (
        ("get", client.get_api_cache),
        ("delete", client.delete_api_cache),
        ("flush", client.flush_api_cache),
    ):
        with refused("NotFoundException", 404, missing.format(verb)):
            ask(apiId=api_id)
    with refused("NotFoundException", 404, missing.format("update")):
        client.update_api_cache(**cache)
    created = client.create_api_cache(**cache, transitEncryptionEnabled=True)["apiCache"]
    assert (created["status"], created["ttl"]) == ("AVAILABLE", 60)
    assert (created["transitEncryptionEnabled"], created["atRestEncryptionEnabled"]) == (
        True,
        False,
    )
    with refused("BadRequestException", 400, "^The API has already enabled caching.$"):
        client.create_api_cache(**cache)
    changed = client.update_api_cache(**cache | {"ttl": 90})["apiCache"]
    assert changed == created | {"ttl": 90}
    client.flush_api_cache(apiId=api_id)
    client.delete_api_cache(apiId=api_id)
    client.create_api_cache(**cache)


# --- channel namespaces --------------------------------------------------------------


@needs_event_apis
def test_channel_namespaces(appsync: AppSync, client: Any, refused: Refusal) -> None:
    api = client.create_api(name="chat", eventConfig=EVENT_CONFIG)["api"]["apiId"]
    appsync.clock.set(1784632175)
    created = client.create_channel_namespace(apiId=api, name="room", tags={"team": "web"})[
        "channelNamespace"
    ]
    assert created["channelNamespaceArn"] == f"{ARN}apis/{api}/channelNamespace/room"
    assert (created["apiId"], created["tags"]) == (api, {"team": "web"})
    assert created["created"] == created["lastModified"]
    with refused("ConflictException", 409):
        client.create_channel_namespace(apiId=api, name="room")
    appsync.clock.advance(hours=1)
    changed = client.update_channel_namespace(apiId=api, name="room", publishAuthModes=MODES)[
        "channelNamespace"
    ]
    assert changed["created"] == created["created"]
    assert timedelta(hours=1) <= changed["lastModified"] - created["created"] < timedelta(hours=2)
    assert changed["tags"] == {"team": "web"}
    assert client.list_channel_namespaces(apiId=api)["channelNamespaces"] == [changed]
    client.update_channel_namespace(apiId=api, name="room", codeHandlers="any")
    found = client.get_channel_namespace(apiId=api, name="room")["channelNamespace"]
    assert found.pop("codeHandlers") == "any"
    assert client.list_channel_namespaces(apiId=api)["channelNamespaces"] == [found]
    graphql = appsync.add_api()
    with refused("NotFoundException", 404, f"^Events API {graphql.id} not found.$"):
        client.create_channel_namespace(apiId=graphql.id, name="room")
    client.delete_channel_namespace(apiId=api, name="room")
    with refused("NotFoundException", 404):
        client.get_channel_namespace(apiId=api, name="room")


@needs_handlers
def test_the_data_sources_of_a_channel_namespace(client: Any, refused: Refusal) -> None:
    api = client.create_api(name="chat", eventConfig=EVENT_CONFIG)["api"]["apiId"]
    room = {"apiId": api, "name": "room"}
    created = client.create_channel_namespace(**room)["channelNamespace"]
    assert created["handlerConfigs"] == {}
    handler = {"behavior": "DIRECT", "integration": {"dataSourceName": "save"}}
    configs = {"onPublish": handler}
    for change in (client.create_channel_namespace, client.update_channel_namespace):
        name = "room" if change == client.update_channel_namespace else "other"
        with refused("NotFoundException", 404, "^No data source found named save$"):
            change(apiId=api, name=name, handlerConfigs=configs)
    client.create_data_source(apiId=api, name="save", type="AWS_LAMBDA")
    changed = client.update_channel_namespace(**room, handlerConfigs=configs)["channelNamespace"]
    assert changed["handlerConfigs"] == configs


@needs_event_apis
def test_50_channel_namespaces_are_all_that_an_api_has(client: Any, refused: Refusal) -> None:
    api = client.create_api(name="chat", eventConfig=EVENT_CONFIG)["api"]["apiId"]
    for number in range(50):
        client.create_channel_namespace(apiId=api, name=f"room{number}")
    with refused("ConflictException", 409):
        client.create_channel_namespace(apiId=api, name="room0")
    with refused("ServiceQuotaExceededException", 402, "at most 50 channel namespaces"):
        client.create_channel_namespace(apiId=api, name="more")


# --- domain names --------------------------------------------------------------------


def test_domain_names(client: Any, api_id: str, refused: Refusal) -> None:
    created = client.create_domain_name(**DOMAIN, description="ours")["domainNameConfig"]
    assert created.items() >= DOMAIN.items()
    assert re.fullmatch(r"d[a-z2-7]{13}\.cloudfront\.net", created["appsyncDomainName"])
    assert created["hostedZoneId"] == "Z2FDTNDATAQYW2"
    assert client.list_domain_names()["domainNameConfigs"] == [created]
    with refused("BadRequestException", 400, "already exists"):
        client.create_domain_name(**DOMAIN)
    changed = client.update_domain_name(domainName="api.example.com", description="theirs")
    assert changed["domainNameConfig"] == created | {"description": "theirs"}
    client.delete_domain_name(domainName="api.example.com")
    with refused("NotFoundException", 404, "api.example.com"):
        client.get_domain_name(domainName="api.example.com")


def test_a_domain_name_has_an_api(client: Any, api_id: str, refused: Refusal) -> None:
    name = {"domainName": "api.example.com"}
    client.create_domain_name(**DOMAIN)
    for ask in (client.get_api_association, client.disassociate_api):
        with refused("NotFoundException", 404, "^Domain name is not associated"):
            ask(**name)
    with refused("NotFoundException", 404):
        client.associate_api(**name, apiId="none")
    associated = client.associate_api(**name, apiId=api_id)["apiAssociation"]
    assert associated == name | {"apiId": api_id, "associationStatus": "PROCESSING"}
    found = client.get_api_association(**name)["apiAssociation"]
    assert found == associated | {"associationStatus": "SUCCESS"}
    assert "apiId" not in client.get_domain_name(**name)["domainNameConfig"]
    with refused("BadRequestException", 400, "^API can not be deleted as it is associated to a"):
        client.delete_graphql_api(apiId=api_id)
    with refused("BadRequestException", 400, "^Domain name must be disassociated before it can"):
        client.delete_domain_name(**name)
    other = client.create_graphql_api(name="other", authenticationType="API_KEY")["graphqlApi"]
    client.associate_api(**name, apiId=other["apiId"])
    client.delete_graphql_api(apiId=api_id)
    client.disassociate_api(**name)
    client.delete_domain_name(**name)


def test_a_private_api_has_no_domain_name(client: Any, refused: Refusal) -> None:
    private = client.create_graphql_api(
        name="orders", authenticationType="API_KEY", visibility="PRIVATE"
    )["graphqlApi"]
    client.create_domain_name(**DOMAIN)
    with refused("BadRequestException", 400, "^Private APIs can not be associated"):
        client.associate_api(domainName="api.example.com", apiId=private["apiId"])
    with refused("NotFoundException", 404, "^Domain name is not associated"):
        client.get_api_association(domainName="api.example.com")


def test_25_domain_names_are_all_that_a_region_holds(client: Any, refused: Refusal) -> None:
    for number in range(25):
        client.create_domain_name(domainName=f"a{number}.example.com", certificateArn=CERTIFICATE)
    with refused("BadRequestException", 400, "at most 25 domain names"):
        client.create_domain_name(**DOMAIN)
    client.update_domain_name(domainName="a1.example.com")


# --- tags and environment variables --------------------------------------------------


@pytest.mark.appsync(seed=1)
def test_tags_of_an_api(client: Any, api_id: str, refused: Refusal) -> None:
    arn = client.get_graphql_api(apiId=api_id)["graphqlApi"]["arn"]
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {}
    client.tag_resource(resourceArn=arn, tags={"team": "web", "stage": "test"})
    client.tag_resource(resourceArn=arn, tags={"team": "ops"})
    client.untag_resource(resourceArn=arn, tagKeys=["stage", "none"])
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "ops"}
    assert client.get_graphql_api(apiId=api_id)["graphqlApi"]["tags"] == {"team": "ops"}
    letters = [first + second for first in "abcdefg" for second in "hijklmno"]
    with refused("LimitExceededException", 429, "at most 50 tags"):
        client.tag_resource(resourceArn=arn, tags=dict.fromkeys(letters[:50], ""))
    client.tag_resource(resourceArn=arn, tags=dict.fromkeys(letters[:49], ""))
    client.delete_graphql_api(apiId=api_id)
    with refused("NotFoundException", 404, arn):
        client.list_tags_for_resource(resourceArn=arn)


@needs_event_apis
def test_what_else_has_tags(client: Any, refused: Refusal) -> None:
    api = client.create_api(name="chat", eventConfig=EVENT_CONFIG)["api"]["apiId"]
    room = client.create_channel_namespace(apiId=api, name="room")["channelNamespace"]
    # botocore itself refuses an ARN of less than 70 characters.
    name = "orders-and-more.example.com"
    client.create_domain_name(domainName=name, certificateArn=CERTIFICATE)
    domain_arn = f"{ARN}domainnames/{name}"
    for arn in (room["channelNamespaceArn"], domain_arn):
        client.tag_resource(resourceArn=arn, tags={"team": "web"})
        assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "web"}
    missing = (
        f"{ARN}apis/{'n' * 26}/channelNamespace/room",
        f"arn:aws-cn:appsync:cn-north-1:123456789012:apis/{'n' * 26}",
    )
    for arn in missing:
        with refused("NotFoundException", 404):
            client.list_tags_for_resource(resourceArn=arn)
    for arn in (domain_arn + "/more", f"{ARN}apis/{api}/datasources/table"):
        with refused("BadRequestException", 400, "^Invalid input resource arn$"):
            client.tag_resource(resourceArn=arn, tags={"team": "web"})
    for text in (f"arn:aws:s3:::{'b' * 70}", "n" * 75, f"{ARN}{'n' * 40}", f"{missing[0]}\n"):
        with refused("BadRequestException", 400, "at 'resourceArn' failed to satisfy constraint"):
            client.list_tags_for_resource(resourceArn=text)


def test_tags_of_another_regions_api_are_not_found(
    appsync: AppSync, client: Any, refused: Refusal
) -> None:
    there = appsync.add_api(region="eu-west-1")
    with refused("NotFoundException", 404):
        client.list_tags_for_resource(resourceArn=there.arn)


@needs_event_apis
def test_an_event_api_has_no_environment_variables_and_no_schema(
    appsync: AppSync, client: Any, refused: Refusal
) -> None:
    api_id = appsync.add_api(kind="EVENT").id
    with refused("NotFoundException", 404):
        client.start_schema_creation(apiId=api_id, definition=b"type Query { a: Int }")
    with refused("NotFoundException", 404):
        client.get_schema_creation_status(apiId=api_id)
    with refused("NotFoundException", 404):
        client.get_graphql_api_environment_variables(apiId=api_id)
    with refused("NotFoundException", 404):
        client.put_graphql_api_environment_variables(
            apiId=api_id, environmentVariables={"STAGE": "b"}
        )


def test_environment_variables_are_put_as_a_whole(client: Any, api_id: str) -> None:
    if not hasattr(client, "put_graphql_api_environment_variables"):
        pytest.skip("the installed botocore is older")
    assert client.get_graphql_api_environment_variables(apiId=api_id)["environmentVariables"] == {}
    for variables in ({"STAGE": "test", "TABLE": "orders"}, {"STAGE": "live"}):
        put = client.put_graphql_api_environment_variables(
            apiId=api_id, environmentVariables=variables
        )
        assert put["environmentVariables"] == variables
    found = client.get_graphql_api_environment_variables(apiId=api_id)
    assert found["environmentVariables"] == {"STAGE": "live"}


# --- APIs ----------------------------------------------------------------------------


def test_a_deleted_api_takes_all_along(client: Any, api_id: str, refused: Refusal) -> None:
    client.create_resolver(
        apiId=api_id, typeName="Query", fieldName="orders", dataSourceName="table"
    )
    client.delete_graphql_api(apiId=api_id)
    for ask, more in (
        (client.get_data_source, {"name": "table"}),
        (client.list_resolvers, {"typeName": "Query"}),
        (client.get_schema_creation_status, {}),
    ):
        with refused("NotFoundException", 404, f"^GraphQL API {api_id} not found.$"):
            ask(apiId=api_id, **more)


def test_50_authentication_providers_are_all_that_an_api_has(
    client: Any, api_id: str, refused: Refusal
) -> None:
    provider = {"authenticationType": "OPENID_CONNECT", "openIDConnectConfig": {"issuer": "x"}}
    update = {"apiId": api_id, "name": "orders", "authenticationType": "API_KEY"}
    with refused("BadRequestException", 400, "at most 50 authentication providers"):
        client.update_graphql_api(**update, additionalAuthenticationProviders=[provider] * 50)
    client.update_graphql_api(**update, additionalAuthenticationProviders=[provider] * 49)


LAMBDA = {"authorizerUri": "arn:aws:lambda:us-east-1:123456789012:function:authorize"}


def test_an_api_has_one_lambda_authorizer(client: Any, api_id: str, refused: Refusal) -> None:
    other = {"authenticationType": "AWS_LAMBDA", "lambdaAuthorizerConfig": LAMBDA}
    update = {"apiId": api_id, "name": "AWS_LAMBDA", "authenticationType": "API_KEY"}
    client.update_graphql_api(**update, additionalAuthenticationProviders=[other])
    words = "^An API can have only one Lambda authorizer.$"
    with refused("BadRequestException", 400, words):
        client.update_graphql_api(**update, additionalAuthenticationProviders=[other] * 2)
    with refused("BadRequestException", 400, words):
        client.update_graphql_api(**update | other)
    client.update_graphql_api(**update | other, additionalAuthenticationProviders=[])
    with refused("BadRequestException", 400, words):
        client.create_graphql_api(name="orders", **other, additionalAuthenticationProviders=[other])


def test_an_api_that_denies_has_one_way_to_authorize(
    client: Any, api_id: str, refused: Refusal
) -> None:
    pool = {"userPoolId": "us-east-1_any", "awsRegion": "us-east-1", "defaultAction": "DENY"}
    by_pool = {"authenticationType": "AMAZON_COGNITO_USER_POOLS", "userPoolConfig": pool}
    others = {"additionalAuthenticationProviders": [{"authenticationType": "AWS_IAM"}]}
    update = {"apiId": api_id, "name": "orders"}
    client.update_graphql_api(**update, authenticationType="API_KEY", userPoolConfig=pool, **others)
    words = (
        "^Additional authentication providers cannot be specified when setting DENY for top level "
        "user pool authentication type.$"
    )
    with refused("BadRequestException", 400, words):
        client.update_graphql_api(**update, **by_pool)
    with refused("BadRequestException", 400, words):
        client.create_graphql_api(name="orders", **by_pool, **others)
    client.update_graphql_api(**update, **by_pool, additionalAuthenticationProviders=[])
    by_pool["userPoolConfig"] = {**pool, "defaultAction": "ALLOW"}
    client.update_graphql_api(**update, **by_pool, **others)


@needs_event_apis
def test_an_event_api_has_one_lambda_authorizer(client: Any, refused: Refusal) -> None:
    provider = {"authType": "AWS_LAMBDA", "lambdaAuthorizerConfig": LAMBDA}
    client.create_api(name="chat", eventConfig=EVENT_CONFIG | {"authProviders": [provider]})
    with refused("BadRequestException", 400, "^An API can have only one Lambda authorizer.$"):
        client.create_api(name="chat", eventConfig=EVENT_CONFIG | {"authProviders": [provider] * 2})


@needs_event_apis
def test_an_event_api_has_no_more(client: Any, refused: Refusal) -> None:
    config: dict[str, Any] = EVENT_CONFIG | {"authProviders": MODES * 51}
    with refused("BadRequestException", 400, "at most 50 authentication providers"):
        client.create_api(name="chat", eventConfig=config)
    client.create_api(name="chat", eventConfig=config | {"authProviders": MODES * 50})


@needs_event_apis
@pytest.mark.appsync(graphql_api_quota=1, event_api_quota=2)
def test_the_quotas_of_apis_are_keywords(client: Any, refused: Refusal) -> None:
    client.create_graphql_api(name="a", authenticationType="API_KEY")
    with refused("ApiLimitExceededException", 400):
        client.create_graphql_api(name="b", authenticationType="API_KEY")
    for name in "ab":
        client.create_api(name=name, eventConfig=EVENT_CONFIG)
    with refused("ServiceQuotaExceededException", 402):
        client.create_api(name="c", eventConfig=EVENT_CONFIG)


@needs_event_apis
def test_an_event_apis_uris(appsync: AppSync, client: Any) -> None:
    api = appsync.add_api(kind="EVENT")
    dns = client.get_api(apiId=api.id)["api"]["dns"]
    assert api.uris == {
        "HTTP": f"https://{dns['HTTP']}/event",
        "REALTIME": f"wss://{dns['REALTIME']}/event/realtime",
    }
    changed = client.update_api(apiId=api.id, name="renamed", eventConfig=EVENT_CONFIG)["api"]
    assert (changed["name"], changed["dns"]) == ("renamed", dns)
    assert [api.name for api in appsync.apis()] == ["renamed"]


# --- lists ---------------------------------------------------------------------------


@pytest.mark.appsync(page_size=3)
def test_every_list_has_pages(client: Any, api_id: str, refused: Refusal) -> None:
    for number in range(6):
        client.create_data_source(apiId=api_id, name=f"d{number}", type="NONE")
    first = client.list_data_sources(apiId=api_id)
    client.delete_data_source(apiId=api_id, name="d1")
    second = client.list_data_sources(apiId=api_id, nextToken=first["nextToken"], maxResults=4)
    names = [[one["name"] for one in page["dataSources"]] for page in (first, second)]
    assert names == [["table", "d0", "d1"], ["d2", "d3", "d4", "d5"]]
    assert "nextToken" not in second
    with refused("BadRequestException", 400, "token"):
        client.list_functions(apiId=api_id, nextToken=first["nextToken"])
