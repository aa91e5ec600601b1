"""GraphQL APIs, Event APIs and the environment variables of an API.

| what AWS does | source |
| --- | --- |
| a GraphQL API that was created with a name and a type: the defaults below | \
go-to-k/cdk-real-drift; turbot/steampipe-plugin-aws #2027 |
| UpdateGraphqlApi: a member that is left out stays as it was | go-to-k/cdkd |
| OpenID Connect: `authTTL` and `iatTTL` 0 | ministackorg/ministack, test_cfn_update_appsync.py; \
among the additional providers: go-to-k/cdk-real-drift, test corpus |
| an API without additional providers has no `additionalAuthenticationProviders` | \
ministackorg/ministack, test_cfn_update_appsync.py, "not as an empty list" |
| one Lambda authorizer an API; the words are ours | service model |
| an API whose user pool's `defaultAction` is DENY has no additional providers | \
awsdocs/aws-cloudformation-user-guide #802; the words: comments of two public projects, \
reventless-core and mootmaker |
| 25 APIs a region, 50 authentication providers an API | AWS service quotas |
| `API can not be deleted as it is associated to a domain` | ekristen/aws-nuke #534 |
| `API can not be deleted as it is associated to a Merged API` | a public framework's notes on \
its clean-up (reventless-core); sid88in/serverless-appsync-plugin #607 |
| an API's environment variables are `{}` at first | go-to-k/cdk-real-drift, test corpus |
| ListApis has high-level details only; no `dns` | service model; anomalyco/sst, which asks GetApi \
for it; stelviodev/stelvio, which says so |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pytest_appsync.service.apis import Kind, Region, StoredApi
from pytest_appsync.service.by_model import Operation, Params, ResourceOperations, Result
from pytest_appsync.service.collection import Collection
from pytest_appsync.service.errors import ServiceError, bad_request
from pytest_appsync.service.identifiers import ACCOUNT_ID
from pytest_appsync.service.resources import merges


class _Apis(ResourceOperations[StoredApi]):
    identifier = "apiId"
    kind: ClassVar[Kind]
    quota_code: ClassVar[str]
    most_providers: ClassVar[int] = 50

    def among(self, region: Region, params: Params) -> Collection[StoredApi]:
        return region.of_kind[self.kind]

    def find(self, region: Region, params: Params, verb: str = "get") -> StoredApi:
        return region.api(params["apiId"], self.kind)

    def check(self, region: Region, params: Params, present: StoredApi | None) -> None:
        rules = region.rules
        quota = rules.event_api_quota if self.kind == "EVENT" else rules.graphql_api_quota
        if present is None and len(region.of_kind[self.kind]) >= quota:
            raise ServiceError(self.quota_code)
        api = params if present is None else {**present.members, **params}
        others = api.get("additionalAuthenticationProviders", ())
        providers = api.get("eventConfig", {}).get("authProviders", [api, *others])
        if len(providers) > self.most_providers:
            raise bad_request(
                f"An API can have at most {self.most_providers} authentication providers."
            )
        kinds = [each.get("authenticationType") or each.get("authType") for each in providers]
        if kinds.count("AWS_LAMBDA") > 1:
            raise bad_request("An API can have only one Lambda authorizer.")
        denies = api.get("userPoolConfig", {}).get("defaultAction") == "DENY"
        if others and denies and kinds[0] == "AMAZON_COGNITO_USER_POOLS":
            raise bad_request(
                "Additional authentication providers cannot be specified when setting DENY for "
                "top level user pool authentication type."
            )

    def create(self, region: Region, params: Params) -> Result:
        self.check(region, params, None)
        api = region.add(params["name"], self.kind, self.members_in(params))
        return self.answer(region, api, params)

    def delete(self, region: Region, params: Params) -> Result:
        api = self.find(region, params)
        if any(name.members.get("apiId") == api.id for name in region.domain_names):
            raise bad_request("API can not be deleted as it is associated to a domain")
        merges.end_associations(region, api)
        for association in merges.associations_of(api):
            if association.api_id != api.id:
                raise bad_request("API can not be deleted as it is associated to a Merged API")
            region.api(association.members["sourceApiId"]).owned(merges.NOUN).remove(association)
        region.remove(api)
        return {}


class GraphqlApis(_Apis):
    """GraphQL APIs, merged ones among them."""

    noun = "GraphqlApi"
    kind = "GRAPHQL"
    quota_code = "ApiLimitExceededException"
    arn = "arn", "apis/{apiId}"
    defaults: ClassVar[dict[str, Any]] = {
        "authenticationType": "API_KEY",
        "apiType": "GRAPHQL",
        "visibility": "GLOBAL",
        "introspectionConfig": "ENABLED",
        "queryDepthLimit": 0,
        "resolverCountLimit": 0,
        "xrayEnabled": False,
        "owner": ACCOUNT_ID,
    }

    def filters(self, params: Params) -> Params:
        owner = {"owner": ACCOUNT_ID} if params.get("owner") == "CURRENT_ACCOUNT" else {}
        return {**super().filters(params), **owner}

    def filled_in(self, region: Region, resource: StoredApi) -> Result:
        hosts = region.hosts(resource)
        uris = region.endpoint.uris(resource.kind, hosts)
        filled: Result = {"apiId": resource.id, "uris": uris, "dns": hosts}
        providers = resource.members.get("additionalAuthenticationProviders", ())
        filled["additionalAuthenticationProviders"] = [
            provider | _open_id_connect(provider) for provider in providers
        ] or None
        return filled | _open_id_connect(resource.members)


def _open_id_connect(provider: Mapping[str, Any]) -> Result:
    """The member of an answer for a provider of OpenID Connect, if it is one."""
    config = provider.get("openIDConnectConfig")
    return {} if config is None else {"openIDConnectConfig": {"authTTL": 0, "iatTTL": 0} | config}


_BY_KEY = [{"authType": "API_KEY"}]
"""The way to authorize at an Event API for which none is given: one of ``add_api``, or of a
CreateApi of botocore 1.40 and before, whose model requires none."""


class EventApis(_Apis):
    """Event APIs."""

    noun = "Api"
    kind = "EVENT"
    quota_code = "ServiceQuotaExceededException"
    arn = "apiArn", "apis/{apiId}"
    defaults: ClassVar[dict[str, Any]] = {
        "xrayEnabled": False,
        "eventConfig": {
            "authProviders": _BY_KEY,
            "connectionAuthModes": _BY_KEY,
            "defaultPublishAuthModes": _BY_KEY,
            "defaultSubscribeAuthModes": _BY_KEY,
        },
    }
    left_out_of_lists = ("dns",)

    def filled_in(self, region: Region, resource: StoredApi) -> Result:
        return {"apiId": resource.id, "dns": region.hosts(resource)}


def get_environment_variables(region: Region, params: Params) -> Result:
    api = region.api(params["apiId"], "GRAPHQL")
    merges.schema_now(region, api)  # what has ended or merged by now counts
    return {merges.VARIABLES: merges.variables_of(region, api)}


def put_environment_variables(region: Region, params: Params) -> Result:
    api = merges.api_to_change(region, params["apiId"], "list of environment variables")
    api.members[merges.VARIABLES] = params[merges.VARIABLES]
    return get_environment_variables(region, params)


OPERATIONS: dict[str, Operation] = {
    **GraphqlApis().operations(),
    **EventApis().operations(),
    "GetGraphqlApiEnvironmentVariables": get_environment_variables,
    "PutGraphqlApiEnvironmentVariables": put_environment_variables,
}
