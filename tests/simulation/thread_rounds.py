"""Let threads call, script and look at one simulation at once, in rounds of chance.

    python tests/simulation/thread_rounds.py --rounds 500 [--seed N]

Each round is a fresh simulation with 2 to 12 threads of 1 to 6 steps each. What must hold:
every thread ends; a call succeeds, or fails with what was scripted; nothing is counted twice or
lost; the clock has moved no less than the one caller who waited longest, and no more than all
together; a mistake that a thread swallows fails the simulation, and nothing else does.
The first round in which one of them does not hold ends the run with exit code 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.in_threads import in_threads
else:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from in_threads import in_threads

from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_appsync import AppSync, UnsimulatedOperation

EXPECTED = {"InternalFailureException", "LimitExceededException", "ThrottlingException"}
MISTAKES = (UnsimulatedOperation, ZeroDivisionError)
EVALUATE: dict[str, Any] = {
    "runtime": {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
    "code": "export {}",
    "context": "{}",
}

Step = Callable[[], object]


class Round:
    """One simulation and what its threads do to it."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.appsync = AppSync()
        self.created: list[str] = []
        self.swallowed: list[Exception] = []
        self.took = 0.0

    def play(self) -> None:
        """Play the round.

        :raises AssertionError: where something does not hold.
        """
        error = self._in_simulation()
        assert (error is not None) == bool(self.swallowed), (error, self.swallowed)
        assert error is None or isinstance(error, MISTAKES), error

    def _in_simulation(self) -> Exception | None:
        try:
            with self.appsync as appsync:
                self.api = appsync.add_api("orders")
                retries: Any = {"mode": self.random.choice(["legacy", "standard", "adaptive"])}
                self.client = appsync.client(config=Config(retries=retries))
                self._script()
                works = [self._work() for _ in range(self.random.randint(2, 12))]
                began, clock_began = time.monotonic(), appsync.clock.now()
                in_threads(works, 60)
                moved = appsync.clock.now() - clock_began
                self._check(moved, time.monotonic() - began)
        except MISTAKES as error:
            return error
        except AssertionError as error:
            # Chance need not meet all that was scripted. That comes after the mistakes.
            if not str(error).startswith("The test scripted what no call has met"):
                raise
        return None

    def _script(self) -> None:
        appsync, choose = self.appsync, self.random.random
        self.faults = [
            appsync.fail("CreateApiKey", code, times=self.random.randint(1, 4))
            for code in ("InternalFailureException", "LimitExceededException")
            if choose() < 0.5
        ]
        self.delay = appsync.delay("ListApiKeys", self.random.uniform(1, 45), times=5)
        if choose() < 0.3:
            appsync.throttle("CreateApiKey", rate=self.random.uniform(0.5, 5))
        if choose() < 0.5:
            appsync.respond("EvaluateCode", lambda params: 1 / 0, times=1)  # type: ignore[arg-type, return-value]

    def _work(self) -> Step:
        steps = [self._create] * 4 + [self._list] * 2 + [self._script_and_withdraw, self._look]
        steps += [self._mistake] * (self.random.random() < 0.1)
        chosen = self.random.choices(steps, k=self.random.randint(1, 6))

        def work() -> None:
            for step in chosen:
                step()

        return work

    def _create(self) -> None:
        try:
            key = self.client.create_api_key(apiId=self.api.id)["apiKey"]
        except ClientError as error:
            if error.response["Error"]["Code"] not in EXPECTED:
                raise
        else:
            self.created.append(key["id"])

    def _list(self) -> None:
        keys = self.client.list_api_keys(apiId=self.api.id)["apiKeys"]
        assert len({key["id"] for key in keys}) == len(keys)

    def _script_and_withdraw(self) -> None:
        with self.appsync.fail("DeleteApiKey", "UnauthorizedException") as fault:
            try:
                self.client.delete_api_key(apiId=self.api.id, id="none")
            except ClientError as error:
                if error.response["Error"]["Code"] != "UnauthorizedException":
                    raise
        assert fault.hits <= 20

    def _look(self) -> None:
        before, now = list(self.created), self.appsync.clock.now()
        seen = [key.id for key in self.appsync.api_keys(self.api)]
        assert len(set(seen)) == len(seen)
        assert set(before) <= set(seen), "a key is answered, and not there"
        assert self.appsync.clock.now() >= now

    def _mistake(self) -> None:
        try:
            self.client.evaluate_code(**EVALUATE)
        except MISTAKES as error:
            self.swallowed.append(error)

    def _check(self, moved: float, really: float) -> None:
        calls = self.appsync.calls
        assert sorted(self.created) == sorted(key.id for key in self.appsync.api_keys(self.api))
        slept = [sum(attempt.slept for attempt in call.attempts) for call in calls]
        everything = sum(slept) + self.delay.hits * self.delay.seconds
        longest = max([0.0, *slept])
        assert longest - 0.01 <= moved, (longest, moved)
        assert moved <= everything + really + 0.01, (moved, everything, really)
        for handle in [*self.faults, self.delay]:
            assert handle.times is not None
            assert handle.hits <= handle.times, handle


def play(seed: int, rounds: int) -> None:
    """Play so many rounds.

    :raises AssertionError: of the first in which something does not hold, naming it.
    """
    for number in range(rounds):
        try:
            Round(f"{seed}-{number}").play()
        except Exception as error:
            raise AssertionError(f"round {number} of seed {seed}: {error}") from error


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=500, metavar="N", help="how many")
    parser.add_argument("--seed", type=int, default=0, help="another one, other rounds")
    options = parser.parse_args()
    began = time.perf_counter()
    play(options.seed, options.rounds)
    print(f"{options.rounds} rounds in {time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
