"""The associations of source APIs with merged APIs.

| what AWS does | source |
| --- | --- |
| ARN `apis/MERGED_ID/sourceApiAssociations/ASSOCIATION_ID`, a UUID; \
`sourceApiAssociationConfig` MANUAL_MERGE; MERGE_SUCCESS once merged, with its detail and date | \
go-to-k/cdk-real-drift, test corpus |
| a new association is merged at once, also with MANUAL_MERGE | hashicorp/terraform-provider-aws, \
source_api_association_test.go waits for MERGE_SUCCESS |
| an API may be named by its id or its ARN | service model |
| `SourceApiAssociation already exists.`, 400, for the same two APIs; the words for a source \
of another merged API are ours | gravicore/github-actions, merge-api, and \
gravicore/terraform-gravicore-modules, appsync-merged, compare with them |
| a merged API cannot be a source, a source has one merged API, which has at most 10 sources | \
AppSync developer guide, "Merging APIs in AWS AppSync" |
"""

from __future__ import annotations

from typing import Any, ClassVar

from pytest_appsync.service.apis import Region, StoredApi
from pytest_appsync.service.by_model import Operation, Params, ResourceOperations, Result
from pytest_appsync.service.collection import Collection
from pytest_appsync.service.errors import ServiceError, bad_request
from pytest_appsync.service.resources import merges
from pytest_appsync.service.resources.merges import NOUN, Association
from pytest_appsync.service.resources.schemas import TYPES


class SourceApiAssociations(ResourceOperations[Association]):
    """The associations of an API, as a source or as a merged API."""

    noun = NOUN
    verbs = ("Get", "List", "Update")
    identifier = "associationId"
    arn = "associationArn", "apis/{mergedApiId}/sourceApiAssociations/{associationId}"
    defaults: ClassVar[dict[str, Any]] = {
        "sourceApiAssociationConfig": {"mergeType": "MANUAL_MERGE"}
    }
    missing = "Source API association {associationId} not found."

    def among(self, region: Region, params: Params) -> Collection[Association]:
        if "apiId" in params:
            api = region.api(params["apiId"], "GRAPHQL")
        else:
            api = _end(region, params, _MERGED if _MERGED in params else _SOURCE)
        merges.schema_now(region, api)
        return super().among(region, {"apiId": api.id})

    def associate(self, region: Region, params: Params) -> Result:
        merged, source = _end(region, params, _MERGED), _end(region, params, _SOURCE)
        for end in (merged, source):
            merges.end_associations(region, end)
        for known in source.owned(NOUN):
            message = "SourceApiAssociation already exists."
            if known.api_id != merged.id:
                message = f"API {source.id} is already associated with {known.api_id}."
            raise bad_request(message)
        if len(merged.owned(NOUN)) >= 10:
            message = "A merged API can have at most 10 source APIs."
            raise ServiceError("LimitExceededException", message)
        id = region.identifiers.new_uuid()
        ids = {"associationId": id, "sourceApiId": source.id, "mergedApiId": merged.id}
        members = ids | self.members_in(params)
        association = Association(id, next(region.numbers), merged.id, members)
        merges.begin_merge(region, merged, association, region.rules.schema_creation)
        for end in (merged, source):
            end.owned(NOUN).add(association)
        described = self.describe(region, association, params)
        scheduled = dict.fromkeys(_OF_A_MERGE) | {"sourceApiAssociationStatus": "MERGE_SCHEDULED"}
        return {"sourceApiAssociation": described | scheduled}

    def merge(self, region: Region, params: Params) -> Result:
        association = self.find(region, params)
        merged = region.api(association.api_id)
        merges.begin_merge(region, merged, association, region.rules.schema_creation)
        return {"sourceApiAssociationStatus": "MERGE_SCHEDULED"}

    def disassociate(self, region: Region, params: Params) -> Result:
        association = self.find(region, params)
        merged = region.api(association.api_id)
        merges.refuse_if_altered(region, merged)
        merges.begin_end(region, merged, association, region.rules.schema_creation)
        return {"sourceApiAssociationStatus": "DELETION_SCHEDULED"}

    def list_types(self, region: Region, params: Params) -> Result:
        of_source = {**params, "apiId": self.find(region, params).members["sourceApiId"]}
        types = TYPES.among(region, of_source)
        return TYPES.page(region, "ListTypesByAssociation", types, of_source)

    def filled_in(self, region: Region, resource: Association) -> Result:
        source, merged = resource.members["sourceApiId"], resource.api_id
        schema = region.api(merged).schema.at(region.clock)
        merged_on = resource.members.get("lastSuccessfulMergeDate")
        if resource.end is not None:
            status, detail = "DELETION_IN_PROGRESS", None
        elif schema.coming is not None and schema.about is resource:
            status, detail, merged_on = "MERGE_IN_PROGRESS", None, resource.merged_before
        elif isinstance(resource.outcome, str):
            status, detail = resource.failed, resource.outcome
        else:
            about = f"(API Id: {source}, Association Id: {resource.id})"
            status, detail = "MERGE_SUCCESS", f"Successfully merged source GraphQL API {about}"
        return {
            "sourceApiArn": region.arn(f"apis/{source}"),
            "mergedApiArn": region.arn(f"apis/{merged}"),
            **dict(zip(_OF_A_MERGE, (status, detail, merged_on), strict=True)),
        }


_OF_A_MERGE = (
    "sourceApiAssociationStatus",
    "sourceApiAssociationStatusDetail",
    "lastSuccessfulMergeDate",
)
"""The members that say how a merge went."""

_MERGED, _SOURCE = "mergedApiIdentifier", "sourceApiIdentifier"


def _end(region: Region, params: Params, member: str) -> StoredApi:
    """The GraphQL API of an id or an ARN.

    :raises ServiceError: NotFoundException where it is not there, BadRequestException where
        it cannot be at this end of an association.
    """
    api = region.api(params[member].removeprefix(region.arn("apis/")), "GRAPHQL")
    if merges.is_merged(api) is not (member == _MERGED):
        kind = "a merged API" if merges.is_merged(api) else "no merged API"
        raise bad_request(f"`{member}`: API {api.id} is {kind}.")
    return api


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
