"""GraphQL APIs, and what else a region has."""

from __future__ import annotations

from typing import Any

from pytest_appsync.verification.asking import NOWHERE, TAG, Asking
from pytest_appsync.verification.fact import CHOICE, CORPUS, Seen, fact
from pytest_appsync.verification.forms import form_of, host_form

_OPEN_ID = {
    "authenticationType": "OPENID_CONNECT",
    "openIDConnectConfig": {"issuer": "https://example.com"},
}


def _common_api(ask: Asking) -> Any:
    return ask.call("get_graphql_api", apiId=ask.common_api)["graphqlApi"]


def update_params(ask: Asking, **members: Any) -> dict[str, Any]:
    """The parameters of UpdateGraphqlApi for an API of this fact's own."""
    named = {"apiId": ask.api, "name": ask.graphql_api["name"]}
    return {**named, "authenticationType": "API_KEY", **members}


@fact("aws-amplify/amplify-cli #4460; aws/aws-cli #6251")
def api_id_form(ask: Asking) -> Seen:
    """An API's id is 26 characters of `a-z2-7`."""
    return form_of([ask.make_api()["apiId"] for _ in range(2)])


@fact(CORPUS)
def api_arn(ask: Asking) -> Seen:
    """An API's ARN ends in `apis/ID`."""
    return _common_api(ask)["arn"]


@fact("cloud-custodian placebo test_delete_appsync_api; go-to-k/cdk-real-drift")
def api_uris(ask: Asking) -> Seen:
    """The hosts in `uris` have an id of their own, which is not the API's."""
    uris = _common_api(ask)["uris"]
    return {name: host_form(uri, ask.common_api) for name, uri in sorted(uris.items())}


@fact("cloud-custodian placebo test_delete_appsync_api; go-to-k/cdk-real-drift")
def api_dns(ask: Asking) -> Seen:
    """`dns` has the same hosts."""
    dns = _common_api(ask)["dns"]
    return {name: host_form(host, ask.common_api) for name, host in sorted(dns.items())}


def _default(ask: Asking, *members: str) -> dict[str, Any]:
    api = _common_api(ask)
    return {name: api.get(name) for name in members}


@fact("go-to-k/cdk-real-drift; turbot/steampipe-plugin-aws #2027")
def api_default_limits(ask: Asking) -> Seen:
    """An API has `queryDepthLimit` 0 and `resolverCountLimit` 0 where nothing was said."""
    return _default(ask, "queryDepthLimit", "resolverCountLimit")


@fact("sid88in/serverless-appsync-plugin #197; aws/aws-cdk #10028, where it was left out")
def default_action(ask: Asking) -> Seen:
    """A `defaultAction` of a user pool that is none: 400, `Invalid default effect type.`."""
    return _with_user_pool(ask, "MAYBE")


@fact(
    "awsdocs/aws-cloudformation-user-guide #802; the words: comments of two public projects, "
    "reventless-core and mootmaker"
)
def providers_beside_deny(ask: Asking) -> Seen:
    """An API whose user pool's `defaultAction` is DENY has no additional providers: 400."""
    others = [{"authenticationType": "AWS_IAM"}]
    return _with_user_pool(ask, "DENY", additionalAuthenticationProviders=others)


def _with_user_pool(ask: Asking, default_action: str, **others: Any) -> Seen:
    """The refusal of a user pool with this `defaultAction` as the API's own way to authorize."""
    pool = {
        "userPoolId": "us-east-1_any",
        "awsRegion": "us-east-1",
        "defaultAction": default_action,
    }
    kind = "AMAZON_COGNITO_USER_POOLS"
    params = update_params(ask, authenticationType=kind, userPoolConfig=pool, **others)
    return ask.refusal("update_graphql_api", **params)


@fact("go-to-k/cdk-real-drift; turbot/steampipe-plugin-aws #2027")
def api_default_introspection(ask: Asking) -> Seen:
    """An API has `introspectionConfig` ENABLED where nothing was said."""
    return _default(ask, "introspectionConfig")


