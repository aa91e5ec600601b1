"""The schema of a merged API, and the associations with its sources.

| what AWS does | source |
| --- | --- |
| the schema of a merged API is put together from those of its sources | AppSync developer \
guide, "Merging APIs in AWS AppSync" |
| with AUTO_MERGE it follows the source's schema by itself | the same |
| a merge fails where the merged API does not have the source's own way to authorize; in our words \
| the same |
| a merged API has the environment variables of its sources, read-only; where two have one of the \
same name, the merge fails, in our words | the same, "Using environment variables" |
| one merge after the other: a second association at the same time gets a 409 | seen, see \
:mod:`pytest_appsync.sdl.merging` |
| `There's no types found in this API`, for a source without any: the merge fails | \
aws/aws-cdk #29044 |
| a merge that fails leaves the schema and the other associations as they were; the end of an \
association takes its types out | the same |
| an association that ends is there until its types are out, DELETION_IN_PROGRESS; where the \
others cannot be merged without it, it stays, DELETION_FAILED | service model; \
hashicorp/terraform-provider-aws, source_api_association.go waits for the 404 |
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pytest_appsync.errors_outside_the_model import ALTERED
from pytest_appsync.sdl.document import Document, read_merged
from pytest_appsync.service.apis import Region, StoredApi
from pytest_appsync.service.collection import Resource
from pytest_appsync.service.errors import ServiceError, bad_request
from pytest_appsync.service.schema import Schema

NOUN = "SourceApiAssociation"
VARIABLES = "environmentVariables"


class Association(Resource):
    """The association of a source API with a merged API.

    :ivar merged: the schema of the source that the merged API has.
    :ivar tried: the schema of the source that the latest merge was about.
    :ivar outcome: the schema that it makes, or why it fails.
    :ivar merged_before: when the last merge before that one succeeded, or ``None``.
    :ivar failed: its status where the outcome is a reason.
    :ivar end: while it ends: the schema of the merged API without it, or why that fails.
    """

    __slots__ = ("end", "failed", "merged", "merged_before", "outcome", "tried")

    def __init__(self, id: str, number: int, api_id: str, members: dict[str, Any]) -> None:
        super().__init__(id, number, api_id, members)
        self.end: Document | str | None = None
        self.failed = "MERGE_FAILED"
        self.merged: Document | None = None
        self.merged_before: float | None = None
        self.tried: Document | None = None
        self.outcome: Document | str = "No merge has begun."


def associations_of(api: StoredApi) -> list[Association]:
    """The associations of an API, as a source or as a merged API."""
    return [each for each in api.owned(NOUN) if isinstance(each, Association)]


def end_associations(region: Region, api: StoredApi) -> None:
    """Take out the associations of an API that have ended by now. One whose end failed stays."""
    for each in [each for each in associations_of(api) if each.end is not None]:
        merged = region.api(each.api_id)
        if merged.schema.at(region.clock).coming is not None:
            continue
        if isinstance(each.end, str):
            each.outcome, each.failed, each.end = each.end, "DELETION_FAILED", None
            continue
        for owner in (merged, _source(region, each)):
            owner.owned(NOUN).remove(each)


def is_merged(api: StoredApi) -> bool:
    """Whether an API is a merged API."""
    return api.members.get("apiType") == "MERGED"


def api_to_change(region: Region, id: str, what: str) -> StoredApi:
    """The GraphQL API of that id, to change what a merged API has of its sources.

    :raises ServiceError: BadRequestException for a merged API.
    """
    api = region.api(id, "GRAPHQL")
    if is_merged(api):
        raise bad_request(f"The {what} of merged API {id} is read-only: change its source APIs.")
    return api


def variables_of(region: Region, api: StoredApi) -> dict[str, str]:
    """The environment variables of an API. A merged API has those of its sources."""
    coming = None if api.schema.coming is None else api.schema.about
    merged = [each for each in associations_of(api) if each.merged]
    # Like its types, those of a source are there once its first merge is done.
    done = [each for each in merged if each is not coming or each.merged_before is not None]
    owners = [_source(region, each) for each in done] if is_merged(api) else [api]
    found = [owner.members.get(VARIABLES, {}) for owner in owners]
    return {name: value for each in found for name, value in each.items()}


def refuse_if_altered(region: Region, api: StoredApi) -> None:
    """Refuse what AppSync refuses while it works at an API's schema.

    :raises ServiceError: ConcurrentModificationException.
    """
    if api.schema.at(region.clock).coming is not None:
        code, _, message = ALTERED
        raise ServiceError(code, message)


def schema_now(region: Region, api: StoredApi) -> Schema:
    """An API's schema, with the work done that is done now."""
    end_associations(region, api)
    for association in associations_of(api) if is_merged(api) else ():
        config = association.members.get("sourceApiAssociationConfig", {})
        is_idle = api.schema.at(region.clock).coming is None
        is_new = _differ(_schema_of_source(region, association), association.tried)
        is_wanted = config.get("mergeType") == "AUTO_MERGE" and association.end is None
        if is_wanted and is_idle and is_new:
            begin_merge(region, api, association, timedelta())
    return api.schema.at(region.clock)


