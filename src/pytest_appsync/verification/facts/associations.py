"""Associations of source APIs, as far as they can be asked for without a merged API."""

from __future__ import annotations

from pytest_appsync.verification.asking import NOWHERE, Asking
from pytest_appsync.verification.fact import CHOICE, Seen, fact

_NO_ASSOCIATION = "00000000-0000-4000-8000-000000000000"
"""The id of an association that is not there."""


@fact(CHOICE)
def association_with_an_api_that_is_not_merged(ask: Asking) -> Seen:
    """A source API where a merged API must be named is a BadRequestException."""
    source = ask.make_api()["apiId"]
    named = {"mergedApiIdentifier": ask.api, "sourceApiIdentifier": source}
    return [
        ask.refusal("associate_source_graphql_api", **named),
        ask.refusal("associate_merged_graphql_api", **named),
    ]


@fact("aws/aws-cli #6251, by analogy")
def association_with_an_unknown_api(ask: Asking) -> Seen:
    """AssociateSourceGraphqlApi for an API that is not there: `GraphQL API <apiId> not found.`."""
    named = {"mergedApiIdentifier": NOWHERE, "sourceApiIdentifier": ask.common_api}
    return ask.refusal("associate_source_graphql_api", **named)


@fact(CHOICE)
def disassociation_from_an_api_that_is_not_merged(ask: Asking) -> Seen:
    """DisassociateSourceGraphqlApi and StartSchemaMerge refuse such an API in the same way."""
    named = {"mergedApiIdentifier": ask.common_api, "associationId": _NO_ASSOCIATION}
    return [
        ask.refusal("disassociate_source_graphql_api", **named),
        ask.refusal("start_schema_merge", **named),
    ]


@fact("service model")
def associations_of_an_api_without_any(ask: Asking) -> Seen:
    """ListSourceApiAssociations takes an API that is not merged, and answers an empty list."""
    answer = ask.call("list_source_api_associations", apiId=ask.common_api)
    return [answer["sourceApiAssociationSummaries"], answer.get("nextToken")]
