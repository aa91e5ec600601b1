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
    """A finder on ``sys.meta_path`` that sees the first import of each library begin."""

    def __init__(self, libraries: set[str]) -> None:
        self._libraries = libraries

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._libraries:
            return None
        self._libraries.discard(fullname)
        _register(fullname)
        return importlib.util.find_spec(fullname)


def _register(library: str) -> None:
    import wrapt

    wrapt.register_post_import_hook(f"{PATCHES[library]}:install", library)


def install() -> None:
    """Wrap what is imported already, and watch out for the rest."""
    sys.meta_path.insert(0, _Watch({name for name in PATCHES if name not in sys.modules}))
    for name in PATCHES:
        if name in sys.modules:
            _register(name)
