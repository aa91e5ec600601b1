"""Data sources, functions and resolvers."""

from __future__ import annotations

from typing import Any

from pytest_appsync.verification.asking import NOWHERE, Asking
from pytest_appsync.verification.fact import CHOICE, CORPUS, Seen, fact
from pytest_appsync.verification.facts.schemas import upload, with_schema
from pytest_appsync.verification.forms import form_of

_CODE = "export function request(ctx) { return {}; }\nexport function response(ctx) { return 1; }"
_RUNTIME = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}


def _data_source(ask: Asking) -> Any:
    answer = ask.call("create_data_source", apiId=ask.api, name="none", type="NONE")
    return answer["dataSource"]


def _function(ask: Asking, name: str = "first") -> Any:
    answer = ask.call("create_function", **_function_params(ask, name))
    return answer["functionConfiguration"]


def _function_params(ask: Asking, name: str = "first") -> dict[str, Any]:
    return {
        "apiId": ask.api,
        "name": name,
        "dataSourceName": "none",
        "code": _CODE,
        "runtime": _RUNTIME,
    }


def _schema_and_data_source(ask: Asking) -> None:
    """What a function and a resolver need, in an API of this fact's own."""
    upload(ask)
    _data_source(ask)


def _resolver(ask: Asking, **more: Any) -> Any:
    """A resolver of an API of this fact's own."""
    _schema_and_data_source(ask)
    return ask.call("create_resolver", **_resolver_params(ask, **more))["resolver"]


def _resolver_params(ask: Asking, **more: Any) -> dict[str, Any]:
    given = {"dataSourceName": "none", "typeName": "Query", "fieldName": "item", **more}
    if "apiId" not in given:  # not before: ask.api makes an API
        given["apiId"] = ask.api
    return {"code": _CODE, "runtime": _RUNTIME, **given}


def _pipeline_params(ask: Asking, functions: list[str], **more: Any) -> dict[str, Any]:
    config = {"functions": functions}
    params = _resolver_params(ask, kind="PIPELINE", pipelineConfig=config, **more)
    del params["dataSourceName"]
    return params


def _refusal(ask: Asking, **more: Any) -> str:
    """How a resolver is refused by an API that facts share: it leaves it as it is."""
    params = _resolver_params(ask, apiId=ask.shared(with_schema), dataSourceName="other", **more)
    return ask.refusal("create_resolver", **params)


def _half_given(ask: Asking, left_out: str) -> Seen:
    """How a function and a resolver are refused that have only one of `code` and `runtime`."""
    _schema_and_data_source(ask)
    function = _function_params(ask)
    resolver = _resolver_params(ask)
    del function[left_out], resolver[left_out]
    return [ask.refusal("create_function", **function), ask.refusal("create_resolver", **resolver)]


# --- data sources ---


@fact(CORPUS)
def data_source_arn(ask: Asking) -> Seen:
    """A data source's ARN ends in `apis/ID/datasources/NAME`."""
    return _data_source(ask)["dataSourceArn"]


@fact(CORPUS)
def data_source_metrics(ask: Asking) -> Seen:
    """A data source of type NONE has `metricsConfig` DISABLED."""
    return _data_source(ask).get("metricsConfig")


@fact("aws-amplify/amplify-cli #911")
def data_source_twice(ask: Asking) -> Seen:
    """A second data source of a name: 400, `Data source with name NAME already exists`."""
    _data_source(ask)
    return ask.refusal("create_data_source", apiId=ask.api, name="none", type="NONE")


@fact("aws-amplify/amplify-cli #5017, for a function's")
def unknown_data_source(ask: Asking) -> Seen:
    """GetDataSource for a name that is not there: 404, `No data source found named NAME`."""
    return ask.refusal("get_data_source", apiId=ask.common_api, name="none")


@fact("hashicorp/terraform-provider-aws #9220, #9221")
def data_source_name(ask: Asking) -> Seen:
    """400, `Invalid data source name given, must match pattern ...`."""
    return ask.refusal("create_data_source", apiId=ask.common_api, name="by-id", type="NONE")


@fact("aws/aws-appsync-community #28; its words were not shown")
def data_source_in_use(ask: Asking) -> Seen:
    """A data source that a function uses cannot be deleted."""
    _data_source(ask)
    _function(ask)
    return ask.refusal("delete_data_source", apiId=ask.api, name="none")


