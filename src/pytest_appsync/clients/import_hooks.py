"""Wraps other libraries when somebody imports them, and costs nothing until then.

What wraps them is imported when one of them is: wrapt and our own modules take longer to
import than a test session without AWS should notice. That happens where the library's
module has just been executed, never while it is being looked for: finders run under
Python's one global import lock, and a second thread that is importing the same would
wait for it for ever. (wrapt's own post-import hooks would have to be registered there.)
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

PATCHES = {
    "botocore.session": "pytest_appsync.clients.botocore_wrapping",
    "aiobotocore.session": "pytest_appsync.clients.aiobotocore_wrapping",
    "moto.core.botocore_stubber": "pytest_appsync.clients.moto_wrapping",
}
"""Modules of other libraries, and our module that wraps what it needs once they are imported."""


class _Watch:
    """A finder on ``sys.meta_path`` that sees the import of each library begin.

    Each time: pytester, for one, throws modules out of ``sys.modules``, and the next
    import brings new ones.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in PATCHES:
            return None
        # Only those behind this one: there may be another _Watch, of an import of this
        # package that pytester has thrown out. And not importlib.util.find_spec(), which
        # imports the package that the module is in.
        for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _PatchingLoader(spec)  # type: ignore[assignment]
                return spec
        return None


class _PatchingLoader:
    """Loads a module as its own loader does, and has it wrapped when it is there."""

    def __init__(self, spec: ModuleSpec) -> None:
        self._spec = spec
        self._loader: Any = spec.loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        created: ModuleType | None = self._loader.create_module(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        # What is asked of the module later, such as its source, is its own loader's to say.
        module.__loader__ = self._spec.loader = self._loader
        self._loader.exec_module(module)
        _patch(module)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # copying looks for some before there is a _loader
            raise AttributeError(name)
        return getattr(self._loader, name)


def forget_stale_modules() -> None:
    """Drop our package's references to modules that are no longer in ``sys.modules``.

    ``from pytest_appsync import model`` would find the old one there, which belongs to
    a botocore that is gone. Called wherever this package begins to import more of itself.
    """
    for package in [
        module
        for name, module in sys.modules.items()
        if name.partition(".")[0] == "pytest_appsync" and hasattr(module, "__path__")
    ]:
        for name, value in list(vars(package).items()):
            if isinstance(value, type(sys)) and value.__name__ not in sys.modules:
                delattr(package, name)


def _patch(library: ModuleType) -> None:
    forget_stale_modules()
    importlib.import_module(PATCHES[library.__name__]).install(library)


def install() -> None:
    """Wrap what is imported already, and watch out for the rest."""
    sys.meta_path.insert(0, _Watch())
    for name in PATCHES:
        # None is there for who must not be imported.
        if sys.modules.get(name) is not None:
            # It may be half-way, in another thread.
            _patch(importlib.import_module(name))
