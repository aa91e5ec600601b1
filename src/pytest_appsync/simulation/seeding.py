"""The seeding of a service, and the questions about its state, without operations.

No bound and no quota is applied: a test seeds any state that is possible on AWS.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from pytest_appsync import model
from pytest_appsync.moments import epoch_seconds
from pytest_appsync.nearest import no_such
from pytest_appsync.protocol.constraints import is_encodable
from pytest_appsync.record.calls import shown
from pytest_appsync.service.api_key_rules import rules_of_version
from pytest_appsync.service.api_keys import ApiKey, StoredKey, rounded_down_to_the_hour
from pytest_appsync.service.apis import Api, Kind, Region, StoredApi
from pytest_appsync.service.service import Service
from pytest_appsync.simulation.held import Held


def add_api(
    service: Service,
    region: str,
    name: str,
    *,
    api_id: str | None,
    kind: Kind,
) -> Api:
    """Add an API; see :meth:`AppSync.add_api`."""
    _refuse_no_text("name", name)
    if api_id is not None:
        _refuse_no_text("api_id", api_id)
        if not is_encodable(api_id):
            raise ValueError(
                "`api_id` must be text that a URL can carry, such as '7eeywqbd6na5voygrlzgvyxciu', "
                f"not {api_id!r}, which is not Unicode: it has half of a surrogate pair"
            )
    if kind not in ("GRAPHQL", "EVENT"):
        raise ValueError(no_such("AppSync", "kind of API", kind, ("GRAPHQL", "EVENT")))
    if kind == "EVENT" and "CreateApi" not in model.service_model().operation_names:
        raise ValueError(
            "`kind` must be 'GRAPHQL', not 'EVENT': the installed botocore "
            f"{model.BOTOCORE_VERSION} does not know Event APIs (it has no operation CreateApi). "
            "Install a newer one"
        )
    with service.lock:
        home = service.region(region)
        if api_id is not None and home.apis.get(api_id) is not None:
            raise ValueError(
                f"`api_id` must be new: {home.name} has an API of this id already, {api_id!r}"
            )
        return home.snapshot(home.add(name, kind, {}, id=api_id))


def add_api_key(
    service: Service,
    api: Api | str,
    *,
    id: str | None,
    description: str | None,
    expires: datetime | float | None,
    first_region: str,
) -> ApiKey:
    """Add a key; see :meth:`AppSync.add_api_key`."""
    current = service.key_rules
    if id is None:
        id = f"{current.version}-{service.identifiers.new()}"
    elif not isinstance(id, str) or not id.startswith((f"{current.version}-", "da1-", "da2-")):
        raise ValueError(f"`id` must begin with a key version, 'da2-' or 'da1-', not {id!r}")
    if description is not None and not isinstance(description, str):
        raise TypeError(f"`description` must be text, not {description!r}")
    with service.lock:
        region, stored = find(service, api, first_region)
        if stored.keys.get(id) is not None:
            raise ValueError(
                f"`id` must be new: API {stored.id} has a key of this id already, {id!r}"
            )
        rules = rules_of_version(id.partition("-")[0], current)
        if expires is None:
            moment = region.clock.now() + rules.default_validity.total_seconds()
        else:
            moment = epoch_seconds("expires", expires)
        now, hour = region.clock.now(), rounded_down_to_the_hour(moment)
        whole = math.ceil(moment) if hour < now < moment else hour
        key = StoredKey(id, rules, next(region.numbers), description, whole)
        stored.keys.add(key)
        return key.snapshot(now)


def apis(service: Service, region: str) -> Held[Api]:
    """The APIs of a region now, oldest first."""
    with service.lock:
        home = service.region(region)
        return Held(Api, (home.snapshot(api) for api in home.apis))


def api_keys(service: Service, api: Api | str, first_region: str) -> Held[ApiKey]:
    """The keys that an API has now; see :meth:`AppSync.api_keys`."""
    with service.lock:
        found = _find_if_there(service, api, first_region)
        if found is None:
            return Held(ApiKey)
        region, stored = found
        now = region.clock.now()
        return Held(ApiKey, (key.snapshot(now) for key in stored.keys.at(now)))


def accepts(service: Service, api: Api | str, key_id: str | ApiKey, first_region: str) -> bool:
    """Whether AppSync lets a request with this key in now; see :meth:`AppSync.accepts`."""
    if isinstance(key_id, ApiKey):
        key_id = key_id.id
    if not isinstance(key_id, str):
        raise TypeError(f"`key_id` must be an ApiKey or a key's id, not {_with_hint(key_id, 'id')}")
    with service.lock:
        found = _find_if_there(service, api, first_region)
        if found is None:
            return False
        region, stored = found
        key = stored.keys.get(key_id)
        return key is not None and key.lets_in(region.clock.now())


def find(service: Service, api: Api | str, first_region: str) -> tuple[Region, StoredApi]:
    """An API and its region.

    :param first_region: where an id is looked for first.
    :raises LookupError: for an API that does not exist.
    """
    if isinstance(api, Api):
        region = service.region(api.region)
        stored = region.apis.get(api.id)
        if stored is not None:
            return region, stored
        raise LookupError(f"{api!r} is not there: deleted, or of another simulation")
    if not isinstance(api, str):
        raise TypeError(f"`api` must be an Api or an API's id, not {_with_hint(api, 'apiId')}")
    found = service.find(api, first=first_region)
    if found is None:
        known = [each for region in service.regions() for each in region.apis]
        named = [each.id for each in known if each.members["name"] == api]
        if named:
            raise LookupError(
                f"{api!r} is the name of an API, and its id is needed: {' or '.join(named)}"
            )
        raise LookupError(no_such("the simulation", "API", api, [each.id for each in known]))
    return found


def _with_hint(given: object, member: str) -> str:
    """What was given, and where the id is in it, if that is an answer of boto3."""
    text = shown(given, 60)
    if not isinstance(given, Mapping):
        return text
    if member in given:
        return f'{text}: give its ["{member}"]'
    for name, value in given.items():
        if isinstance(value, Mapping) and member in value:
            return f'{text}: give its ["{name}"]["{member}"]'
    return text


def _find_if_there(
    service: Service, api: Api | str, first_region: str
) -> tuple[Region, StoredApi] | None:
    try:
        return find(service, api, first_region)
    except LookupError:
        if isinstance(api, Api):
            return None
        raise


def _refuse_no_text(name: str, value: object) -> None:
    if not isinstance(value, str) or not value:
        raise ValueError(f"`{name}` must be text that is not empty, not {value!r}")