@fact(CHOICE)
def data_source_update_replaces(ask: Asking) -> Seen:
    """UpdateDataSource takes away a member that is not given."""
    params = {"apiId": ask.api, "name": "none", "type": "NONE"}
    ask.call("create_data_source", **params, description="before")
    return ask.call("update_data_source", **params)["dataSource"].get("description")


@fact("service model, in the member's documentation; for the words " + CHOICE)
def http_endpoint_scheme(ask: Asking) -> Seen:
    """The `endpoint` of an HTTP data source begins with `http://` or `https://`."""
    params = {"apiId": ask.api, "name": "web", "type": "HTTP"}
    return [
        ask.refusal("create_data_source", **params, httpConfig={"endpoint": endpoint})
        for endpoint in ("ftp://example.com", "example.com", "https://example.com")
    ]


@fact("aws-amplify/amplify-backend, cdk_error_mapper.test.ts")
def http_endpoint_with_a_space(ask: Asking) -> Seen:
    """An `endpoint` with a space in its host: 400, `Illegal character in authority at index 8`."""
    params = {"apiId": ask.api, "name": "web", "type": "HTTP"}
    config = {"endpoint": "https://bedrock-runtime.us- east-1.amazonaws.com"}
    return ask.refusal("create_data_source", **params, httpConfig=config)


# --- functions ---


@fact(CORPUS)
def function_id_form(ask: Asking) -> Seen:
    """A function's id is 26 characters of `a-z2-7`."""
    _data_source(ask)
    return form_of([_function(ask, name)["functionId"] for name in ("one", "two", "three")])


@fact(CORPUS)
def function_arn(ask: Asking) -> Seen:
    """A function's ARN ends in `apis/ID/functions/FUNCTION_ID`."""
    _data_source(ask)
    return _function(ask)["functionArn"]


@fact(CORPUS)
def function_batch_size(ask: Asking) -> Seen:
    """A function has `maxBatchSize` 0 where nothing was said."""
    _data_source(ask)
    return _function(ask).get("maxBatchSize")


@fact("aws-amplify/amplify-cli #5017")
def function_without_data_source(ask: Asking) -> Seen:
    """A function whose data source is not there: 404, `No data source found named NAME`."""
    return ask.refusal("create_function", **_function_params(ask))


@fact("aws-amplify/amplify-cli #881")
def data_source_of_a_resolver(ask: Asking) -> Seen:
    """400, `Resolver for type TYPE and field FIELD associated with data source`."""
    _resolver(ask)
    return ask.refusal("delete_data_source", apiId=ask.api, name="none")


@fact("pulumi/pulumi-aws #781, where UpdateFunction says so; anomalyco/sst #4802")
def function_name(ask: Asking) -> Seen:
    """400, `Invalid Function name given, must match pattern ...`."""
    _data_source(ask)
    return ask.refusal("create_function", **_function_params(ask, "by-id"))


@fact(CHOICE)
def function_twice(ask: Asking) -> Seen:
    """A second function of a name is a BadRequestException."""
    _data_source(ask)
    _function(ask)
    return ask.refusal("create_function", **_function_params(ask))


@fact("service model; the words: the README of a public AWS SAM project, bucket graph-ql-demo")
def code_without_runtime(ask: Asking) -> Seen:
    """`code` needs a `runtime`: 400, `Code not supported when using templates.`."""
    return _half_given(ask, "runtime")


@fact("service model; for the words " + CHOICE)
def runtime_without_code(ask: Asking) -> Seen:
    """A function and a resolver with a `runtime` need `code`."""
    return _half_given(ask, "code")


@fact("service model, in the member's documentation; for the words " + CHOICE)
def runtime_version(ask: Asking) -> Seen:
    """The `runtimeVersion` of a function and of a resolver is 1.0.0."""
    runtime = {**_RUNTIME, "runtimeVersion": "2.0.0"}
    function = {**_function_params(ask), "runtime": runtime}
    return [ask.refusal("create_function", **function), _refusal(ask, runtime=runtime)]


