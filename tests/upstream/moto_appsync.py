"""moto's public tests of AppSync, in the simulation: where the two differ, and why.

They are not part of this repository. A checkout of moto is named by an environment variable::

    MOTO_CHECKOUT=~/moto python tests/upstream/moto_appsync.py

It needs moto with its extra ``appsync`` installed. Each test runs inside moto's own ``mock_aws``
with AppSync simulated beside it. One that fails without a reason below, or passes in spite of
one, ends the command with status 1.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

MADE_UP = "moto makes up the URI `http://graphql.uri`"
AS_GIVEN = "moto keeps `expires` as it was given and deletes a key when it expires"
WORDED = "moto answers ValidationException, the service model documents BadRequestException"
DIFFERENCES = {
    "test_create_graphql_api": MADE_UP,
    "test_create_graphql_api_advanced": MADE_UP,
    "test_create_api_invalid_name": WORDED,
    "test_create_channel_namespace_invalid_name": WORDED,
    "test_create_api_key": AS_GIVEN,
    "test_list_api_keys_unknown_api": "moto lists no keys of an API that is not there",
    "test_get_schema_creation_status": "moto says no details of a success",
    "test_get_schema_creation_status_invalid": "moto gives the parser's words as details",
    "test_get_type_from_schema": "moto's ARN of a type is of no API, its definition a placeholder",
    "test_get_introspection_schema_json": "moto leaves out `data` around `__schema`",
    "test_get_introspection_schema_bad_format": "ours are AWS's usual words for an enum",
    "test_resource_groups_tagging_api": "moto's Resource Groups cannot see our APIs' tags",
}


class Plugin:
    """Enters the simulation around each test, and counts."""

    def __init__(self) -> None:
        self.passed: list[str] = []
        self.failed: dict[str, str] = {}

    @pytest.fixture(autouse=True)
    def simulated(self) -> Any:
        from pytest_appsync import AppSync

        with AppSync(strict=False):
            yield

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.rpartition("::")[2].partition("[")[0]
        if report.failed:
            self.failed[name] = str(report.longrepr).rpartition("\nE ")[2].partition("\n")[0]
        elif report.when == "call" and report.passed:
            self.passed.append(name)


def main() -> int:
    tests = Path(os.environ["MOTO_CHECKOUT"]).expanduser() / "tests" / "test_appsync"
    plugin = Plugin()
    pytest.main(
        [
            *("-q", "-x", "--no-header", "--tb=short", "--maxfail=1000", "-p", "no:cacheprovider"),
            *("-c", os.devnull, "--rootdir", str(tests.parents[1]), "-W", "ignore"),
            *("--show-capture=no", "--no-summary", str(tests)),
            f"--ignore={tests / 'test_server.py'}",
        ],
        plugins=[plugin],
    )
    unexplained = {name: why for name, why in plugin.failed.items() if name not in DIFFERENCES}
    for name, why in sorted(plugin.failed.items()):
        print(f"{name}: {DIFFERENCES.get(name, 'NOT EXPLAINED')} ({why.strip()})")
    needless = sorted(set(DIFFERENCES) & set(plugin.passed) - set(plugin.failed))
    for name in needless:
        print(f"{name}: passes, though it is listed as a difference")
    print(f"{len(plugin.passed)} pass, {len(plugin.failed)} differ, {len(unexplained)} unexplained")
    return 1 if unexplained or needless or not plugin.passed else 0


if __name__ == "__main__":
    sys.exit(main())
