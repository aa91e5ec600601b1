"""What each simulated operation does to a region: parameters in, result or refusal out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pytest_appsync.service.api_keys import StoredKey, checked_expiry, expiry_of_new_key
from pytest_appsync.service.apis import Region, StoredApi
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.identifiers import new_identifier

Params = Mapping[str, Any]
Result = dict[str, Any]

GRAPHQL_APIS_PER_REGION = 25
"""AWS's quota of GraphQL APIs in a region."""


def create_api_key(region: Region, params: Params) -> Result:
    api = region.api(params["apiId"])
    now, rules = region.clock.now(), region.rules
    expires = expiry_of_new_key(params.get("expires"), now, rules)
    # Deleted keys are in the ledger too, so only a full one need be counted.
    if len(api.keys) >= rules.quota <= sum(1 for _ in present_keys(region, api)):
        raise ServiceError("ApiKeyLimitExceededException")
    key = StoredKey(
        f"{rules.version}-{new_identifier()}",
        rules,
        next(region.positions),
        params.get("description"),
        expires,
    )
    api.keys.add(key)
    return {"apiKey": key.describe()}


def list_api_keys(region: Region, params: Params) -> Result:
    api = region.api(params["apiId"])
    now = region.clock.now()
    page, next_token = region.pager.page(
        api.keys,
        scope=("ListApiKeys", region.name, api.id),
        max_results=params.get("maxResults"),
        next_token=params.get("nextToken"),
        visible=lambda key: not key.is_deleted(now),
    )
    return {"apiKeys": [key.describe() for key in page], "nextToken": next_token}


def update_api_key(region: Region, params: Params) -> Result:
    key = _key(region, region.api(params["apiId"]), params["id"])
    now, rules = region.clock.now(), key.rules
    if rules.renewable == "never":
        raise ServiceError(
            "BadRequestException",
            f"UpdateApiKey is not available for API keys of version {rules.version}.",
        )
    if (expires := params.get("expires")) is not None:
        if rules.renewable == "until expired" and key.is_expired(now):
            raise ServiceError("BadRequestException", f"API key has expired: {key.id}")
        key.expires = checked_expiry(expires, now, rules)
    if (description := params.get("description")) is not None:
        key.description = description
    return {"apiKey": key.describe()}


def delete_api_key(region: Region, params: Params) -> Result:
    api = region.api(params["apiId"])
    api.keys.remove(_key(region, api, params["id"]))
    return {}


def present_keys(region: Region, api: StoredApi) -> Iterator[StoredKey]:
    """The keys that the API has now, expired ones among them."""
    now = region.clock.now()
    return (key for key in api.keys if not key.is_deleted(now))


def _key(region: Region, api: StoredApi, key_id: str) -> StoredKey:
    key = api.keys.get(key_id)
    if key is None or key.is_deleted(region.clock.now()):
        raise ServiceError("NotFoundException", f"API key not found: {key_id}")
    return key


def create_graphql_api(region: Region, params: Params) -> Result:
    if len(region.graphql_apis) >= GRAPHQL_APIS_PER_REGION:
        raise ServiceError("ApiLimitExceededException")
    api = region.add(params["name"], "GRAPHQL", params)
    return {"graphqlApi": region.describe_graphql_api(api)}


def get_graphql_api(region: Region, params: Params) -> Result:
    api = region.api(params["apiId"], "GRAPHQL")
    return {"graphqlApi": region.describe_graphql_api(api)}


def list_graphql_apis(region: Region, params: Params) -> Result:
    api_type, owner = params.get("apiType"), params.get("owner")

    def visible(api: StoredApi) -> bool:
        of_type = api_type in (None, api.settings.get("apiType", "GRAPHQL"))
        return of_type and owner != "OTHER_ACCOUNTS"

    page, next_token = region.pager.page(
        region.graphql_apis,
        scope=("ListGraphqlApis", region.name, api_type, owner),
        max_results=params.get("maxResults"),
        next_token=params.get("nextToken"),
        visible=visible,
    )
    return {
        "graphqlApis": [region.describe_graphql_api(api) for api in page],
        "nextToken": next_token,
    }


def update_graphql_api(region: Region, params: Params) -> Result:
    api = region.api(params["apiId"], "GRAPHQL")
    api.name = params["name"]
    api.settings.update(params)
    return {"graphqlApi": region.describe_graphql_api(api)}


def delete_graphql_api(region: Region, params: Params) -> Result:
    region.remove(region.api(params["apiId"], "GRAPHQL"))
    return {}


def create_api(region: Region, params: Params) -> Result:
    return {"api": region.describe_event_api(region.add(params["name"], "EVENT", params))}


def get_api(region: Region, params: Params) -> Result:
    return {"api": region.describe_event_api(region.api(params["apiId"], "EVENT"))}


def list_apis(region: Region, params: Params) -> Result:
    page, next_token = region.pager.page(
        region.event_apis,
        scope=("ListApis", region.name),
        max_results=params.get("maxResults"),
        next_token=params.get("nextToken"),
    )
    return {"apis": [region.describe_event_api(api) for api in page], "nextToken": next_token}


def delete_api(region: Region, params: Params) -> Result:
    region.remove(region.api(params["apiId"], "EVENT"))
    return {}


OPERATIONS: Mapping[str, Callable[[Region, Params], Result]] = {
    "CreateApiKey": create_api_key,
    "ListApiKeys": list_api_keys,
    "UpdateApiKey": update_api_key,
    "DeleteApiKey": delete_api_key,
    "CreateGraphqlApi": create_graphql_api,
    "GetGraphqlApi": get_graphql_api,
    "ListGraphqlApis": list_graphql_apis,
    "UpdateGraphqlApi": update_graphql_api,
    "DeleteGraphqlApi": delete_graphql_api,
    "CreateApi": create_api,
    "GetApi": get_api,
    "ListApis": list_apis,
    "DeleteApi": delete_api,
}
"""The simulated operations, by AWS's name."""
