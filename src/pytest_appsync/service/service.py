"""The service as a whole: its regions, and one operation at a time."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pytest_appsync.service.api_keys import ApiKeyRules
from pytest_appsync.service.apis import Region, StoredApi
from pytest_appsync.service.clock import Clock
from pytest_appsync.service.operations import OPERATIONS
from pytest_appsync.service.paging import Pager


class Service:
    """AppSync in every region of one account.

    :param partition_of: a region's partition and DNS suffix, such as
        ``("aws", "amazonaws.com")``.
    """

    def __init__(
        self, clock: Clock, rules: ApiKeyRules, partition_of: Callable[[str], tuple[str, str]]
    ) -> None:
        self._clock = clock
        self.rules = rules
        self._partition_of = partition_of
        self._pager = Pager()
        self._positions = itertools.count(1)
        self._regions: dict[str, Region] = {}
        self.lock = threading.RLock()
        """Held during each operation; hold it to look at several things at once."""

    def perform(self, operation: str, params: Mapping[str, Any], region: str) -> dict[str, Any]:
        """Carry out one simulated operation.

        :raises ServiceError: when AppSync would refuse.
        """
        with self.lock:
            return OPERATIONS[operation](self.region(region), params)

    def region(self, name: str) -> Region:
        found = self._regions.get(name)
        if found is not None:
            return found
        with self.lock:
            if name not in self._regions:
                partition, dns_suffix = self._partition_of(name)
                self._regions[name] = Region(
                    name,
                    partition,
                    dns_suffix,
                    self._clock,
                    self.rules,
                    self._pager,
                    self._positions,
                )
            return self._regions[name]

    def regions(self) -> Iterable[Region]:
        return list(self._regions.values())

    def find(self, api_id: str, *, first: str) -> tuple[Region, StoredApi] | None:
        """The API of that id, in whichever region it is; looked for in ``first`` first."""
        with self.lock:
            for region in sorted(self._regions.values(), key=lambda region: region.name != first):
                if (api := region.apis.get(api_id)) is not None:
                    return region, api
        return None