@fact("go-to-k/cdk-real-drift; turbot/steampipe-plugin-aws #2027")
def api_default_type(ask: Asking) -> Seen:
    """An API has `apiType` GRAPHQL and `visibility` GLOBAL where nothing was said."""
    return _default(ask, "apiType", "visibility")


@fact("go-to-k/cdk-real-drift; turbot/steampipe-plugin-aws #2027")
def api_default_tracing(ask: Asking) -> Seen:
    """An API has `xrayEnabled` false where nothing was said."""
    return _default(ask, "xrayEnabled")


@fact("go-to-k/cdk-real-drift; turbot/steampipe-plugin-aws #2027")
def api_owner(ask: Asking) -> Seen:
    """An API's `owner` is the account."""
    return _default(ask, "owner")


@fact(CORPUS)
def open_id_provider_defaults(ask: Asking) -> Seen:
    """An additional OpenID Connect provider has `authTTL` 0 and `iatTTL` 0."""
    api = ask.make_api(additionalAuthenticationProviders=[_OPEN_ID])
    [provider] = api["additionalAuthenticationProviders"]
    return provider["openIDConnectConfig"]


@fact("ministackorg/ministack, tests/test_cfn_update_appsync.py")
def open_id_defaults(ask: Asking) -> Seen:
    """An API whose way to authorize is OpenID Connect has `authTTL` 0 and `iatTTL` 0 as well."""
    answer = ask.call("update_graphql_api", **update_params(ask, **_OPEN_ID))
    return answer["graphqlApi"]["openIDConnectConfig"]


@fact("service model, in the member's documentation; for the words " + CHOICE)
def owner_contact_length(ask: Asking) -> Seen:
    """An API's `ownerContact` has at most 256 characters."""
    return [
        ask.refusal("update_graphql_api", **update_params(ask, ownerContact="x" * length))
        for length in (256, 257)
    ]


@fact("AWS service quotas for the number; for the words " + CHOICE)
def authentication_providers_quota(ask: Asking) -> Seen:
    """An API has at most 50 authentication providers, the first among them."""
    accepted = 0
    for more in (48, 49, 50):
        providers = [
            {
                "authenticationType": "OPENID_CONNECT",
                "openIDConnectConfig": {"issuer": f"https://{number}.example.com"},
            }
            for number in range(more)
        ]
        params = update_params(ask, additionalAuthenticationProviders=providers)
        refusal = ask.refusal("update_graphql_api", **params)
        if refusal != "accepted":
            return f"{accepted} additional ones, then {refusal}"
        accepted = more
    return f"{accepted} additional ones and perhaps more"


@fact("model; go-to-k/cdkd")
def update_keeps_what_is_left_out(ask: Asking) -> Seen:
    """UpdateGraphqlApi leaves a member as it was that is not given."""
    ask.call("update_graphql_api", **update_params(ask, xrayEnabled=True))
    answer = ask.call("update_graphql_api", **update_params(ask))
    return answer["graphqlApi"]["xrayEnabled"]


@fact("aws/aws-cli #6251")
def unknown_api_got(ask: Asking) -> Seen:
    """GetGraphqlApi for an API that is not there: 404, `GraphQL API <apiId> not found.`."""
    return ask.refusal("get_graphql_api", apiId=NOWHERE)


@fact("aws/aws-cli #6251, by analogy")
def unknown_api_deleted(ask: Asking) -> Seen:
    """DeleteGraphqlApi for an API that is not there answers the same."""
    return ask.refusal("delete_graphql_api", apiId=NOWHERE)


@fact("service model")
def deleted_api(ask: Asking) -> Seen:
    """A deleted API is not there, and its keys neither."""
    api = ask.make_api()["apiId"]
    ask.call("create_api_key", apiId=api)
    ask.call("delete_graphql_api", apiId=api)
    return [ask.refusal("get_graphql_api", apiId=api), ask.refusal("list_api_keys", apiId=api)]


