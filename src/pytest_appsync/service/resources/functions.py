"""Functions and resolvers.

| what AWS does | source |
| --- | --- |
| `No data source found named NAME`, 404, for a function's | aws-amplify/amplify-cli #5017 |
| `No data source found`, 404, for a resolver's | aws/aws-cdk #17997; amplify-cli #1046 |
| `No resolver found.`, 404 | sid88in/serverless-appsync-plugin #158; amplify-cli #1125 |
| `Type TYPE not found`, 404, where a resolver's type is not in the schema; also where it \
was there and is gone: the resolver stays, and comes back with the type | aws/aws-cdk #17997; \
amplify-cli #682 |
| `No field named FIELD found on type TYPE`, 404 | serverless-components/aws-app-sync #11 |
| `Only one resolver is allowed per field.`, 400 | aws-amplify/amplify-cli #1125 |
| `DataSourceName is required for UNIT resolver` | aws/aws-cdk #16071 |
| `PipelineConfig can't be null.` | hashicorp/terraform-provider-aws #42044, #35409 |
| `The specified functions [ID,ID] must exist before referencing them from a resolver.`, 404 | \
aws/aws-cdk #6924 |
| `Code not supported when using templates.`, for `code` without `runtime` | service model; the \
words: the README of a public AWS SAM project (its bucket is graph-ql-demo) |
| `runtime` without `code` | service model; the words are ours |
| a PIPELINE resolver cannot have a `dataSourceName`; the words are AWS CDK's | \
cloudtools/troposphere #1296; aws-cdk-lib, aws-appsync's resolver.ts |
| `Pipeline JS resolvers cannot have a maxBatchSize` | aws/aws-cdk #27674 |
| `A resolver can only be composed of 10 functions` | aws-amplify/amplify-category-api #956; \
amplify-cli #9547 |
| `Cannot delete a function which is currently used by a resolver` | epam/aws-syndicate, \
appsync_connection.py; dmeiser/kernelworx; hashicorp/terraform-provider-aws #15480 |
| `maxBatchSize` 0 | go-to-k/cdk-real-drift, test corpus |
| a resolver's blank template, which turns it off, is not shown | AppSync developer guide, \
"Disabling VTL mapping templates with direct Lambda resolvers": the answer of the CLI |
| 10 functions a pipeline resolver, 25 caching keys | AWS service quotas |
| `Caching keys need to start with $context.args, $context.arguments, $context.identity, or \
$context.source.` | service model; aws/aws-appsync-community #202, #207; aws/aws-cdk #20773 |
"""

from __future__ import annotations

from typing import Any, ClassVar

from pytest_appsync.service.apis import Region, StoredApi
from pytest_appsync.service.by_model import Operation, Params, ResourceOperations, Result
from pytest_appsync.service.collection import Collection, Resource
from pytest_appsync.service.errors import ServiceError, bad_request
from pytest_appsync.service.resources.data_sources import DATA_SOURCES
from pytest_appsync.service.resources.schemas import fields_in_force


class _WithTemplates(ResourceOperations[Resource]):
    def members_in(self, params: Params) -> Result:
        members = super().members_in(params).items()
        return {name: value for name, value in members if "Template" not in name or value.strip()}


class Functions(_WithTemplates):
    """The functions of an API, for pipeline resolvers."""

    noun = "Function"
    identifier = "functionId"
    arn = "functionArn", "apis/{apiId}/functions/{functionId}"
    defaults: ClassVar[dict[str, Any]] = {"maxBatchSize": 0}
    update_replaces = True

    def new_id(self, region: Region, params: Params) -> str:
        # The service model's pattern of a function's id allows no digit in front.
        id = region.identifiers.new()
        return id if id[0].isalpha() else self.new_id(region, params)

    def check(self, region: Region, params: Params, present: Resource | None) -> None:
        name = params["name"]
        others = (each for each in self.among(region, params) if each is not present)
        if any(other.members["name"] == name for other in others):
            raise bad_request(f"Function with name {name} already exists")
        DATA_SOURCES.find(region, {**params, "name": params["dataSourceName"]})
        _check_code(params)

    def check_deletion(self, region: Region, resource: Resource) -> None:
        if any(_resolvers_with(region.api(resource.api_id), resource.id)):
            raise bad_request("Cannot delete a function which is currently used by a resolver")


