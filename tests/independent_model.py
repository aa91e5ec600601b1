"""AppSync's API keys a second time, written from the collected facts alone.

It shares no line with the package: the stateful test holds the two against each
other. It is told the time and the ids that AppSync gave out, and says what
AppSync should have answered.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

HOUR = 3600
DAY = 24 * HOUR
END_OF_DA1 = 1519257600
"""22 February 2018, 0:00 UTC: the first second at which no da1 key is accepted."""


class Refusal(Exception):  # noqa: N818
    """``code``, HTTP status and, where AWS's words are known, the message."""

    def __init__(self, code: str, http_status: int, message: str | None = None) -> None:
        super().__init__(code, http_status, message)
        self.code, self.http_status, self.message = code, http_status, message


def whole_hour(moment: float) -> int:
    return int(moment - moment % HOUR)


@dataclass
class Key:
    id: str
    number: int
    era: str  # a column of the table "Key versions": "da1", "2018" or "today"
    expires: int
    description: str | None

    def is_gone(self, now: float) -> bool:
        return {
            "da1": False,
            "2018": now > self.expires,
            "today": now > self.deletes,
        }[self.era]

    @property
    def deletes(self) -> int:
        return whole_hour(self.expires + 60 * DAY)

    def is_accepted(self, now: float) -> bool:
        return now <= self.expires and (self.era != "da1" or now < END_OF_DA1)

    def answer(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": self.id, "expires": self.expires}
        if self.era == "da1":
            shown["expires"] *= 1000
        if self.era == "today":
            shown["deletes"] = self.deletes
        if self.description:
            shown["description"] = self.description
        return shown


@dataclass
class Api:
    id: str
    number: int
    kind: str  # "GRAPHQL" or "EVENT"
    settings: dict[str, Any]
    keys: dict[str, Key] = field(default_factory=dict)


@dataclass
class IndependentModel:
    """One account. ``era`` is the version of new keys, ``now`` the service's time."""

    era: str
    quota: int
    now: float
    regions: dict[str, dict[str, Api]] = field(default_factory=dict)
    _count: int = 0

    def number(self) -> int:
        self._count += 1
        return self._count

    # --- APIs ---

    def create_api(self, region: str, kind: str, new_id: str, settings: dict[str, Any]) -> Api:
        apis = self.regions.setdefault(region, {})
        if kind == "GRAPHQL" and sum(api.kind == kind for api in apis.values()) >= 25:
            raise Refusal("ApiLimitExceededException", 400)
        apis[new_id] = Api(new_id, self.number(), kind, dict(settings))
        return apis[new_id]

    def api(self, region: str, api_id: str, kind: str | None = None) -> Api:
        api = self.regions.get(region, {}).get(api_id)
        if api is None or kind not in (None, api.kind):
            message = None if kind == "EVENT" else f"GraphQL API {api_id} not found."
            raise Refusal("NotFoundException", 404, message)
        return api

    def update_api(self, region: str, api_id: str, settings: dict[str, Any]) -> Api:
        api = self.api(region, api_id, "GRAPHQL")
        api.settings.update(settings)
        return api

    def delete_api(self, region: str, api_id: str, kind: str) -> dict[str, Any]:
        del self.regions[region][self.api(region, api_id, kind).id]
        return {}

    def apis(self, region: str, kind: str, after: int = 0) -> list[Api]:
        apis = self.regions.get(region, {}).values()
        return [api for api in apis if api.kind == kind and api.number > after]

    # --- keys ---

    def keys(self, region: str, api_id: str, after: int = 0) -> list[Key]:
        keys = self.api(region, api_id).keys.values()
        return [key for key in keys if not key.is_gone(self.now) and key.number > after]

    def key(self, region: str, api_id: str, key_id: str) -> Key:
        for key in self.keys(region, api_id):
            if key.id == key_id:
                return key
        raise Refusal("NotFoundException", 404, f"API key not found: {key_id}")

    def create_key(
        self, region: str, api_id: str, new_id: str, description: str | None, expires: int | None
    ) -> Key:
        api = self.api(region, api_id)
        if not expires:
            expires = whole_hour(self.now + 7 * DAY)
        elif self.era == "da1":
            raise Refusal("BadRequestException", 400)
        else:
            expires = self._within_bounds(expires)
        if len(self.keys(region, api_id)) >= self.quota:
            raise Refusal("ApiKeyLimitExceededException", 400)
        api.keys[new_id] = Key(new_id, self.number(), self.era, expires, description)
        return api.keys[new_id]

    def seed_key(self, region: str, api_id: str, new_id: str, expires: float) -> None:
        era = "da1" if new_id.startswith("da1-") else "today" if self.era == "da1" else self.era
        stored = whole_hour(expires)
        if stored < self.now < expires:  # a test's key with less than an hour left
            stored = math.ceil(expires)
        key = Key(new_id, self.number(), era, stored, None)
        self.api(region, api_id).keys[new_id] = key

    def update_key(
        self, region: str, api_id: str, key_id: str, description: str | None, expires: int | None
    ) -> Key:
        key = self.key(region, api_id, key_id)
        if key.era == "da1":
            raise Refusal("BadRequestException", 400)
        if expires:
            key.expires = self._within_bounds(expires)
        if description is not None:
            key.description = description
        return key

    def delete_key(self, region: str, api_id: str, key_id: str) -> dict[str, Any]:
        del self.api(region, api_id).keys[self.key(region, api_id, key_id).id]
        return {}

    def _within_bounds(self, expires: int) -> int:
        code = "ApiKeyValidityOutOfBoundsException"
        if expires < self.now + DAY:
            raise Refusal(code, 400, "API key must be valid for a minimum of 1 days.")
        if expires > self.now + 365 * DAY:
            raise Refusal(code, 400, "API key can be valid for a maximum of 365 days.")
        return whole_hour(expires)
