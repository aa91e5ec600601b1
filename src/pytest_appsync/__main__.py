"""The errors that AWS documents, a simulation around any program or at a URL, and its
comparison with AWS."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import pytest_appsync
from pytest_appsync.commands import errors, operations, run, serve, verify

_BROKEN_PIPE = 141
"""The exit code that a shell gives for a tool that SIGPIPE ended."""


class _PrintVersion(argparse.Action):
    """The action ``version`` of argparse, which looks for the version only when it is used."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"pytest-appsync {pytest_appsync.__version__}")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; a misuse exits with 2."""
    parser = argparse.ArgumentParser(prog="python -m pytest_appsync", description=__doc__)
    parser.add_argument(
        "--version", action=_PrintVersion, nargs=0, help="print the version and exit"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (errors, operations, run, serve, verify):
        command.add_command(commands)
    given = parser.parse_args(arguments)
    try:
        code = int(given.command(given))
        if given.command is not run.run_command:  # the streams are the program's
            print(end="", flush=True)
    except BrokenPipeError:
        # As https://docs.python.org/3/library/signal.html#note-on-sigpipe says: what is left
        # to be written would raise when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    return code


if __name__ == "__main__":
    sys.exit(main())