@fact(CORPUS)
def environment_variables_at_first(ask: Asking) -> Seen:
    """An API's environment variables are `{}` at first."""
    answer = ask.call("get_graphql_api_environment_variables", apiId=ask.common_api)
    return answer["environmentVariables"]


@fact("service model")
def environment_variables_replaced(ask: Asking) -> Seen:
    """PutGraphqlApiEnvironmentVariables replaces all of them."""
    for variables in ({"first": "1"}, {"second": "2"}):
        ask.call(
            "put_graphql_api_environment_variables", apiId=ask.api, environmentVariables=variables
        )
    answer = ask.call("get_graphql_api_environment_variables", apiId=ask.api)
    return answer["environmentVariables"]


@fact("otherwise: go-to-k/cdkd, integration test of appsync; " + CHOICE)
def environment_variables_taken_away(ask: Asking) -> Seen:
    """An API's environment variables are `{}` again once they were all taken away."""
    for variables in ({"first": "1"}, {}):
        ask.call(
            "put_graphql_api_environment_variables", apiId=ask.api, environmentVariables=variables
        )
    answer = ask.call("get_graphql_api_environment_variables", apiId=ask.api)
    return answer.get("environmentVariables")


@fact("cloud-custodian, placebo test_delete_appsync_api")
def tags_in_lists(ask: Asking) -> Seen:
    """ListGraphqlApis and ListTagsForResource show an API's tags."""
    api = ask.graphql_api
    every = ask.caller.items("list_graphql_apis", "graphqlApis")
    listed = next((each for each in every if each["apiId"] == api["apiId"]), None)
    if listed is None:
        return "not listed"
    tags = ask.call("list_tags_for_resource", resourceArn=api["arn"])["tags"]
    return [TAG in listed["tags"], TAG in tags]


@fact("service model")
def tags_changed(ask: Asking) -> Seen:
    """TagResource adds tags, UntagResource takes them away."""
    arn = ask.graphql_api["arn"]
    ask.call("tag_resource", resourceArn=arn, tags={"first": "1", "second": "2"})
    ask.call("untag_resource", resourceArn=arn, tagKeys=["first"])
    tags = ask.call("list_tags_for_resource", resourceArn=arn)["tags"]
    return [tags.get("first"), tags.get("second")]


@fact("service model, read as Java reads it; " + CHOICE)
def tag_beyond_ascii(ask: Asking) -> Seen:
    """The value of a tag has letters of ASCII only."""
    return ask.refusal("tag_resource", resourceArn=ask.graphql_api["arn"], tags={"first": "größe"})


@fact("service model; " + CHOICE)
def tags_of_no_arn(ask: Asking) -> Seen:
    """The tags of what is no ARN of AppSync: BadRequestException."""
    return ask.refusal("list_tags_for_resource", resourceArn="n" * 75)


@fact("boto/boto3 #2760")
def tags_of_a_data_source(ask: Asking) -> Seen:
    """A data source has no tags: 400, `Invalid input resource arn`."""
    arn = f"{ask.graphql_api['arn']}/datasources/none"
    return ask.refusal("tag_resource", resourceArn=arn, tags={"first": "1"})


@fact("moto's tests")
def no_api_cache(ask: Asking) -> Seen:
    """GetApiCache for an API without a cache is 404, with AppSync's own words."""
    return ask.refusal("get_api_cache", apiId=ask.common_api)


@fact("moto's tests")
def no_api_cache_deleted(ask: Asking) -> Seen:
    """DeleteApiCache and FlushApiCache name what they wanted with the cache."""
    return [
        ask.refusal("delete_api_cache", apiId=ask.common_api),
        ask.refusal("flush_api_cache", apiId=ask.common_api),
    ]


@fact(CHOICE)
def unknown_domain_name(ask: Asking) -> Seen:
    """GetDomainName for a name that is not there is a 404."""
    return ask.refusal("get_domain_name", domainName="not-there.example.com")


@fact(CHOICE)
def unknown_domain_name_deleted(ask: Asking) -> Seen:
    """DeleteDomainName for a name that is not there is a 404."""
    return ask.refusal("delete_domain_name", domainName="not-there.example.com")
