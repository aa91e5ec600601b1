"""``python -m pytest_appsync run``: an unmodified script or module inside a simulation."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pytest_appsync.appsync import AppSync, lifecycle_of
from pytest_appsync.clients import guard, guard_of_children
from pytest_appsync.commands import program, simulation_options
from pytest_appsync.commands.stderr import print_record, tell
from pytest_appsync.simulation.unsimulated import UnsimulatedOperation
from pytest_appsync.tracebacks import shortened_traceback

_OURS = frozenset({__file__, program.__file__})
"""The files that a traceback of the program begins with, where it raises."""


def add_command(commands: Any) -> None:
    """Add the command to the parser's subparsers."""
    parser = commands.add_parser(
        "run",
        usage="%(prog)s [OPTIONS] {SCRIPT | -m MODULE} [ARGS ...]",
        help="run a script or a module inside a simulation",
        description="Run an unmodified script or module inside a simulated AppSync, and print "
        "the record of its calls to stderr when the interpreter ends, with the failures and "
        "answers that no call has met. The exit code is the program's own. Threads and exit "
        "handlers of the program are simulated too; child processes only where they are made "
        "by fork. Others find no AppSync: they get an address where nothing listens.",
    )
    simulation_options.add_options(parser)
    parser.add_argument(
        "--unsimulated",
        choices=("error", "passthrough"),
        default="error",
        help="what an operation gets that has neither a simulation nor an answer: an error "
        "(the default), or it goes on to moto or to AWS; then child processes reach AWS too",
    )
    parser.add_argument(
        "--clock",
        action="store_true",
        help="the program's time.time() and datetime move with AppSync's time (with "
        "time-machine, which must be installed)",
    )
    parser.add_argument(
        "-m", dest="is_module", action="store_true", help="the program is a module's name"
    )
    # One argument, not two: between two argparse would remove a "--" that is the program's.
    parser.add_argument("program", metavar="SCRIPT or MODULE, ARGS", nargs=argparse.PARSER)
    parser.set_defaults(command=run_command)


def run_command(given: argparse.Namespace) -> int:
    """Run a program as Python would, in a simulation that lasts until the interpreter ends.

    The simulation is never left: threads, executors and exit handlers of the program may
    make calls after its main module has ended. For the same reason ``sys.argv``,
    ``sys.path`` and ``sys.modules["__main__"]`` stay the program's.

    :returns: the program's exit code; 1 where it raised, 130 where it was interrupted, 2 where
        the script is not there.
    """
    simulation_options.check(given)
    # Some versions of Python leave the "--" that only ends our own options.
    arguments = given.program[1:] if given.program[0] == "--" else given.program
    if not given.is_module and not Path(arguments[0]).exists():
        tell(f"python -m pytest_appsync run: the script {arguments[0]!r} does not exist")
        return 2
    move_machine = _machine_mover(given) if given.clock else None
    appsync = simulation_options.entered(
        given, unsimulated=given.unsimulated, move_machine=move_machine
    )
    is_closed = given.unsimulated == "error"
    guard.begin_session(is_closed)
    guard_of_children.begin_session(is_closed)
    # The handler that is registered first is called last: after the program's own handlers,
    # and after Python has waited for its threads.
    atexit.register(_print_record, appsync)
    return _exit_code_of(arguments, is_module=given.is_module)


def _machine_mover(given: argparse.Namespace) -> Callable[[float], object]:
    """A function that moves the time of this process by a number of seconds."""
    try:
        import time_machine
    except ImportError:
        given.refuse("--clock needs time-machine: pip install time-machine")
    return time_machine.travel(time.time(), tick=True).start().shift


def _print_record(appsync: AppSync) -> None:
    # The program may have closed its streams, or removed them.
    with contextlib.suppress(OSError, ValueError):
        print(end="", flush=True)
    print_record(lifecycle_of(appsync).simulation)


def _exit_code_of(arguments: Sequence[str], *, is_module: bool) -> int:
    sys.argv = list(arguments)
    try:
        code, module = (program.find_module if is_module else program.find_script)(arguments[0])
        if is_module:
            sys.argv[0] = str(module.__file__)
        sys.modules["__main__"] = module
        exec(code, vars(module))
    except SystemExit as exit:
        if exit.code is None or isinstance(exit.code, int):
            return exit.code or 0
        print(exit.code, file=sys.stderr)
        return 1
    except program.NoProgramError as error:
        atexit.unregister(_print_record)
        print(f"python -m pytest_appsync run: ImportError: {error}", file=sys.stderr)
        return 1
    except BaseException as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename in _OURS:
            trace = trace.tb_next
        if isinstance(error, UnsimulatedOperation):
            error.in_command = "run"
        trace = shortened_traceback(error, trace)
        sys.excepthook(type(error), error.with_traceback(trace), trace)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0
