"""Wraps other libraries when somebody imports them, and costs nothing until then.

wrapt's post-import hooks do the work. But wrapt itself takes longer to import than a
test session without AWS should notice, so it is imported when one of those libraries is.
"""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

PATCHES = {
    "botocore.session": "pytest_appsync.botocore_patches",
    "aiobotocore.session": "pytest_appsync.aiobotocore_patches",
    "moto.core.botocore_stubber": "pytest_appsync.moto_patches",
}
"""Modules of other libraries, and our module that wraps what it needs once they are imported."""


class _Watch:
    """A finder on ``sys.meta_path`` that sees the import of each library begin.

    Each time: pytester, for one, throws modules out of ``sys.modules``, and the next
    import brings new ones.
    """

    def __init__(self) -> None:
        self._finding: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in PATCHES or fullname in self._finding:
            return None
        self._finding.add(fullname)
        try:
            _register(fullname)
            return importlib.util.find_spec(fullname)
        finally:
            self._finding.discard(fullname)


def forget_stale_modules() -> None:
    """Drop our package's references to modules that are no longer in ``sys.modules``.

    ``from pytest_appsync import model`` would find the old one there, which belongs to
    a botocore that is gone. Called wherever this package begins to import more of itself.
    """
    package = vars(sys.modules.get("pytest_appsync", type(sys)("none")))
    for name, value in list(package.items()):
        if isinstance(value, type(sys)) and value.__name__ not in sys.modules:
            del package[name]


def _register(library: str) -> None:
    import wrapt

    forget_stale_modules()
    wrapt.register_post_import_hook(f"{PATCHES[library]}:install", library)


def install() -> None:
    """Wrap what is imported already, and watch out for the rest."""
    sys.meta_path.insert(0, _Watch())
    for name in PATCHES:
        if name in sys.modules:
            _register(name)
