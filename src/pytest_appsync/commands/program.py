"""The program that ``run`` runs: found as Python finds it, and ready to be executed."""

from __future__ import annotations

import importlib.util
import os
import sys
import zipfile
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

Program = tuple[CodeType, ModuleType]
"""The code of a program, and the module ``__main__`` to execute it in."""


class NoProgramError(ImportError):
    """There is no such program; the text says why, in one line."""


def find_script(path: str) -> Program:
    """The program of a file, or of a directory or zip file with a ``__main__.py`` in it.

    :mod:`runpy` is not used: when the main module ends, it removes ``sys.argv[0]`` and
    ``__main__``, which threads that go on may use.

    :raises NoProgramError: where it is not there, or cannot be read.
    """
    is_safe = getattr(sys.flags, "safe_path", False)  # python -P, since Python 3.11
    if not is_safe and sys.path[:1] == [os.getcwd()]:
        del sys.path[0]  # `python -m` has put it there, and `python SCRIPT` does not
    if Path(path).is_dir() or zipfile.is_zipfile(path):
        sys.path.insert(0, path)
        spec = PathFinder.find_spec("__main__", [path])
        return _found(spec, f"{path!r} has no __main__.py in it")
    if not is_safe:
        sys.path.insert(0, str(Path(path).resolve().parent))
    path = os.path.abspath(path)
    try:
        source = Path(path).read_bytes()
    except OSError as error:
        raise NoProgramError(f"{path!r} cannot be read: {error.strerror}") from None
    module = ModuleType("__main__")
    module.__file__ = path
    module.__loader__ = SourceFileLoader("__main__", path)
    # Python keeps no bytecode of a script, so the loader's get_code() is not asked.
    return compile(source, path, "exec", dont_inherit=True), module


def find_module(name: str) -> Program:
    """The program of a module, or of a package with a ``__main__`` in it.

    :raises NoProgramError: where it is not there, or is not written in Python.
    """
    no_module = f"no module {name!r}, or the package has no __main__"
    if not all(name.split(".")):  # find_spec() takes an empty part for a package around it
        raise NoProgramError(no_module)
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError as error:
        # A package around it may be there, and import what is not there.
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise NoProgramError(no_module) from None
    if spec is not None and spec.submodule_search_locations is not None:
        spec = importlib.util.find_spec(f"{name}.__main__")
    return _found(spec, no_module)


def _found(spec: ModuleSpec | None, otherwise: str) -> Program:
    get_code = getattr(spec and spec.loader, "get_code", None)
    code = get_code(spec.name) if spec and get_code else None
    if spec is None or code is None:
        raise NoProgramError(otherwise)
    module = ModuleType("__main__")
    module.__spec__, module.__loader__, module.__package__ = spec, spec.loader, spec.parent
    module.__file__ = spec.origin
    return code, module
