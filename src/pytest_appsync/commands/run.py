"""``python -m pytest_appsync run``: an unmodified script or module inside a simulation."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import importlib.util
import os
import sys
import zipfile
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from pytest_appsync.appsync import AppSync, lifecycle_of
from pytest_appsync.commands import beginning


def add_command(commands: Any) -> None:
    """Add the command to the parser's subparsers."""
    parser = commands.add_parser(
        "run",
        usage="%(prog)s [OPTIONS] {SCRIPT | -m MODULE} [ARGS ...]",
        help="run a script or a module inside a simulation",
        description="Run an unmodified script or module inside a simulated AppSync, and print "
        "the record of its calls to stderr when the interpreter ends. The exit code is the "
        "program's own. Threads and exit handlers of the program are simulated too; child "
        "processes only where they are made by fork.",
    )
    beginning.add_options(parser)
    parser.add_argument(
        "-m", dest="is_module", action="store_true", help="the program is a module's name"
    )
    parser.add_argument("program", metavar="SCRIPT or MODULE")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS")
    parser.set_defaults(command=_run_command)


def _run_command(given: argparse.Namespace) -> int:
    """Run a program as Python would, in a simulation that lasts until the interpreter ends.

    The simulation is never left: threads, executors and exit handlers of the program may
    make calls after its main module has ended. For the same reason ``sys.argv``,
    ``sys.path`` and ``sys.modules["__main__"]`` stay the program's.

    :returns: the program's exit code; 1 where it raised, 130 where it was interrupted.
    """
    beginning.check(given)
    if not given.is_module and not Path(given.program).exists():
        given.refuse(f"the script {given.program!r} does not exist")
    appsync = beginning.entered(given)
    # The handler that is registered first is called last: after the program's own handlers,
    # and after Python has waited for its threads.
    atexit.register(_print_record, appsync)
    return _exit_code_of([given.program, *given.arguments], is_module=given.is_module)


def _print_record(appsync: AppSync) -> None:
    # The program may have closed its streams, or taken them away.
    with contextlib.suppress(OSError, ValueError):
        print(end="", flush=True)
    if sys.stderr is not None:
        print(f"--- AppSync calls\n{lifecycle_of(appsync).simulation.describe()}", file=sys.stderr)


def _exit_code_of(arguments: Sequence[str], *, is_module: bool) -> int:
    sys.argv = list(arguments)
    try:
        code, module = (_module if is_module else _script)(arguments[0])
        if is_module:
            sys.argv[0] = str(module.__file__)
        sys.modules["__main__"] = module
        exec(code, vars(module))
    except SystemExit as exit:
        if exit.code is None or isinstance(exit.code, int):
            return exit.code or 0
        print(exit.code, file=sys.stderr)
        return 1
    except BaseException as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        sys.excepthook(type(error), error.with_traceback(trace), trace)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _script(path: str) -> tuple[CodeType, ModuleType]:
    """The program of a file, or of a directory or zip file with a ``__main__.py`` in it.

    :mod:`runpy` is not used: when the main module ends, it takes ``sys.argv[0]`` and
    ``__main__`` away from the threads that go on.
    """
    if Path(path).is_dir() or zipfile.is_zipfile(path):
        sys.path.insert(0, path)
        spec = PathFinder.find_spec("__main__", [path])
        return _found(spec, f"{path!r} has no __main__.py in it")
    sys.path.insert(0, str(Path(path).resolve().parent))
    path = os.path.abspath(path)
    module = ModuleType("__main__")
    module.__file__ = path
    module.__loader__ = SourceFileLoader("__main__", path)
    # Python keeps no bytecode of a script, so the loader's get_code() is not asked.
    return compile(Path(path).read_bytes(), path, "exec", dont_inherit=True), module


def _module(name: str) -> tuple[CodeType, ModuleType]:
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        spec = importlib.util.find_spec(f"{name}.__main__")
    return _found(spec, f"no module {name!r}, or the package has no __main__")


def _found(spec: ModuleSpec | None, otherwise: str) -> tuple[CodeType, ModuleType]:
    get_code = getattr(spec and spec.loader, "get_code", None)
    code = get_code(spec.name) if spec and get_code else None
    if spec is None or code is None:
        raise ImportError(otherwise)
    module = ModuleType("__main__")
    module.__spec__, module.__loader__, module.__package__ = spec, spec.loader, spec.parent
    module.__file__ = spec.origin
    return code, module
