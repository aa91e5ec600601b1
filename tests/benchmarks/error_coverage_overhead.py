"""What --appsync-errors costs a suite of 1,000 calls.

Run ``python tests/benchmarks/error_coverage_overhead.py``; it fails where the overhead is
5 percent or more.

Prints a ratio, of pairs of sessions that are measured side by side, because machines are noisy.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS, LIMIT = 15, 1.05

APPLICATION = """
def listed(client, api_id):
    return client.list_api_keys(apiId=api_id)

def created(client, api_id):
    try:
        return client.create_api_key(apiId=api_id)
    except client.exceptions.ClientError:
        return None
"""

SUITE = """
import pytest
from application import created, listed

@pytest.mark.parametrize("number", range(50))
def test_calls(appsync, appsync_client, number):
    api = appsync.add_api()
    appsync.fail("CreateApiKey", "UnauthorizedException", times=5)
    for _ in range(10):
        listed(appsync_client, api.id)
        created(appsync_client, api.id)
    assert len(appsync.calls) == 20
"""


def cpu_seconds(directory: Path, *options: str) -> float:
    """The processor time of one session; others on the machine hardly change that."""
    before = os.times()
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=directory,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "application.py").write_text(APPLICATION)
        (directory / "test_suite.py").write_text(SUITE)
        plugin = ("-p", "pytest_appsync.plugin")
        cpu_seconds(directory, *plugin)
        plain: list[float] = []
        covered: list[float] = []
        for number in range(ROUNDS):
            pair = [
                (plain, ()),
                (covered, ("--appsync-errors=term-missing", "--appsync-errors=json:errors.json")),
            ]
            for seconds, options in pair if number % 2 else reversed(pair):
                seconds.append(cpu_seconds(directory, *plugin, *options))
        ratio = statistics.median(covered) / statistics.median(plain)
    print(f"a session of 1,000 calls       {statistics.median(plain):.2f} s of processor time")
    print(f"with the error coverage        {statistics.median(covered):.2f} s")
    print(f"ratio of the medians           {ratio:.3f} (allowed: under {LIMIT})")
    print(f"ratio of the fastest           {min(covered) / min(plain):.3f}")
    return 0 if ratio < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
