"""API keys: the one resource with a life of its own."""

from __future__ import annotations

from pytest_appsync.service.api_keys import (
    NO_OTHERS,
    StoredKey,
    checked_expiry,
    expiry_of_new_key,
)
from pytest_appsync.service.apis import Region, StoredApi
from pytest_appsync.service.by_model import Operation, Params, Result, listed
from pytest_appsync.service.errors import ServiceError, bad_request

# An `expires` of 0 counts as not given (a capture script beside radkawar/stackd's
# internal/services/appsync probes the live service so, and calls it that; moto does the same).


def create_api_key(region: Region, params: Params) -> Result:
    api = region.api(params["apiId"])
    now, rules = region.clock.now(), region.key_rules
    expires = expiry_of_new_key(params.get("expires") or None, now, rules)
    keys = api.keys.at(now)
    if len(keys) >= rules.quota:
        raise ServiceError("ApiKeyLimitExceededException")
    id, number = f"{rules.version}-{region.identifiers.new()}", next(region.numbers)
    key = StoredKey(id, rules, number, params.get("description"), expires, now)
    key.others = _others(params)
    keys.add(key)
    return {"apiKey": key.describe()}


def list_api_keys(region: Region, params: Params) -> Result:
    keys = region.api(params["apiId"]).keys.at(region.clock.now())
    return listed(region, "ListApiKeys", params, keys, StoredKey.describe)


def update_api_key(region: Region, params: Params) -> Result:
    api = region.api(params["apiId"])
    key = _key(region, api, params["id"])
    now, rules = region.clock.now(), key.rules
    if rules.renewable == "never":
        raise bad_request(
            f"UpdateApiKey is not available for API keys of version {rules.version}.",
        )
    if expires := params.get("expires"):
        if rules.renewable == "until expired" and key.is_expired(now):
            raise bad_request(f"API key has expired: {key.id}")
        key.expire_at(checked_expiry(expires, now, rules))
        api.keys.has_changed(key)
    if (description := params.get("description")) is not None:
        key.description = description
    key.others = {**key.others, **_others(params)} or NO_OTHERS
    return {"apiKey": key.describe()}


def delete_api_key(region: Region, params: Params) -> Result:
    api = region.api(params["apiId"])
    api.keys.remove(_key(region, api, params["id"]))
    return {}


def _key(region: Region, api: StoredApi, key_id: str) -> StoredKey:
    now = region.clock.now()
    key = api.keys.at(now).get(key_id)
    if key is None or key.is_deleted(now):
        raise ServiceError("NotFoundException", f"API key not found: {key_id}")
    return key


def _others(params: Params) -> Params:
    """The members that a newer service model may have."""
    if _KNOWN.issuperset(params):
        return NO_OTHERS
    return {name: value for name, value in params.items() if name not in _KNOWN}


_KNOWN = frozenset({"apiId", "id", "description", "expires"})


OPERATIONS: dict[str, Operation] = {
    "CreateApiKey": create_api_key,
    "ListApiKeys": list_api_keys,
    "UpdateApiKey": update_api_key,
    "DeleteApiKey": delete_api_key,
}
