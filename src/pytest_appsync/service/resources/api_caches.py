"""The cache of a GraphQL API: at most one.

Words, and the defaults of what was not said: moto's tests. The cache is AVAILABLE at once.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pytest_appsync.service.apis import Region
from pytest_appsync.service.by_model import Operation, Params, ResourceOperations, Result
from pytest_appsync.service.collection import Resource


class ApiCaches(ResourceOperations[Resource]):
    """The caches of GraphQL APIs."""

    noun = "ApiCache"
    verbs = ("Create", "Get", "Update", "Delete")
    defaults: ClassVar[dict[str, Any]] = {
        "transitEncryptionEnabled": False,
        "atRestEncryptionEnabled": False,
        "healthMetricsConfig": "DISABLED",
        "status": "AVAILABLE",
    }
    missing = "Unable to {verb} the cache as it doesn't exist, please create the cache first."
    exists = "The API has already enabled caching."

    def id_in(self, params: Params) -> str:
        return "the only one"

    def flush(self, region: Region, params: Params) -> Result:
        self.find(region, params, "flush")
        return {}


_CACHES = ApiCaches()

OPERATIONS: dict[str, Operation] = {**_CACHES.operations(), "FlushApiCache": _CACHES.flush}
