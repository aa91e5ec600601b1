"""The APIs of a region: GraphQL APIs, and the Event APIs of AppSync's second generation.

An API owns its keys; an API lives in one region.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pytest_appsync.service.api_keys import ApiKeyRules, StoredKey
from pytest_appsync.service.clock import Clock
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.identifiers import ACCOUNT_ID, new_identifier
from pytest_appsync.service.paging import Ledger, Pager

Kind = Literal["GRAPHQL", "EVENT"]


@dataclass(frozen=True)
class Api:
    """An API as it was when it was looked at.

    :ivar id: 26 characters of ``a-z2-7``, or what the test chose.
    :ivar kind: ``"GRAPHQL"`` or ``"EVENT"``.
    """

    id: str
    name: str
    region: str
    arn: str
    kind: Kind


class StoredApi:
    """An API in the service; ``settings`` is what the requests said of it."""

    __slots__ = ("created", "id", "keys", "kind", "name", "position", "settings")

    def __init__(
        self,
        id: str,
        position: int,
        name: str,
        kind: Kind,
        created: float,
        settings: dict[str, Any],
    ) -> None:
        self.id = id
        self.position = position
        self.name = name
        self.kind = kind
        self.created = created
        self.settings = settings
        self.keys: Ledger[StoredKey] = Ledger()


class Region:
    """What AppSync holds in one region, and what its operations need to know.

    :ivar apis: all of them; each is in the ledger of its kind as well.
    """

    def __init__(
        self,
        name: str,
        partition: str,
        dns_suffix: str,
        clock: Clock,
        rules: ApiKeyRules,
        pager: Pager,
        positions: itertools.count[int],
    ) -> None:
        self.name = name
        self.partition = partition
        self.dns_suffix = dns_suffix
        self.clock = clock
        self.rules = rules
        self.pager = pager
        self.positions = positions
        self.apis: Ledger[StoredApi] = Ledger()
        self.graphql_apis: Ledger[StoredApi] = Ledger()
        self.event_apis: Ledger[StoredApi] = Ledger()

    def api(self, api_id: str, kind: Kind | None = None) -> StoredApi:
        """The API of that id.

        :param kind: look among the APIs of this kind only.
        :raises ServiceError: NotFoundException in AWS's words (aws/aws-cli #6251).
        """
        api = self.apis.get(api_id)
        if api is None or (kind is not None and api.kind != kind):
            noun = "API" if kind == "EVENT" else "GraphQL API"
            raise ServiceError("NotFoundException", f"{noun} {api_id} not found.")
        return api

    def add(
        self, name: str, kind: Kind, settings: Mapping[str, Any], *, id: str | None = None
    ) -> StoredApi:
        api = StoredApi(
            id=id or new_identifier(),
            position=next(self.positions),
            name=name,
            kind=kind,
            created=self.clock.now(),
            settings=dict(settings),
        )
        for ledger in self._ledgers_of(api):
            ledger.add(api)
        return api

    def remove(self, api: StoredApi) -> None:
        for ledger in self._ledgers_of(api):
            ledger.remove(api)

    def _ledgers_of(self, api: StoredApi) -> tuple[Ledger[StoredApi], Ledger[StoredApi]]:
        return self.apis, self.event_apis if api.kind == "EVENT" else self.graphql_apis

    def snapshot(self, api: StoredApi) -> Api:
        return Api(api.id, api.name, self.name, self.arn(api), api.kind)

    def arn(self, api: StoredApi) -> str:
        return f"arn:{self.partition}:appsync:{self.name}:{ACCOUNT_ID}:apis/{api.id}"

    def _hosts(self, api: StoredApi) -> tuple[str, str]:
        """The hosts of an API's endpoint and of its real-time endpoint."""
        ending = f"{self.name}.{self.dns_suffix}"
        return f"{api.id}.appsync-api.{ending}", f"{api.id}.appsync-realtime-api.{ending}"

    def describe_graphql_api(self, api: StoredApi) -> dict[str, Any]:
        """The GraphqlApi shape: what was given, and what AWS fills in."""
        endpoint, realtime = self._hosts(api)
        return {
            "authenticationType": "API_KEY",
            "apiType": "GRAPHQL",
            "visibility": "GLOBAL",
            "introspectionConfig": "ENABLED",
            "queryDepthLimit": 0,
            "resolverCountLimit": 0,
            "xrayEnabled": False,
            "tags": {},
            **api.settings,
            "apiId": api.id,
            "name": api.name,
            "arn": self.arn(api),
            "owner": ACCOUNT_ID,
            "uris": {
                "GRAPHQL": f"https://{endpoint}/graphql",
                "REALTIME": f"wss://{realtime}/graphql",
            },
            "dns": {"GRAPHQL": endpoint, "REALTIME": realtime},
        }

    def describe_event_api(self, api: StoredApi) -> dict[str, Any]:
        """The Api shape: what was given, and what AWS fills in."""
        endpoint, realtime = self._hosts(api)
        return {
            "xrayEnabled": False,
            "tags": {},
            **api.settings,
            "apiId": api.id,
            "name": api.name,
            "apiArn": self.arn(api),
            "created": api.created,
            "dns": {"HTTP": endpoint, "REALTIME": realtime},
        }
