"""The schema of a GraphQL API and its types.

| what AWS does | source |
| --- | --- |
| 409 ConcurrentModificationException while a schema is being altered, CreateApiKey included, \
which does not document it | hashicorp/terraform-provider-aws #16211, #18492; amplify-cli #5041 |
| GraphQLSchemaException, `InvalidSyntaxError`, for an API without a schema | moto's tests; \
LocalStack's, marked as validated on AWS |
| a type's ARN is `apis/ID/types/NAME`; CreateType takes a type that refers to others that \
are not there, in an API without a schema | hashicorp/terraform-provider-aws, type_test.go |
| `Type TYPE not found` | aws/aws-cdk #17997; aws-amplify/amplify-cli #682 |
| the definition of a type is SDL; how one would be with format JSON, AWS does not say | \
service model |
| the schema of a merged API is read-only | AppSync developer guide, "Merging APIs in AWS \
AppSync" |
| a type as JSON | :mod:`pytest_appsync.sdl.type_as_json` |
| an introspection as JSON is `{"data": {"__schema": ...}}` | the file schema.json that \
Amplify's command line writes with it |
"""

from __future__ import annotations

import json
from collections.abc import Container
from typing import Any

from pytest_appsync import model
from pytest_appsync.sdl.document import DefinedType, Document, fields_of, read, read_type
from pytest_appsync.sdl.errors import SdlError
from pytest_appsync.service.apis import Region
from pytest_appsync.service.by_model import Operation, Params, ResourceOperations, Result
from pytest_appsync.service.collection import Collection
from pytest_appsync.service.errors import ServiceError, bad_request
from pytest_appsync.service.resources.merges import api_to_change, refuse_if_altered, schema_now
from pytest_appsync.service.schema import Schema


def refuse_while_altered(region: Region, operation: str, params: Params) -> None:
    """Refuse what AppSync refuses while it works at the schema of the API in question.

    :raises ServiceError: ConcurrentModificationException.
    """
    named = params.get("apiId") or params.get("mergedApiIdentifier", "")
    api = region.apis.get(named.rpartition("/")[2])
    if api is None or api.schema.coming is None or operation.startswith(("Get", "List")):
        return
    # Documented for the operation, or observed.
    if any(error.code == "ConcurrentModificationException" for error in model.errors(operation)):
        refuse_if_altered(region, api)


def schema_of(region: Region, params: Params) -> Schema:
    """The schema of the API that a request names, as it is now.

    :raises ServiceError: NotFoundException for an unknown API.
    """
    return schema_now(region, region.api(params["apiId"], "GRAPHQL"))


def schema_to_change(region: Region, params: Params) -> Schema:
    """The same schema, for a request that changes it.

    :raises ServiceError: BadRequestException for the schema of a merged API.
    """
    return schema_now(region, api_to_change(region, params["apiId"], "schema"))


def fields_in_force(region: Region, params: Params) -> Container[str]:
    """The names of the fields of the type that a request names.

    Where nothing could read the schema, it has the one that is asked for.

    :raises ServiceError: NotFoundException where the schema does not have the type.
    """
    document = schema_of(region, params).document
    if document is not None and not document.is_read:
        return {params.get("fieldName", "")}
    return fields_of(TYPES.find(region, params))


def start_schema_creation(region: Region, params: Params) -> Result:
    schema = schema_to_change(region, params)
    outcome = read(params["definition"], schema.document, region.numbers)
    schema.begin(outcome, region.clock, region.rules.schema_creation)
    return {"status": "PROCESSING"}


def get_schema_creation_status(region: Region, params: Params) -> Result:
    return schema_of(region, params).describe()


def get_introspection_schema(region: Region, params: Params) -> Result:
    document = schema_of(region, params).document
    if document is None or not document.sdl:
        raise ServiceError("GraphQLSchemaException", "InvalidSyntaxError")
    directives = params.get("includeDirectives", True)
    if params["format"] == "SDL":
        return {"schema": document.sdl if directives else document.without_directives()}
    try:
        found = {"data": document.introspect(directives=directives)}
    except SdlError as error:
        raise ServiceError("GraphQLSchemaException", str(error)) from None
    return {"schema": json.dumps(found).encode()}


class Types(ResourceOperations[Any]):
    """The types of a schema."""

    noun = "Type"
    identifier = "typeName"
    missing = "Type {typeName} not found"

    def among(self, region: Region, params: Params) -> Collection[Any]:
        return schema_of(region, params).types

    def filters(self, params: Params) -> Params:
        return {}

    def describe(self, region: Region, resource: DefinedType, params: Params) -> Result:
        return {
            "name": resource.id,
            "description": resource.description,
            "arn": region.arn(f"apis/{params['apiId']}/types/{resource.id}"),
            "definition": resource.as_json if params["format"] == "JSON" else resource.definition,
            "format": params["format"],
        }

    def create(self, region: Region, params: Params) -> Result:
        schema, new = schema_to_change(region, params), self._new(params, next(region.numbers))
        document = schema.document or Document([], {})
        if new.id in document.types:
            raise bad_request(f"Type {new.id} already exists")
        schema.document = document.with_types({**document.types, new.id: new})
        return self.answer(region, new, params)

    def update(self, region: Region, params: Params) -> Result:
        schema, now = schema_to_change(region, params), self.find(region, params)
        document: Any = schema.document
        if "definition" in params:
            old, now = now, self._new(params, now.number)
            if now.id != old.id:
                raise bad_request(f"The definition must be one of type {old.id}.")
            schema.document = document.with_types({**document.types, now.id: now})
        return self.answer(region, now, params)

    def delete(self, region: Region, params: Params) -> Result:
        schema, gone = schema_to_change(region, params), self.find(region, params)
        document: Any = schema.document
        left = {name: each for name, each in document.types.items() if each is not gone}
        schema.document = document.with_types(left)
        return {}

    def _new(self, params: Params, number: int) -> DefinedType:
        if params["format"] != "SDL":
            raise bad_request("The definition of a type must be SDL, and its format must say so.")
        try:
            return read_type(params["definition"], number)
        except SdlError as error:
            raise bad_request(str(error)) from None


TYPES = Types()

OPERATIONS: dict[str, Operation] = {
    **TYPES.operations(),
    "StartSchemaCreation": start_schema_creation,
    "GetSchemaCreationStatus": get_schema_creation_status,
    "GetIntrospectionSchema": get_introspection_schema,
}
