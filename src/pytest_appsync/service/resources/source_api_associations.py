"""The associations of source APIs with merged APIs.

| what AWS does | source |
| --- | --- |
| ARN `apis/MERGED_ID/sourceApiAssociations/ASSOCIATION_ID`, a UUID; \
`sourceApiAssociationConfig` MANUAL_MERGE; MERGE_SUCCESS once merged, with its detail and date | \
go-to-k/cdk-real-drift, test corpus |
| a new association is merged at once, also with MANUAL_MERGE | hashicorp/terraform-provider-aws, \
source_api_association_test.go waits for MERGE_SUCCESS |
| an API may be named by its id or its ARN | service model |
"""

from __future__ import annotations

from typing import Any, ClassVar

from pytest_appsync.service.apis import Region, Resource, StoredApi
from pytest_appsync.service.by_model import Operation, Params, ResourceOperations, Result
from pytest_appsync.service.collection import Collection
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.resources.schemas import list_types_of

_MERGED_BY = "lastSuccessfulMergeDate"


class SourceApiAssociations(ResourceOperations[Resource]):
    """The associations of an API, at whichever end of them it is."""

    noun = "SourceApiAssociation"
    verbs = ("Get", "List", "Update")
    identifier = "associationId"
    arn = "associationArn", "apis/{mergedApiId}/sourceApiAssociations/{associationId}"
    defaults: ClassVar[dict[str, Any]] = {
        "sourceApiAssociationConfig": {"mergeType": "MANUAL_MERGE"}
    }
    missing = "Source API association {associationId} not found."

    def among(self, region: Region, params: Params) -> Collection[Resource]:
        names = ("apiId", "mergedApiIdentifier", "sourceApiIdentifier")
        named = next(params[name] for name in names if name in params)
        return _api(region, named).owned(self.noun)

    def associate(self, region: Region, params: Params) -> Result:
        merged = _api(region, params["mergedApiIdentifier"])
        source = _api(region, params["sourceApiIdentifier"])
        if not _is_merged(merged) or _is_merged(source):
            message = "A source API must be associated with a merged API."
            raise ServiceError("BadRequestException", message)
        if any(known.members["sourceApiId"] == source.id for known in merged.owned(self.noun)):
            message = f"Source API {source.id} is already associated with {merged.id}."
            raise ServiceError("BadRequestException", message)
        id = region.identifiers.new_uuid()
        members = {
            "associationId": id,
            "sourceApiId": source.id,
            "mergedApiId": merged.id,
            **self.members_in(params),
        }
        association = Resource(id, next(region.numbers), merged.id, members)
        for end in (merged, source):
            end.owned(self.noun).add(association)
        self._merge(region, association)
        described = self.describe(region, association, params)
        described["sourceApiAssociationStatus"] = "MERGE_SCHEDULED"
        return {"sourceApiAssociation": described}

    def merge(self, region: Region, params: Params) -> Result:
        self._merge(region, self.find(region, params))
        return {"sourceApiAssociationStatus": "MERGE_SCHEDULED"}

    def disassociate(self, region: Region, params: Params) -> Result:
        association = self.find(region, params)
        for end in (association.members["sourceApiId"], association.members["mergedApiId"]):
            region.api(end).owned(self.noun).remove(association)
        return {"sourceApiAssociationStatus": "DELETION_SCHEDULED"}

    def list_types(self, region: Region, params: Params) -> Result:
        source = region.api(self.find(region, params).members["sourceApiId"])
        return list_types_of(region, source, "ListTypesByAssociation", params)

    def filled_in(self, region: Region, resource: Resource) -> Result:
        source, merged = resource.members["sourceApiId"], resource.members["mergedApiId"]
        arns = {
            "sourceApiArn": region.arn(f"apis/{source}"),
            "mergedApiArn": region.arn(f"apis/{merged}"),
        }
        if region.clock.now() < resource.members[_MERGED_BY]:
            return arns | {"sourceApiAssociationStatus": "MERGE_IN_PROGRESS"}
        detail = f"(API Id: {source}, Association Id: {resource.id})"
        return arns | {
            "sourceApiAssociationStatus": "MERGE_SUCCESS",
            "sourceApiAssociationStatusDetail": f"Successfully merged source GraphQL API {detail}",
        }

    def _merge(self, region: Region, association: Resource) -> None:
        took = region.rules.schema_creation.total_seconds()
        association.members[_MERGED_BY] = region.clock.now() + took


def _api(region: Region, identifier: str) -> StoredApi:
    """The GraphQL API of an id or an ARN."""
    return region.api(identifier.removeprefix(region.arn("apis/")), "GRAPHQL")


def _is_merged(api: StoredApi) -> bool:
    return api.members.get("apiType") == "MERGED"


_ASSOCIATIONS = SourceApiAssociations()

OPERATIONS: dict[str, Operation] = {
    **_ASSOCIATIONS.operations(),
    "AssociateMergedGraphqlApi": _ASSOCIATIONS.associate,
    "AssociateSourceGraphqlApi": _ASSOCIATIONS.associate,
    "DisassociateMergedGraphqlApi": _ASSOCIATIONS.disassociate,
    "DisassociateSourceGraphqlApi": _ASSOCIATIONS.disassociate,
    "ListTypesByAssociation": _ASSOCIATIONS.list_types,
    "StartSchemaMerge": _ASSOCIATIONS.merge,
}
