"""Data sources, and the introspection of a database.

| what AWS does | source |
| --- | --- |
| `Data source with name NAME already exists`, 400 | aws-amplify/amplify-cli #911 |
| `No data source found named NAME`, 404, seen where a function names one | \
aws-amplify/amplify-cli #5017; terraform-aws-modules/terraform-aws-appsync #30 |
| `Resolver for type TYPE and field FIELD associated with data source`, 400, where one is to be \
deleted: the first one is named | aws-amplify/amplify-cli #881; aws/aws-appsync-community #28 |
| `metricsConfig` DISABLED; `dynamodbConfig` with `versioned` and `useCallerCredentials` | \
go-to-k/cdk-real-drift, test corpus |
"""

from __future__ import annotations

from typing import Any, ClassVar

from pytest_appsync.service.apis import Region
from pytest_appsync.service.by_model import Operation, Params, ResourceOperations, Result
from pytest_appsync.service.collection import Resource
from pytest_appsync.service.errors import ServiceError, bad_request


class DataSources(ResourceOperations[Resource]):
    """The data sources of an API of either kind."""

    noun = "DataSource"
    owner = None
    arn = "dataSourceArn", "apis/{apiId}/datasources/{name}"
    defaults: ClassVar[dict[str, Any]] = {"metricsConfig": "DISABLED"}
    missing = "No data source found named {name}"
    exists = "Data source with name {name} already exists"
    update_replaces = True

    def check_deletion(self, region: Region, resource: Resource) -> None:
        api = region.api(resource.api_id)
        for user in (each.members for each in [*api.owned("Resolver"), *api.owned("Function")]):
            if user.get("dataSourceName") == resource.id:
                words = "Resolver for type {typeName} and field {fieldName}"
                words = words if "fieldName" in user else "Function {name}"
                raise bad_request(f"{words.format_map(user)} associated with data source")

    def filled_in(self, region: Region, resource: Resource) -> Result:
        if (config := resource.members.get("dynamodbConfig")) is None:
            return {}
        return {"dynamodbConfig": {"versioned": False, "useCallerCredentials": False} | config}


def start_introspection(region: Region, params: Params) -> Result:
    introspection = Resource(region.identifiers.new_uuid(), next(region.numbers), "", {})
    region.introspections.add(introspection)
    return {"introspectionId": introspection.id, "introspectionStatus": "PROCESSING"}


def get_introspection(region: Region, params: Params) -> Result:
    introspection = region.introspections.get(params["introspectionId"])
    if introspection is None:
        raise ServiceError("NotFoundException")
    # There is no database behind it, so it has no tables.
    named = {"introspectionId": introspection.id, "introspectionStatus": "SUCCESS"}
    return named | {"introspectionResult": {"models": []}}


DATA_SOURCES = DataSources()

OPERATIONS: dict[str, Operation] = {
    **DATA_SOURCES.operations(),
    "StartDataSourceIntrospection": start_introspection,
    "GetDataSourceIntrospection": get_introspection,
}