@fact("service model, in the member's documentation; for the words " + CHOICE)
def function_version(ask: Asking) -> Seen:
    """The `functionVersion` of a function is 2018-05-29."""
    _data_source(ask)
    function = {**_function_params(ask), "functionVersion": "2017-02-28"}
    del function["code"], function["runtime"]
    return ask.refusal("create_function", **function, requestMappingTemplate="{}")


@fact(CHOICE)
def unknown_function(ask: Asking) -> Seen:
    """GetFunction for an id that is not there is a 404."""
    return ask.refusal("get_function", apiId=ask.common_api, functionId=NOWHERE)


@fact("epam/aws-syndicate, appsync_connection.py; dmeiser/kernelworx")
def function_in_use(ask: Asking) -> Seen:
    """400, `Cannot delete a function which is currently used by a resolver`."""
    _schema_and_data_source(ask)
    function = _function(ask)["functionId"]
    ask.call("create_resolver", **_pipeline_params(ask, [function]))
    return ask.refusal("delete_function", apiId=ask.api, functionId=function)


@fact(CHOICE)
def function_update_replaces(ask: Asking) -> Seen:
    """UpdateFunction takes away a member that is not given."""
    _data_source(ask)
    params = _function_params(ask)
    answer = ask.call("create_function", **params, description="before")
    id = answer["functionConfiguration"]["functionId"]
    updated = ask.call("update_function", **params, functionId=id)
    return updated["functionConfiguration"].get("description")


# --- resolvers ---


@fact(CORPUS)
def resolver_arn(ask: Asking) -> Seen:
    """A resolver's ARN ends in `apis/ID/types/TYPE/resolvers/FIELD`."""
    return _resolver(ask)["resolverArn"]


@fact(CORPUS)
def resolver_defaults(ask: Asking) -> Seen:
    """A resolver has `kind` UNIT and `maxBatchSize` 0 where nothing was said."""
    resolver = _resolver(ask)
    return [resolver.get("kind"), resolver.get("maxBatchSize")]


@fact("AppSync developer guide, direct Lambda resolvers")
def resolver_with_a_blank_template(ask: Asking) -> Seen:
    """A resolver's blank mapping template is not shown."""
    _schema_and_data_source(ask)
    request = '{"version": "2018-05-29", "payload": {}}'
    templates = {"requestMappingTemplate": request, "responseMappingTemplate": " "}
    params = _resolver_params(ask, **templates)
    del params["code"], params["runtime"]
    resolver = ask.call("create_resolver", **params)["resolver"]
    return sorted(name for name in resolver if "Template" in name)


@fact("aws-amplify/amplify-cli #1125")
def resolver_twice(ask: Asking) -> Seen:
    """A second resolver of a field: 400, `Only one resolver is allowed per field.`."""
    _resolver(ask)
    return ask.refusal("create_resolver", **_resolver_params(ask))


@fact("sid88in/serverless-appsync-plugin #158; amplify-cli #1125")
def unknown_resolver(ask: Asking) -> Seen:
    """GetResolver for a field without one: 404, `No resolver found.`."""
    api = ask.shared(with_schema)
    return ask.refusal("get_resolver", apiId=api, typeName="Query", fieldName="item")


@fact("aws/aws-cdk #17997; aws-amplify/amplify-cli #682")
def resolver_of_unknown_type(ask: Asking) -> Seen:
    """A resolver whose type is not in the schema: 404, `Type TYPE not found`."""
    return _refusal(ask, typeName="Item")


@fact("serverless-components/aws-app-sync #11")
def resolver_of_unknown_field(ask: Asking) -> Seen:
    """A resolver whose field is not there: 404, `No field named FIELD found on type TYPE`."""
    return _refusal(ask, fieldName="colour")


@fact("aws/aws-cdk #17997; amplify-cli #1046")
def resolver_without_data_source(ask: Asking) -> Seen:
    """A resolver whose data source is not there: 404, `No data source found`."""
    return _refusal(ask)


@fact("aws/aws-cdk #6924")
def resolver_without_function(ask: Asking) -> Seen:
    """A pipeline whose function is not there is a 404 that names it."""
    params = _pipeline_params(ask, [NOWHERE], apiId=ask.shared(with_schema))
    return ask.refusal("create_resolver", **params)


