"""What the commands `run` and `serve` print to stderr, and the report at their end."""

from __future__ import annotations

import contextlib
import os
import sys

from pytest_appsync.simulation.simulation import Simulation

_UNUSABLE = (AttributeError, OSError, ValueError)
"""The errors of a stream that is closed, or that a program has put in place of stderr."""


def print_record(simulation: Simulation) -> None:
    """Print a simulation's calls to stderr, and what was scripted and no call has met."""
    lines = ["--- AppSync calls", simulation.describe()]
    unmet = [f"  - {scripted.written}" for scripted in simulation.script.unmet()]
    if unmet:
        lines += ["--- no call has met", *unmet]
    tell("\n".join(lines))


def tell(text: str) -> None:
    """Print to stderr. Nothing is raised where it is closed, or where its reader has gone.

    Text and line break are written at once: other threads print as well.
    """
    if sys.stderr is None:  # print() would take stdout
        return
    try:
        print(f"{text}\n", end="", file=sys.stderr, flush=True)
    except _UNUSABLE:
        # What is left to be written would make the exit code 120 when the interpreter ends.
        with contextlib.suppress(*_UNUSABLE):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