def begin_merge(region: Region, api: StoredApi, changed: Association, took: timedelta) -> None:
    """Have AppSync merge a source as it is now into a merged API.

    :param changed: the source's association. A new one is last.
    :param took: how long that takes.
    """
    changed.tried = _schema_of_source(region, changed)
    outcome: Document | str = "There's no types found in this API"
    if changed.tried and changed.tried.sdl:
        conflict = _conflict(region, api, changed)
        outcome = conflict or _put_together(region, api, {changed.id: changed.tried})
    changed.outcome, changed.failed = outcome, "MERGE_FAILED"
    changed.merged_before = changed.members.get("lastSuccessfulMergeDate")
    if not isinstance(outcome, str):
        changed.merged = changed.tried
        changed.members["lastSuccessfulMergeDate"] = region.clock.now() + took.total_seconds()
    api.schema.begin(outcome, region.clock, took)
    api.schema.about = changed


def begin_end(region: Region, api: StoredApi, ending: Association, took: timedelta) -> None:
    """Have AppSync take the types of an association out of a merged API."""
    ending.end = _put_together(region, api, {ending.id: None})
    api.schema.begin(ending.end, region.clock, took)
    api.schema.about = None


def _conflict(region: Region, api: StoredApi, changed: Association) -> str | None:
    """The reason, beside the schemas, for which a source cannot be merged."""
    source = _source(region, changed)
    providers = [api.members, *api.members.get("additionalAuthenticationProviders", ())]
    mode = source.members.get("authenticationType")  # unknown where a test has seeded the API
    if mode and mode not in [each.get("authenticationType") for each in providers]:
        return f"The merged API does not have authorization mode {mode} of API {source.id}."
    others = (each for each in associations_of(api) if each.merged and each is not changed)
    taken = {name for each in others for name in variables_of(region, _source(region, each))}
    twice = taken & variables_of(region, source).keys()
    return f"Environment variable {min(twice)} is in more than one source API." if twice else None


def _put_together(
    region: Region, api: StoredApi, changes: dict[str, Document | None]
) -> Document | str:
    """The schema of a merged API, or why there is none.

    :param changes: the schemas of sources that are others from now on, by their associations.
    """
    found = {each.id: each.merged for each in associations_of(api) if each.end is None} | changes
    sources = [each.sdl for each in found.values() if each and each.sdl]
    return read_merged(sources, api.schema.document, region.numbers)


def _source(region: Region, association: Association) -> StoredApi:
    return region.api(association.members["sourceApiId"])


def _schema_of_source(region: Region, association: Association) -> Document | None:
    return schema_now(region, _source(region, association)).document


def _differ(one: Document | None, other: Document | None) -> bool:
    """Whether two schemas have different texts. To put a text together is the slow part."""
    return one is not other and (one and one.sdl) != (other and other.sdl)
