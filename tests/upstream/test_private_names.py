"""What touches a private name of another library stands in one file for that library.

This reads our source: attributes with an underscore of anything but ``self``, the same in
text that is given to ``getattr`` and its kin or to ``wrap_once``, and imports of them.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pytest_appsync

PACKAGE = Path(pytest_appsync.__file__).parent
TESTS = Path(__file__).parents[1]

HOMES = {
    "clients/aiobotocore_wrapping.py": "integrations/test_aiobotocore_wrapping.py",
    "clients/botocore_wrapping.py": "clients/test_botocore_wrapping.py",
    "clients/moto_wrapping.py": "integrations/test_moto_wrapping.py",
    "clients/wrapping.py": "upstream/test_wrapt_names.py",
    "record/call_site.py": "upstream/test_python_names.py",
    "simulation/decoration.py": "upstream/test_python_names.py",
}
"""Our file that may touch the private names of one library, and the tests that pin them."""

PRIVATE = re.compile(r"(?:\w+\.)?(_[a-z]\w*|__call__)")
ASKING = {"delattr", "getattr", "getattr_static", "hasattr", "setattr", "wrap_once", "get"}


def private_names(tree: ast.AST) -> Iterator[str]:
    """The private names that are not a module's own or of ``self``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and re.fullmatch(r"_[a-z]\w*", node.attr):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            # os._exit is documented.
            if owner not in ("self", "cls") and (owner, node.attr) != ("os", "_exit"):
                yield node.attr
        elif isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else ""
            name = function.id if isinstance(function, ast.Name) else name
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            for text in texts if name in ASKING else []:
                if isinstance(text, str) and (match := PRIVATE.fullmatch(text)):
                    yield match[1]
        elif isinstance(node, ast.ImportFrom):
            modules = (node.module or "").split(".")
            if modules[0] != "pytest_appsync":
                names = [*modules, *(alias.name for alias in node.names)]
                yield from (name for name in names if re.fullmatch(r"_[a-z]\w*", name))
        elif isinstance(node, ast.Import):
            modules = [part for alias in node.names for part in alias.name.split(".")]
            yield from (name for name in modules if re.fullmatch(r"_[a-z]\w*", name))


def own_names(tree: ast.AST) -> set[str]:
    """The private attributes that a module's own classes set."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


@functools.cache
def found() -> dict[str, set[str]]:
    """The private names of others by the file of ours, without the files that have none."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}
    return {
        path.relative_to(PACKAGE).as_posix(): names
        for path, tree in trees.items()
        if (names := set(private_names(tree)) - own_names(tree))
    }


def test_they_stand_where_they_should_and_each_is_pinned() -> None:
    assert found().keys() == HOMES.keys(), "one file for each library, and tests that pin its names"

    # One test with the above: in another worker all files would be parsed again.
    for home, names in found().items():
        pinned = (TESTS / HOMES[home]).read_text()
        loose = {name for name in names if not re.search(rf"\b{name}\b", pinned)}
        assert not loose, f"{HOMES[home]} would not tell when these of {home} move"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("session._credentials", {"_credentials"}),
        ("self._emitter._lookup_cache", {"_lookup_cache"}),
        ('getattr(case, "_outcome", None)', {"_outcome"}),
        ('wrap_once(owner, "Session._create_client", ours)', {"_create_client"}),
        ("import _pytest.python", {"_pytest"}),
        ("from _pytest import python", {"_pytest"}),
        ("from wrapt import _wrappers", {"_wrappers"}),
        ("self._x = cls._y = __name__ = _own", set()),
        ("from pytest_appsync.script import _written", set()),
    ],
)
def test_what_is_seen(code: str, names: set[str]) -> None:
    assert set(private_names(ast.parse(code))) == names