@fact("aws/aws-cdk #16071; that it is so with code too: " + CHOICE)
def unit_resolver_without_data_source_name(ask: Asking) -> Seen:
    """A UNIT resolver must name a data source: `DataSourceName is required for UNIT resolver`."""
    params = _resolver_params(ask, apiId=ask.shared(with_schema))
    del params["dataSourceName"]
    return ask.refusal("create_resolver", **params)


@fact("hashicorp/terraform-provider-aws #42044, #35409")
def pipeline_resolver_without_pipeline_config(ask: Asking) -> Seen:
    """A PIPELINE resolver must have a `pipelineConfig`: `PipelineConfig can't be null.`."""
    params = _resolver_params(ask, apiId=ask.shared(with_schema), kind="PIPELINE")
    return ask.refusal("create_resolver", **params)


@fact("cloudtools/troposphere #1296; the words are AWS CDK's")
def pipeline_resolver_with_data_source(ask: Asking) -> Seen:
    """A PIPELINE resolver cannot have a `dataSourceName`."""
    _schema_and_data_source(ask)
    params = _resolver_params(ask, kind="PIPELINE", pipelineConfig={"functions": []})
    return ask.refusal("create_resolver", **params)


@fact("aws/aws-cdk #17925, #17981")
def caching_time_to_live(ask: Asking) -> Seen:
    """400, `TTL value cannot be smaller than 1 second and larger than 3600 seconds.`."""
    return [_refusal(ask, cachingConfig={"ttl": ttl}) for ttl in (0, 3601)]


@fact("aws/aws-cdk #27674")
def pipeline_of_batches(ask: Asking) -> Seen:
    """With code: 400, `Pipeline JS resolvers cannot have a maxBatchSize`."""
    params = _pipeline_params(ask, [], apiId=ask.shared(with_schema), maxBatchSize=1)
    return ask.refusal("create_resolver", **params)


@fact("AWS service quotas for the number; amplify-category-api #956 for the words")
def pipeline_quota(ask: Asking) -> Seen:
    """A pipeline resolver has at most 10 functions."""
    _schema_and_data_source(ask)
    function = _function(ask)["functionId"]
    ten = ask.refusal("create_resolver", **_pipeline_params(ask, [function] * 10))
    more = _pipeline_params(ask, [function] * 11)
    return [ten, ask.refusal("create_resolver", **{**more, "fieldName": "order"})]


@fact("aws/aws-appsync-community #202, #207; aws/aws-cdk #20773")
def caching_key_beginning(ask: Asking) -> Seen:
    """A caching key begins with one of four maps of `$context`."""
    _schema_and_data_source(ask)
    caching = {"ttl": 60, "cachingKeys": ["id"]}
    return ask.refusal("create_resolver", **_resolver_params(ask, cachingConfig=caching))


@fact("AWS service quotas for the number; for the words " + CHOICE)
def caching_keys_quota(ask: Asking) -> Seen:
    """A resolver has at most 25 caching keys."""
    _schema_and_data_source(ask)
    keys = [f"$context.arguments.a{number}" for number in range(26)]
    caching = {"ttl": 60, "cachingKeys": keys}
    return ask.refusal("create_resolver", **_resolver_params(ask, cachingConfig=caching))


@fact(CHOICE)
def resolver_update_replaces(ask: Asking) -> Seen:
    """UpdateResolver takes away a member that is not given."""
    _resolver(ask, cachingConfig={"ttl": 60})
    updated = ask.call("update_resolver", **_resolver_params(ask))["resolver"]
    return updated.get("cachingConfig")


@fact("aws-amplify/amplify-cli #682")
def resolver_of_a_deleted_type(ask: Asking) -> Seen:
    """A resolver of a type that is deleted cannot be reached, and is there again with the type."""
    _schema_and_data_source(ask)
    item = {"apiId": ask.api, "definition": "type Item { id: ID! }", "format": "SDL"}
    field = {"apiId": ask.api, "typeName": "Item", "fieldName": "id"}
    ask.call("create_type", **item)
    ask.call("create_resolver", **_resolver_params(ask, typeName="Item", fieldName="id"))
    ask.call("delete_type", apiId=ask.api, typeName="Item")
    gone = ask.refusal("get_resolver", **field)
    ask.call("create_type", **item)
    return [gone, ask.refusal("get_resolver", **field)]
