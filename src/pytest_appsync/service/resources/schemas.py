"""The schema of a GraphQL API and its types.

| what AWS does | source |
| --- | --- |
| 409 ConcurrentModificationException while a schema is being altered, CreateApiKey included, \
which does not document it | hashicorp/terraform-provider-aws #16211, #18492; amplify-cli #5041 |
| GraphQLSchemaException, `InvalidSyntaxError`, for an API without a schema | moto's tests, \
which say that AWS appears to answer so |
| a type's ARN is `apis/ID/types/NAME`; CreateType takes a type that refers to others that \
are not there, in an API without a schema | hashicorp/terraform-provider-aws, type_test.go |
| `Type TYPE not found` | aws/aws-cdk #17997; aws-amplify/amplify-cli #682 |
| an introspection as JSON is `{"data": {"__schema": ...}}` | the file schema.json that \
Amplify's command line writes with it |
"""

from __future__ import annotations

import json
from typing import Any

from pytest_appsync import model
from pytest_appsync.service.apis import Region, StoredApi
from pytest_appsync.service.by_model import Operation, Params, ResourceOperations, Result, listed
from pytest_appsync.service.collection import Collection
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.schema import Schema
from pytest_appsync.service.sdl import (
    DefinedType,
    Document,
    introspect,
    read_type,
    read_upload,
    type_as_json,
    without_directives,
)


def refuse_while_altered(region: Region, operation: str, params: Params) -> None:
    """Refuse what AppSync refuses while it works at the schema of the API in question.

    :raises ServiceError: ConcurrentModificationException.
    """
    named = params.get("apiId") or params.get("mergedApiIdentifier", "")
    api = region.apis.get(named.rpartition("/")[2])
    if api is None or api.schema is None or not api.schema.at(region.clock.now()).is_altered:
        return
    # Documented for the operation, or observed.
    if not operation.startswith(("Get", "List")) and any(
        error.code == "ConcurrentModificationException" for error in model.errors(operation)
    ):
        raise ServiceError(
            "ConcurrentModificationException",
            "Schema is currently being altered, please wait until that is complete.",
        )


def schema_of(region: Region, params: Params) -> Schema:
    """The schema of the API that a request names, as it is now.

    :raises ServiceError: NotFoundException for an unknown API.
    """
    api = region.api(params["apiId"], "GRAPHQL")
    if api.schema is None:
        api.schema = Schema()
    return api.schema.at(region.clock.now())


def type_in_force(region: Region, params: Params) -> DefinedType | None:
    """The type that a request names; ``None`` where nothing could read the schema.

    :raises ServiceError: NotFoundException where the schema does not have it.
    """
    document = schema_of(region, params).document
    if document is not None and document.parsed_types is None:
        return None
    name = params["typeName"]
    found = None if document is None else document.types.get(name)
    if found is None:
        raise ServiceError("NotFoundException", f"Type {name} not found")
    return found


def start_schema_creation(region: Region, params: Params) -> Result:
    schema = schema_of(region, params)
    outcome = read_upload(params["definition"], lambda: next(region.numbers))
    took = region.rules.schema_creation.total_seconds()
    schema.begin(outcome, region.clock.now() + took)
    return {"status": "PROCESSING"}


def get_schema_creation_status(region: Region, params: Params) -> Result:
    return schema_of(region, params).describe()


def get_introspection_schema(region: Region, params: Params) -> Result:
    document = schema_of(region, params).document
    if document is None:
        raise ServiceError("GraphQLSchemaException", "InvalidSyntaxError")
    directives = params.get("includeDirectives", True)
    if params["format"] == "JSON":
        found = introspect(document, directives=directives)
        return {"schema": json.dumps({"data": found}).encode()}
    return {"schema": document.sdl if directives else without_directives(document.sdl)}


class Types(ResourceOperations[DefinedType]):
    """The types of a schema."""

    noun = "Type"
    identifier = "typeName"
    arn = "arn", "apis/{apiId}/types/{name}"
    missing = "Type {typeName} not found"

    def among(self, region: Region, params: Params) -> Collection[DefinedType]:
        document = schema_of(region, params).document
        return Collection() if document is None else document.types

    def describe(self, region: Region, resource: DefinedType, params: Params) -> Result:
        api_id = params["apiId"]
        described = resource.members | {"format": params["format"]}
        described["arn"] = region.arn(f"apis/{api_id}/types/{resource.id}")
        if params["format"] == "JSON":
            document: Any = schema_of(region, {"apiId": api_id}).document
            described["definition"] = type_as_json(document, resource.id)
        return described

    def create(self, region: Region, params: Params) -> Result:
        schema = schema_of(region, params)
        new = _read(params, next(region.numbers))
        if schema.document is None:
            schema.document = Document(b"", Collection())
        if schema.document.types.get(new.id) is not None:
            raise ServiceError("BadRequestException", f"Type {new.id} already exists")
        schema.document.types.add(new)
        return self._changed(region, new, params)

    def update(self, region: Region, params: Params) -> Result:
        present = self.find(region, params)
        if "definition" not in params:
            return self.answer(region, present, params)
        new = _read(params, present.number)
        if new.id != present.id:
            message = f"The definition must be one of type {present.id}."
            raise ServiceError("BadRequestException", message)
        present.members, present.fields = new.members, new.fields
        return self._changed(region, present, params)

    def delete(self, region: Region, params: Params) -> Result:
        gone = self.find(region, params)
        self.among(region, params).remove(gone)
        self._changed(region, gone, {**params, "format": "SDL"})
        return {}

    def _changed(self, region: Region, changed: DefinedType, params: Params) -> Result:
        document: Any = schema_of(region, params).document
        document.put_together()
        return self.answer(region, changed, params)


def list_types_of(region: Region, api: StoredApi, operation: str, params: Params) -> Result:
    """The types of another API's schema than the one that the request names."""
    about = {"apiId": api.id, "format": params["format"]}
    return listed(
        region,
        operation,
        params,
        _TYPES.among(region, about),
        lambda each: _TYPES.describe(region, each, about),
    )


def _read(params: Params, number: int) -> DefinedType:
    if params["format"] != "SDL":
        raise ServiceError("BadRequestException", "The definition of a type must be SDL.")
    return read_type(params["definition"], number)


_TYPES = Types()

OPERATIONS: dict[str, Operation] = {
    **_TYPES.operations(),
    "StartSchemaCreation": start_schema_creation,
    "GetSchemaCreationStatus": get_schema_creation_status,
    "GetIntrospectionSchema": get_introspection_schema,
}
