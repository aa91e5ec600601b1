"""The import hook that wraps another library when it is imported, and not before.

Entering a simulation wraps botocore too. The import is needed for what comes between: the guard
holds outside of simulations, and a test may import aiobotocore or moto, or reload or import
botocore again, while it is in one.

The module that wraps a library is imported with it. Imported first, it would add 0.3 s of botocore,
or 20 ms of wrapt, to a test session of 0.2 s that does not use AWS. The wrapping is done when the
library's module has just been executed, never while a finder looks for it: finders run under
Python's one global import lock, and a second thread that imports the same module would wait for it
without end. wrapt's own post-import hooks are not enough: they run at the first import of a module
only.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

LIBRARIES = {
    "botocore.client": "pytest_appsync.clients.botocore_wrapping",
    "aiobotocore.client": "pytest_appsync.clients.aiobotocore_wrapping",
    "moto.core.botocore_stubber": "pytest_appsync.clients.moto_wrapping",
}
"""Modules of other libraries, and our module that wraps what it needs once they are imported."""

PARTS = {
    f"{library}.{name}": f"pytest_appsync.clients.{library}_wrapping"
    for library in ("botocore", "aiobotocore")
    for name in (
        *("configprovider", "endpoint", "session"),
        *("retries.adaptive", "retries.bucket", "retries.quota"),
    )
}
"""The other modules in which we wrap something. They matter when they are executed again."""

_PLUGIN = "pytest_appsync.plugin"
"""pytest warns of a plugin that it has not loaded itself."""


class _Finder:
    """A finder on ``sys.meta_path`` that has a library's loader call us.

    It also finds the modules of this package, without pytest's finder.

    It stays installed: pytester removes modules from ``sys.modules``, and the next import makes
    new ones.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        is_ours = fullname.startswith("pytest_appsync.") and fullname != _PLUGIN
        if not (is_ours or fullname in LIBRARIES or fullname in PARTS):
            return None
        # Only those behind this one: there may be another _Finder, of an import of this
        # package that pytester has removed. And not importlib.util.find_spec(), which
        # imports the package that the module is in.
        for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
            # pytest rewrites the assertions of a plugin's modules. Ours have none, and reading
            # what pytest has compiled takes 202 of the 3,894 million instructions of 300 tests
            # with `appsync_client`: 5 percent (cachegrind).
            if is_ours and type(finder).__module__.startswith("_pytest."):
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if not is_ours and hasattr(spec.loader, "exec_module"):
                    spec.loader = _WrappingLoader(spec)  # type: ignore[assignment]
                return spec
        return None


class _WrappingLoader:
    """Loads a module as its own loader does, and has it wrapped afterwards.

    All else that is asked of it, such as ``create_module``, goes to the module's own loader.
    """

    def __init__(self, spec: ModuleSpec) -> None:
        self._spec = spec
        self._loader: Any = spec.loader

    def exec_module(self, module: ModuleType) -> None:
        # Later questions, such as for the module's source, go to its own loader.
        module.__loader__ = self._spec.loader = self._loader
        self._loader.exec_module(module)
        _wrap(module)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # copying looks for some before there is a _loader
            raise AttributeError(name)
        return getattr(self._loader, name)


def forget_stale_modules() -> None:
    """Drop our package's references to modules that are no longer in ``sys.modules``.

    ``from pytest_appsync import model`` would find the old one there, which belongs to
    a botocore that was removed. Called where this package begins to import more of itself.
    """
    for package in [
        module
        for name, module in list(sys.modules.items())
        if f"{name}.".startswith("pytest_appsync.") and hasattr(module, "__path__")
    ]:
        for name, value in list(vars(package).items()):
            if isinstance(value, type(sys)) and value.__name__ not in sys.modules:
                delattr(package, name)


def _wrap(library: ModuleType) -> None:
    name = library.__name__
    if name in LIBRARIES:
        forget_stale_modules()
        importlib.import_module(LIBRARIES[name]).install(library)
    else:
        # Not imported, or in the middle of importing this very module: then the library's
        # main module, or entering a simulation, has this one wrapped.
        install = getattr(sys.modules.get(PARTS[name]), "install", None)
        if install is not None:
            install(library)


def install() -> None:
    """Wrap what is imported already, and each of the others when it is imported."""
    sys.meta_path.insert(0, _Finder())
    wrap_what_is_imported()


def wrap_what_is_imported() -> None:
    """Have each of the libraries wrapped that is imported already."""
    for name in LIBRARIES:
        # None stands there for a module that must not be imported.
        if sys.modules.get(name) is not None:
            # It may be in the middle of its import, in another thread.
            _wrap(importlib.import_module(name))
