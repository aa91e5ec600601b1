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
| the definition of a type is SDL; how one would be with format JSON, AWS does not say | \
service model |
| the schema of a merged API is read-only | AppSync developer guide, "Merging APIs in AWS \
AppSync" |
| an introspection as JSON is `{"data": {"__schema": ...}}` | the file schema.json that \
Amplify's command line writes with it |
"""

from __future__ import annotations

import json
from typing import Any

from pytest_appsync import model
from pytest_appsync.service.apis import Region
from pytest_appsync.service.by_model import Operation, Params, ResourceOperations, Result
from pytest_appsync.service.collection import Collection
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.resources.merges import is_merged, refuse_if_altered, schema_now
from pytest_appsync.service.schema import DefinedType, Document, Schema, read, reader


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
    """Likewise, for a request that changes it.

    :raises ServiceError: BadRequestException for that of a merged API.
    """
    api = region.api(params["apiId"], "GRAPHQL")
    if is_merged(api):
        message = f"The schema of merged API {api.id} is read-only: change its source APIs."
        raise ServiceError("BadRequestException", message)
    return schema_now(region, api)


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
    if params["format"] == "SDL" and directives:
        return {"schema": document.sdl}
    reading, sdl = reader("A schema as JSON or without its directives"), document.sdl.decode()
    if params["format"] == "SDL":
        return {"schema": reading.without_directives(sdl).encode()}
    try:
        found = reading.introspect(sdl, directives=directives)
    except reading.MisfitError as error:
        raise ServiceError("GraphQLSchemaException", str(error)) from None
    return {"schema": json.dumps({"data": found}).encode()}


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
        described = resource.members | {"format": params["format"]}
        described["arn"] = region.arn(f"apis/{params['apiId']}/types/{resource.id}")
        if params["format"] == "JSON":
            document: Any = schema_of(region, params).document
            described["definition"] = _as_json(document)[resource.id]
        return described

    def create(self, region: Region, params: Params) -> Result:
        schema = schema_to_change(region, params)
        new = _read(params, next(region.numbers))
        if schema.document is None:
            schema.document = Document(b"", Collection())
        if schema.document.types.get(new.id) is not None:
            raise ServiceError("BadRequestException", f"Type {new.id} already exists")
        schema.document.types.add(new)
        schema.document.put_together()
        return self.answer(region, new, params)

    def update(self, region: Region, params: Params) -> Result:
        document, present = self._to_change(region, params)
        if "definition" in params:
            new = _read(params, present.number)
            if new.id != present.id:
                message = f"The definition must be one of type {present.id}."
                raise ServiceError("BadRequestException", message)
            present.members, present.fields = new.members, new.fields
            document.put_together()
        return self.answer(region, present, params)

    def delete(self, region: Region, params: Params) -> Result:
        document, gone = self._to_change(region, params)
        document.types.remove(gone)
        document.put_together()
        return {}

    def _to_change(self, region: Region, params: Params) -> tuple[Document, DefinedType]:
        document: Any = schema_to_change(region, params).document
        return document, self.find(region, params)


def _read(params: Params, number: int) -> DefinedType:
    """The type in a request.

    :raises ServiceError: BadRequestException for what does not define one.
    """
    if params["format"] != "SDL":
        message = "The definition of a type must be SDL, and its format must say so."
        raise ServiceError("BadRequestException", message)
    reading = reader("The definition of a type")
    try:
        found = reading.read(params["definition"])
    except reading.NotSdlError as error:
        raise ServiceError("BadRequestException", str(error)) from None
    if len(found) != 1 or found[0].type is None:
        raise ServiceError("BadRequestException", "The definition must contain exactly one type.")
    return DefinedType(found[0], number)


def _as_json(document: Document) -> dict[str, str]:
    """The types of a schema as JSON, by their names."""
    reading = reader("A type as JSON")
    if document.as_json is None:
        try:
            document.as_json = reading.types_as_json(document.sdl.decode())
        except reading.MisfitError as error:
            raise ServiceError("BadRequestException", str(error)) from None
    return document.as_json


TYPES = Types()

OPERATIONS: dict[str, Operation] = {
    **TYPES.operations(),
    "StartSchemaCreation": start_schema_creation,
    "GetSchemaCreationStatus": get_schema_creation_status,
    "GetIntrospectionSchema": get_introspection_schema,
}
