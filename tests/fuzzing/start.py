"""What every input meets: the same small account, always fresh.

A simulation is made in some 50 microseconds, so that no input depends on those
before it and each can be repeated by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_appsync import Api, ApiKey, AppSync, model
from pytest_appsync.service.resources import api_keys, apis

NOW = 1784632175
HOUR, DAY = 3600, 86_400

REGIONS = ("us-east-1", "eu-west-1")
API_ID = "orders"
KEY_ID = "da2-live"
EXPIRED_KEY_ID = "da2-expired"
EVENT_API_ID = "events"

SIMULATED = tuple(
    name
    for name in [*api_keys.OPERATIONS, *apis.OPERATIONS]
    if name in model.service_model().operation_names and "Environment" not in name
)
"""The operations on APIs and keys, of those that the installed botocore knows. What all others
do is tested in tests/service; their requests are read by the same code."""

State = dict[str, dict[str, tuple[Api, tuple[ApiKey, ...]]]]
"""By region and by API's id: the API and its keys."""


@contextmanager
def simulation() -> Iterator[AppSync]:
    with AppSync(region=REGIONS[0]) as appsync:
        appsync.clock.set(NOW)
        for region in REGIONS:
            # The ids are the same in both regions: what is done in the wrong one is seen.
            api = appsync.add_api("orders", api_id=API_ID, region=region)
            appsync.add_api_key(api, id=KEY_ID, description="web", expires=NOW + 30 * DAY)
            appsync.add_api_key(api, id=EXPIRED_KEY_ID, expires=NOW - 30 * DAY)
            if "CreateApi" in SIMULATED:
                appsync.add_api("events", api_id=EVENT_API_ID, region=region, kind="EVENT")
        yield appsync


def state_of(appsync: AppSync) -> State:
    return {
        region: {api.id: (api, tuple(appsync.api_keys(api))) for api in appsync.apis(region)}
        for region in REGIONS
    }
