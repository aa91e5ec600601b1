"""What the commands `run` and `serve` print to stderr, and the report at their end."""

from __future__ import annotations

import contextlib
import os
import sys

from pytest_appsync.simulation.simulation import Simulation


def print_record(simulation: Simulation) -> None:
    """Print a simulation's calls to stderr, and what was scripted and no call has met."""
    lines = ["--- AppSync calls", simulation.describe()]
    unmet = [f"  - {scripted.written}" for scripted in simulation.script.unmet()]
    if unmet:
        lines += ["--- no call has met", *unmet]
    tell("\n".join(lines))


def tell(text: str) -> None:
    """Print to stderr. Nothing is raised where it is closed, or where its reader has gone.

    Text and line break are written at once: other threads print as well. What the stream cannot
    encode is written with backslashes.
    """
    stream = sys.stderr
    if stream is None:  # print() would take stdout
        return
    is_pythons_own = stream is sys.__stderr__
    encoding = getattr(stream, "encoding", None) or "utf-8"
    shown = text.encode(encoding, "backslashreplace").decode(encoding)
    try:
        print(f"{shown}\n", end="", file=stream, flush=True)
    except OSError:
        if is_pythons_own:
            # What is left to be written would make the exit code 120 when the interpreter ends.
            with open(os.devnull, "wb") as nowhere, contextlib.suppress(OSError, ValueError):
                os.dup2(nowhere.fileno(), stream.fileno())
    except (AttributeError, TypeError, ValueError):
        """It is closed, or the program has put something else in its place."""
