"""Throw malformed requests and parameters at the simulated AppSync.

    python tests/fuzzing --inputs 100000 [--seed N]
    python tests/fuzzing --seed N --only NUMBER

Each input is met by a fresh simulation, through a real boto3 client: half of them as
HTTP that replaces what botocore was about to send, half as parameters of a client that
does not check them. An answer is a documented 4xx with a useful message and an
unchanged state, or what was asked. The first that is neither ends the run, with the
input made small and the command that repeats it, and exit code 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # mypy names a module by its folder
    from tests.fuzzing.campaign import Figures, input_of, run
else:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from fuzzing.campaign import Figures, input_of, run

from pytest_appsync.record.calls import shown

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=100_000, metavar="N", help="how many")
    parser.add_argument("--seed", type=int, default=0, help="another one, other inputs")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="this one, and print it")
    options = parser.parse_args()
    numbers = range(options.inputs) if options.only is None else [options.only]
    if options.only is not None:
        print(shown(input_of(options.seed, options.only), 20_000))
    figures = Figures()
    started = time.perf_counter()
    violation = run(options.seed, numbers, figures)
    report(figures, time.perf_counter() - started)
    if violation is not None:
        print(f"\nInput {violation.number} of seed {violation.seed}: {violation}", flush=True)
        print(f"  smallest: {shown(violation.smallest(), 5000)}")
    return 0 if violation is None else 1


def report(figures: Figures, seconds: float) -> None:
    total = sum(figures.inputs.values())
    print(f"{total} inputs in {seconds:.0f} s, of {len(figures.operations)} operations")
    for layer, count in sorted(figures.inputs.items()):
        print(f"\n{layer}: {count}")
        answers = {answer: n for (of, answer), n in figures.answers.items() if of == layer}
        for answer, n in sorted(answers.items(), key=lambda item: -item[1]):
            print(f"  {n:>7}  {answer}")
    slowest, number, operation = figures.slowest
    print(f"\nslowest: {slowest * 1000:.0f} ms, {operation}, input {number}")


if __name__ == "__main__":
    sys.exit(main())
