"""What a call that exhausts botocore's retries costs.

Run ``python tests/benchmarks/exhausted_retries.py``.

Prints ratios, measured side by side in one run, because machines are noisy.
"""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable

from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_appsync import AppSync

ROUNDS, CALLS = 15, 100


def seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - began) / CALLS


def main() -> None:
    with AppSync(strict=False) as appsync:
        api = appsync.add_api()
        client = appsync.client(config=Config(retries={"mode": "legacy"}))

        def ordinary() -> None:
            client.list_api_keys(apiId=api.id)

        def exhausted() -> None:
            with contextlib.suppress(ClientError):
                client.create_api_key(apiId=api.id)

        appsync.fail("CreateApiKey", "LimitExceededException")
        one, five = [], []
        for _ in range(ROUNDS):
            one.append(seconds(ordinary))
            five.append(seconds(exhausted))
        [*_, last] = appsync.calls.of("CreateApiKey")
        waited = sum(attempt.slept for attempt in last.attempts)
        ratio = statistics.median(five) / statistics.median(one)
        print(f"attempts of the exhausted call    {len(last.attempts)}")
        print(f"its time in ordinary calls        {ratio:.2f}")
        print(f"the last one's simulated waiting  {waited:.1f} s")


if __name__ == "__main__":
    main()
