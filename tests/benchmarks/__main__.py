"""What this package costs, beside its peers, as a Markdown table.

    python tests/benchmarks [--json PATH] [--only PART ...]

The peers come with the extra ``benchmark``: pip install -e '.[benchmark]'.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

import calls
import processes
import pyperf
import servers
from measuring import HEAD, Row, line

os.environ.update(
    AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_EC2_METADATA_DISABLED="true",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", type=Path, metavar="PATH", help="also write pyperf's JSON there")
    with tempfile.TemporaryDirectory() as work:
        suites = processes.Suites(Path(work))
        parts: dict[str, Callable[[], Iterator[Row]]] = {
            "call": calls.create_api_key,
            "retries": calls.exhausted_retries,
            "threads": calls.threads,
            "many": calls.many,
            "resources": calls.resources,
            "start": lambda: processes.start_up(suites),
            "server": servers.over_http,
            "suites": lambda: processes.against_floor(suites),
            "moto-suites": lambda: processes.beside_moto(suites),
            # The last: moto's handlers stay in every client that is made afterwards.
            "moto": calls.against_moto,
        }
        parser.add_argument("--only", nargs="+", choices=parts, default=list(parts))
        options = parser.parse_args()
        print(f"{heading()}\n\n{line(HEAD)}\n{line(['---'] * len(HEAD))}", flush=True)
        rows = []
        for name in options.only:
            for row in parts[name]():
                print(line(row.cells()), flush=True)
                rows.append(row)
    if options.json:
        benchmarks = [benchmark for row in rows for benchmark in row.benchmarks()]
        pyperf.BenchmarkSuite(benchmarks).dump(str(options.json), replace=True)
    return 0 if all(row.is_met for row in rows) else 1


def heading() -> str:
    """When it was measured, how, and with what."""
    names = ("boto3", "botocore", "moto", "pytest")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    today = datetime.now(timezone.utc).date()
    return f"{today}: `python tests/benchmarks` on {python}, {versions}."


if __name__ == "__main__":
    sys.exit(main())
