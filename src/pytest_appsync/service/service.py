"""The service as a whole: its regions, and one operation at a time."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pytest_appsync.locks import renew_after_fork
from pytest_appsync.service.api_key_rules import ApiKeyRules
from pytest_appsync.service.apis import Endpoint, Region, Shared, StoredApi
from pytest_appsync.service.clock import ServiceClock
from pytest_appsync.service.identifiers import Identifiers
from pytest_appsync.service.operations import OPERATIONS
from pytest_appsync.service.paging import Pager
from pytest_appsync.service.resources.schemas import refuse_while_altered
from pytest_appsync.service.rules import ServiceRules


class Service:
    """AppSync in every region of one account.

    :param key_rules: the rules of API keys.
    :param partition_of: a region's partition and DNS suffix, such as
        ``("aws", "amazonaws.com")``.
    :param rules: all other rules.
    :param endpoint: where the endpoints of its APIs are.
    """

    def __init__(
        self,
        clock: ServiceClock,
        key_rules: ApiKeyRules,
        partition_of: Callable[[str], tuple[str, str]],
        rules: ServiceRules = ServiceRules(),  # noqa: B008
        endpoint: Endpoint | None = None,
    ) -> None:
        self.key_rules = key_rules
        self.identifiers = Identifiers(rules.seed)
        self._partition_of = partition_of
        pager = Pager(self.identifiers.new_secret(), rules.page_size)
        numbers = itertools.count(1)
        self._shared = Shared(
            clock, key_rules, rules, self.identifiers, pager, numbers, endpoint or Endpoint()
        )
        self._regions: dict[str, Region] = {}
        self.lock = threading.RLock()
        """Held during each operation; hold it to look at several things at once."""
        renew_after_fork(self, "lock", threading.RLock)

    def perform(self, operation: str, params: Mapping[str, Any], region: str) -> dict[str, Any]:
        """Carry out one simulated operation.

        :raises ServiceError: when AppSync would refuse.
        :raises ExtraNotInstalled: for what needs an extra of this package.
        """
        with self.lock:
            home = self.region(region)
            refuse_while_altered(home, operation, params)
            return OPERATIONS[operation](home, params)

    def region(self, name: str) -> Region:
        if (found := self._regions.get(name)) is not None:
            return found
        with self.lock:
            made = Region(name, *self._partition_of(name), self._shared)
            return self._regions.setdefault(name, made)

    def regions(self) -> Iterable[Region]:
        return list(self._regions.values())

    def find(self, api_id: str, *, first: str) -> tuple[Region, StoredApi] | None:
        """The API of that id, in any region; the region ``first`` is searched first."""
        with self.lock:
            for region in sorted(self._regions.values(), key=lambda region: region.name != first):
                if (api := region.apis.get(api_id)) is not None:
                    return region, api
        return None

    def at_host(self, host: str) -> tuple[Region, StoredApi] | None:
        """The API whose hosts have this id in their names."""
        with self.lock:
            every = ((region, api) for region in self._regions.values() for api in region.apis)
            return next((found for found in every if found[1].host == host), None)