class Resolvers(_WithTemplates):
    """The resolvers of an API, one for a field of a type."""

    noun = "Resolver"
    identifier = "fieldName"
    arn = "resolverArn", "apis/{apiId}/types/{typeName}/resolvers/{fieldName}"
    defaults: ClassVar[dict[str, Any]] = {"kind": "UNIT", "maxBatchSize": 0}
    missing = "No resolver found."
    exists = "Only one resolver is allowed per field."
    update_replaces = True

    def among(self, region: Region, params: Params) -> Collection[Resource]:
        resolvers = super().among(region, params)
        fields_in_force(region, params)
        return resolvers

    def id_in(self, params: Params) -> str:
        return f"{params['typeName']}.{params['fieldName']}"

    def check(self, region: Region, params: Params, present: Resource | None) -> None:
        name = params["fieldName"]
        if name not in fields_in_force(region, params):
            message = f"No field named {name} found on type {params['typeName']}"
            raise ServiceError("NotFoundException", message)
        kind = params.get("kind", "UNIT")
        needed, message = _NEEDED[kind]
        if needed not in params:
            raise bad_request(message)
        _check_code(params)
        if kind == "PIPELINE" and "code" in params and params.get("maxBatchSize"):
            raise bad_request("Pipeline JS resolvers cannot have a maxBatchSize")
        api = region.api(params["apiId"])
        source = params.get("dataSourceName")
        if source is not None and api.owned("DataSource").get(source) is None:
            raise ServiceError("NotFoundException", "No data source found")
        functions = params.get("pipelineConfig", {}).get("functions", ())
        missing = [id for id in functions if api.owned("Function").get(id) is None]
        if missing:
            raise ServiceError(
                "NotFoundException",
                f"The specified functions [{','.join(missing)}] must exist before referencing "
                "them from a resolver.",
            )
        if kind == "PIPELINE" and source is not None:
            raise bad_request(f"Pipeline Resolver cannot have data source. Received: {source}")
        if len(functions) > 10:
            raise bad_request("A resolver can only be composed of 10 functions")
        keys = params.get("cachingConfig", {}).get("cachingKeys", ())
        if len(keys) > 25:
            raise bad_request("A resolver can have at most 25 caching keys.")
        if not all(key.startswith(_CACHING_KEYS) for key in keys):
            message = f"Caching keys need to start with {', '.join(_CACHING_KEYS[:-1])}, or "
            raise bad_request(f"{message}{_CACHING_KEYS[-1]}.")


def list_resolvers_by_function(region: Region, params: Params) -> Result:
    function = _FUNCTIONS.find(region, params)
    found = _resolvers_with(region.api(params["apiId"]), function.id)
    return _RESOLVERS.page(region, "ListResolversByFunction", found, params)


def _resolvers_with(api: StoredApi, function_id: str) -> Collection[Resource]:
    found = Collection[Resource]()
    for resolver in api.owned("Resolver"):
        if function_id in resolver.members.get("pipelineConfig", {}).get("functions", ()):
            found.add(resolver)
    return found


def _check_code(params: Params) -> None:
    if "code" in params and "runtime" not in params:
        raise bad_request("Code not supported when using templates.")
    if "runtime" in params and "code" not in params:
        raise bad_request("code and runtime must be specified together.")


_NEEDED = {
    "PIPELINE": ("pipelineConfig", "PipelineConfig can't be null."),
    "UNIT": ("dataSourceName", "DataSourceName is required for UNIT resolver"),
}
_CACHING_KEYS = ("$context.args", "$context.arguments", "$context.identity", "$context.source")
_FUNCTIONS, _RESOLVERS = Functions(), Resolvers()

OPERATIONS: dict[str, Operation] = {
    **_FUNCTIONS.operations(),
    **_RESOLVERS.operations(),
    "ListResolversByFunction": list_resolvers_by_function,
}
