"""The APIs of a region: GraphQL APIs, and the Event APIs of AppSync's second generation.

An API owns its keys and all its other resources; an API lives in one region.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, NamedTuple, get_args

from pytest_appsync.service.api_key_rules import ApiKeyRules
from pytest_appsync.service.api_keys import ApiKeys
from pytest_appsync.service.clock import ServiceClock
from pytest_appsync.service.collection import Collection, Resource
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.identifiers import ACCOUNT_ID, Identifiers
from pytest_appsync.service.paging import Pager
from pytest_appsync.service.rules import ServiceRules
from pytest_appsync.service.schema import Schema

Kind = Literal["GRAPHQL", "EVENT"]

ASKED_AT: ContextVar[str | None] = ContextVar("ASKED_AT", default=None)
"""The server's URL for the client that asks now, where it may differ from the test's own."""


class Endpoint:
    """The place of the endpoints of APIs: AWS's own hosts, or the server that serves now."""

    def __init__(self) -> None:
        self._servers: list[str] = []

    def lead_to(self, server: str) -> None:
        """Move the endpoints to the server of this URL, such as ``http://127.0.0.1:8080``."""
        self._servers.append(server)

    def lead_back(self, server: str) -> None:
        """Take the endpoints away from that server. An earlier one may have them again."""
        self._servers.remove(server)

    def uris(self, kind: Kind, hosts: Mapping[str, str]) -> dict[str, str]:
        """The URLs of an API's endpoint and of its real-time endpoint.

        At a server, the host's name is the first part of the path.
        Those of GraphQL APIs: cloud-custodian's recordings; of Event APIs: AWS's guide
        to Event APIs, "Understanding the Event API WebSocket protocol".
        """
        paths = ("/event", "/event/realtime") if kind == "EVENT" else ("/graphql", "/graphql")
        schemes = ("https://", "wss://")
        if self._servers:
            server = ASKED_AT.get() or self._servers[-1]
            schemes = (f"{server}/", f"{server.replace('http', 'ws', 1)}/")
        return {
            name: f"{scheme}{host}{path}"
            for (name, host), scheme, path in zip(hosts.items(), schemes, paths, strict=True)
        }


class _Uris:
    """The URLs of an :class:`Api`, which change while it is served.

    The value may be a callable that returns them. Without a value there are none.
    """

    def __get__(self, api: object, kind: object = None) -> Mapping[str, str]:
        if api is None:
            return {}
        given = vars(api)["_uris"]
        uris: Mapping[str, str] = given() if callable(given) else given
        return uris

    def __set__(
        self, api: object, given: Mapping[str, str] | Callable[[], Mapping[str, str]] | _Uris
    ) -> None:
        vars(api)["_uris"] = {} if isinstance(given, _Uris) else given


@dataclass(frozen=True)
class Api:
    """An API as it was when it was looked at.

    :ivar id: 26 characters of ``a-z2-7``, or what the test chose.
    :ivar name: the name that it was created with.
    :ivar region: such as ``"eu-west-1"``.
    :ivar arn: such as ``arn:aws:appsync:us-east-1:123456789012:apis/ID``.
    :ivar kind: ``"GRAPHQL"`` or ``"EVENT"``.
    :ivar uris: the URLs of its endpoints, by ``"GRAPHQL"`` (of an Event API ``"HTTP"``) and
        ``"REALTIME"``. The id in their host is not the API's. While the simulation is served,
        they lead to the server, also those of an ``Api`` that was looked at before.
    """

    id: str
    name: str
    region: str
    arn: str
    kind: Kind
    uris: _Uris = field(default=_Uris(), hash=False)


class StoredApi(Resource):
    """An API in the service, and all that it owns.

    :ivar host: the id in the names of its hosts (go-to-k/cdk-real-drift; cloud-custodian's
        recordings: it is not the API's id).
    :ivar schema: AppSync's work at its schema.
    """

    __slots__ = ("_owned", "host", "keys", "kind", "schema")

    def __init__(
        self, id: str, number: int, kind: Kind, host: str, members: dict[str, Any]
    ) -> None:
        super().__init__(id, number, id, members)
        self.kind = kind
        self.host = host
        self.keys = ApiKeys()
        self.schema = Schema()
        self._owned: dict[str, Collection[Resource]] = {}

    def owned(self, noun: str) -> Collection[Resource]:
        """Its resources of one kind, such as ``"DataSource"``."""
        return self._owned.setdefault(noun, Collection())


class Shared(NamedTuple):
    """The parts that all regions of a service share."""

    clock: ServiceClock
    key_rules: ApiKeyRules
    rules: ServiceRules
    identifiers: Identifiers
    pager: Pager
    numbers: itertools.count[int]
    endpoint: Endpoint


class Region:
    """The resources of one region, and what its operations need to know.

    :ivar apis: all of them; each is in the collection of its kind as well.
    """

    def __init__(self, name: str, partition: str, dns_suffix: str, shared: Shared) -> None:
        self.name = name
        self.partition = partition
        self.dns_suffix = dns_suffix
        self.clock = shared.clock
        self.key_rules = shared.key_rules
        self.rules = shared.rules
        self.identifiers = shared.identifiers
        self.pager = shared.pager
        self.numbers = shared.numbers
        self.endpoint = shared.endpoint
        self.apis: Collection[StoredApi] = Collection()
        # A list or a quota of one kind costs the same beside 10,000 APIs of the other one.
        self.of_kind = {kind: Collection[StoredApi]() for kind in get_args(Kind)}
        self.domain_names: Collection[Resource] = Collection()
        self.introspections: Collection[Resource] = Collection()

    def api(self, api_id: str, kind: Kind | None = None) -> StoredApi:
        """The API of that id.

        :param kind: look among the APIs of this kind only.
        :raises ServiceError: NotFoundException in AWS's words (aws/aws-cli #6251; for
            Event APIs in those of moto's tests).
        """
        api = self.apis.get(api_id)
        if api is None or (kind is not None and api.kind != kind):
            noun = "Events API" if kind == "EVENT" else "GraphQL API"
            raise ServiceError("NotFoundException", f"{noun} {api_id} not found.")
        return api

    def add(
        self, name: str, kind: Kind, members: Mapping[str, Any], *, id: str | None = None
    ) -> StoredApi:
        """Create an API. No quota is applied."""
        id = id or self.identifiers.new()
        members = {**members, "name": name, "created": self.clock.now()}
        api = StoredApi(id, next(self.numbers), kind, self.identifiers.new(), members)
        self.apis.add(api)
        self.of_kind[kind].add(api)
        return api

    def remove(self, api: StoredApi) -> None:
        """Delete an API with all that it owns."""
        self.apis.remove(api)
        self.of_kind[api.kind].remove(api)

    def snapshot(self, api: StoredApi) -> Api:
        arn = self.arn(f"apis/{api.id}")
        uris = partial(self.endpoint.uris, api.kind, self.hosts(api))
        return Api(api.id, api.members["name"], self.name, arn, api.kind, uris)

    def arn(self, path: str) -> str:
        """The ARN of a resource of this region."""
        return f"arn:{self.partition}:appsync:{self.name}:{ACCOUNT_ID}:{path}"

    def hosts(self, api: StoredApi) -> dict[str, str]:
        """The hosts of an API's endpoint and of its real-time endpoint."""
        ending = f"{self.name}.{self.dns_suffix}"
        return {
            "HTTP" if api.kind == "EVENT" else "GRAPHQL": f"{api.host}.appsync-api.{ending}",
            "REALTIME": f"{api.host}.appsync-realtime-api.{ending}",
        }
