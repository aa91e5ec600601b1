"""What each simulated operation has to have done when it says that it has.

Written from AWS's documentation, not from the service: the state before, what was
asked and what was answered give the state that must be there afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pytest_appsync import Api, ApiKey

from .start import DAY, HOUR, NOW, State

Params = dict[str, Any]
Apis = dict[str, tuple[Api, tuple[ApiKey, ...]]]


def state_afterwards(
    operation: str, region: str, before: State, params: Params, result: Params
) -> State:
    """:raises AssertionError: where what was answered is not what was asked."""
    assert operation in _EFFECTS, f"tests/fuzzing/effects.py does not know what {operation} does"
    return {**before, region: _EFFECTS[operation](dict(before[region]), params, result)}


def _create_api_key(apis: Apis, params: Params, result: Params) -> Apis:
    api, keys = apis[params["apiId"]]
    expires = _stored(params["expires"]) if params.get("expires") else _hour(NOW + 7 * DAY)
    key = ApiKey(
        id=result["apiKey"]["id"],
        description=params.get("description") or None,
        expires=expires,
        deletes=expires + 60 * DAY,
        expired=False,
        version="da2",
    )
    _check_answer(key, result["apiKey"])
    return {**apis, api.id: (api, (*keys, key))}


def _update_api_key(apis: Apis, params: Params, result: Params) -> Apis:
    api, keys = apis[params["apiId"]]
    [key] = [key for key in keys if key.id == params["id"]]
    changed = key
    if "description" in params:
        changed = replace(changed, description=params["description"] or None)
    if params.get("expires"):
        expires = _stored(params["expires"])
        changed = replace(changed, expires=expires, deletes=expires + 60 * DAY, expired=False)
    _check_answer(changed, result["apiKey"])
    return {**apis, api.id: (api, tuple(changed if other is key else other for other in keys))}


def _delete_api_key(apis: Apis, params: Params, result: Params) -> Apis:
    api, keys = apis[params["apiId"]]
    rest = tuple(key for key in keys if key.id != params["id"])
    assert len(rest) == len(keys) - 1, f"there was no key {params['id']!r}"
    return {**apis, api.id: (api, rest)}


def _list_api_keys(apis: Apis, params: Params, result: Params) -> Apis:
    expected = [key.id for key in apis[params["apiId"]][1]][: params.get("maxResults") or 10]
    assert [key["id"] for key in result["apiKeys"]] == expected
    return apis


def _create_api(kind: Any, member: str) -> Callable[[Apis, Params, Params], Apis]:
    def create(apis: Apis, params: Params, result: Params) -> Apis:
        answer = result[member]
        _check_echo(params, answer)
        region = next(iter(apis.values()))[0].region
        arn = f"arn:aws:appsync:{region}:123456789012:apis/{answer['apiId']}"
        assert answer["apiId"] not in apis
        uris = answer.get("uris") or {
            "HTTP": f"https://{answer['dns']['HTTP']}/event",
            "REALTIME": f"wss://{answer['dns']['REALTIME']}/event/realtime",
        }
        api = Api(answer["apiId"], params["name"], region, arn, kind, uris)
        return {**apis, api.id: (api, ())}

    return create


def _get_api(kind: str, member: str) -> Callable[[Apis, Params, Params], Apis]:
    def get(apis: Apis, params: Params, result: Params) -> Apis:
        api, _ = apis[params["apiId"]]
        assert (result[member]["apiId"], result[member]["name"]) == (api.id, api.name)
        assert api.kind == kind
        return apis

    return get


def _list_apis(kind: str, member: str) -> Callable[[Apis, Params, Params], Apis]:
    def list_them(apis: Apis, params: Params, result: Params) -> Apis:
        expected = [api.id for api, _ in apis.values() if api.kind == kind]
        if params.get("owner") == "OTHER_ACCOUNTS" or params.get("apiType") == "MERGED":
            expected = []
        expected = expected[: params.get("maxResults") or 10]
        assert [api["apiId"] for api in result[member]] == expected
        return apis

    return list_them


def _update_api(kind: str, member: str) -> Callable[[Apis, Params, Params], Apis]:
    def update(apis: Apis, params: Params, result: Params) -> Apis:
        api, keys = apis[params["apiId"]]
        assert api.kind == kind
        _check_echo(params, result[member])
        return {**apis, api.id: (replace(api, name=params["name"]), keys)}

    return update


def _delete_api(kind: str) -> Callable[[Apis, Params, Params], Apis]:
    def delete(apis: Apis, params: Params, result: Params) -> Apis:
        assert apis[params["apiId"]][0].kind == kind
        return {api_id: api for api_id, api in apis.items() if api_id != params["apiId"]}

    return delete


_EFFECTS: dict[str, Callable[[Apis, Params, Params], Apis]] = {
    "CreateApiKey": _create_api_key,
    "ListApiKeys": _list_api_keys,
    "UpdateApiKey": _update_api_key,
    "DeleteApiKey": _delete_api_key,
    "CreateGraphqlApi": _create_api("GRAPHQL", "graphqlApi"),
    "GetGraphqlApi": _get_api("GRAPHQL", "graphqlApi"),
    "ListGraphqlApis": _list_apis("GRAPHQL", "graphqlApis"),
    "UpdateGraphqlApi": _update_api("GRAPHQL", "graphqlApi"),
    "DeleteGraphqlApi": _delete_api("GRAPHQL"),
    "CreateApi": _create_api("EVENT", "api"),
    "GetApi": _get_api("EVENT", "api"),
    "ListApis": _list_apis("EVENT", "apis"),
    "UpdateApi": _update_api("EVENT", "api"),
    "DeleteApi": _delete_api("EVENT"),
}


def _hour(moment: int) -> int:
    return moment // HOUR * HOUR


def _stored(expires: int) -> int:
    assert NOW + DAY <= expires <= NOW + 365 * DAY + 10, f"{expires} is out of bounds"
    return _hour(expires)


def _check_answer(key: ApiKey, answer: Params) -> None:
    expected = {"id": key.id, "expires": key.expires, "deletes": key.deletes}
    if key.description:
        expected["description"] = key.description
    assert answer == expected, f"{answer} is not {expected}"


def _check_echo(params: Params, answer: Params) -> None:
    for name, value in params.items():
        assert name not in answer or _repeats(value, answer[name]), f"{name} is not what was asked"


def _repeats(given: Any, answered: Any) -> bool:
    """Whether all that was given is in the answer, which may have more members."""
    if isinstance(given, dict) and isinstance(answered, dict):
        return all(name in answered and _repeats(given[name], answered[name]) for name in given)
    if isinstance(given, list) and isinstance(answered, list):
        return len(given) == len(answered) and all(map(_repeats, given, answered))
    return bool(given == answered)
