"""The report at the end of the commands `run` and `serve`."""

from __future__ import annotations

import sys

from pytest_appsync.simulation.simulation import Simulation


def print_record(simulation: Simulation) -> None:
    """Print a simulation's calls to stderr, and what was scripted and no call has met."""
    print(f"--- AppSync calls\n{simulation.describe()}", file=sys.stderr)
    unmet = [f"  - {scripted.written}" for scripted in simulation.script.unmet()]
    if unmet:
        print("--- no call has met", *unmet, sep="\n", file=sys.stderr)
