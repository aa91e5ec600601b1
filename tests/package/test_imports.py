"""The shape of the house: imports run downwards, and public names stand where they should."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

import pytest_appsync
from tests.in_processes import run_python

PACKAGE = Path(pytest_appsync.__file__).parent


def test_public_names() -> None:
    for name in pytest_appsync.__all__:
        public = getattr(pytest_appsync, name)
        assert name == "__version__" or public.__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Appsync'"):
        _ = pytest_appsync.Appsync


def imports_of(path: Path) -> set[str]:
    """Modules of ours that a module imports at its top, type-checking imports aside."""
    tree = ast.parse(path.read_text())
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pytest_appsync"):
            assert node.module is not None
            if node.module == "pytest_appsync":
                found |= {f"pytest_appsync.{alias.name}" for alias in node.names}
            else:
                found.add(node.module)
    return found


GRAPH = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): imports_of(path)
    for path in PACKAGE.rglob("*.py")
    if path.name != "__init__.py"
}


def test_no_cycles() -> None:
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, f"a cycle: {' -> '.join((*path, module))}"
        if module not in done:
            for imported in GRAPH.get(module, ()):
                visit(imported, (*path, module))
            done.add(module)

    for module in GRAPH:
        visit(module, ())


def private_imports(path: Path) -> list[str]:
    """The underscore-names that a module of ours imports from another one, in functions too."""
    return [
        f"{path.relative_to(PACKAGE)}:{node.lineno}: {node.module}.{alias.name}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pytest_appsync")
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]


def roots_of_imports(path: Path) -> set[str]:
    """The packages that a module imports from, in functions too."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}


def test_no_module_imports_the_private_names_of_another_one() -> None:
    """import-linter holds the order of the modules, and knows no names in them."""
    assert [name for path in PACKAGE.rglob("*.py") for name in private_imports(path)] == []


def test_the_service_knows_no_http_no_client_and_no_pytest() -> None:
    """It imports what is below it and the standard library, less what speaks HTTP."""
    below = (
        "pytest_appsync.service.",
        "pytest_appsync.sdl.",
        "pytest_appsync.keywords",
        "pytest_appsync.nearest",
        "pytest_appsync.model",
        "pytest_appsync.errors_outside_the_model",
        "pytest_appsync.locks",
        "pytest_appsync.moments",
    )
    of_service = {name: found for name, found in GRAPH.items() if ".service." in name}
    assert len(of_service) > 20
    for module, imported in of_service.items():
        assert all(name.startswith(below) for name in imported), module
    allowed = sys.stdlib_module_names - {"http", "urllib", "socket", "socketserver", "ssl"}
    for path in (PACKAGE / "service").rglob("*.py"):
        assert roots_of_imports(path) <= {*allowed, "pytest_appsync"}, path


def test_importing_the_package_is_light() -> None:
    code = (
        "import sys, json, typing, __future__, importlib.machinery, importlib.util; "
        "before = set(sys.modules); import pytest_appsync; "
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    assert json.loads(run_python(code)) == [
        "pytest_appsync",
        "pytest_appsync.clients",
        "pytest_appsync.clients.import_hooks",
    ]


def test_a_script_does_without_unittest() -> None:
    said = run_python("""
import sys
from pytest_appsync import AppSync

@AppSync()
class Tests:
    def test_nothing(self):
        return "ran"

print(Tests().test_nothing(), "unittest" in sys.modules)
""")
    assert said == "ran False\n"


def test_a_library_is_wrapped_when_it_is_imported_and_keeps_its_own_loader() -> None:
    said = run_python("""
import importlib, importlib.util, inspect, pytest_appsync, sys
looked_for = importlib.util.find_spec("botocore.session")
assert looked_for.loader.get_code("botocore.session").co_name == "<module>"
assert "pytest_appsync.clients.botocore_wrapping" not in sys.modules
import botocore.session as library

def is_wrapped():
    return hasattr(library.Session.create_client, "_self_wrapper")

assert is_wrapped()
assert library.__loader__ is library.__spec__.loader
assert "class Session" in inspect.getsource(library)
importlib.reload(library)
assert is_wrapped()
print(type(library.__loader__).__name__)
""")
    assert said == "SourceFileLoader\n"


def test_a_library_that_is_not_there_is_not_found() -> None:
    run_python("""
import importlib.util, pytest_appsync
from pytest_appsync.clients import import_hooks
import_hooks.LIBRARIES["json.no_such_module"] = "pytest_appsync.clients.moto_wrapping"
assert importlib.util.find_spec("json.no_such_module") is None
""")


def test_a_loader_of_the_old_kind_is_left_alone() -> None:
    run_python("""
import importlib.machinery, sys, types, pytest_appsync
from pytest_appsync.clients import import_hooks
import_hooks.LIBRARIES["made_by_hand"] = "pytest_appsync.clients.moto_wrapping"

class Loader:
    def load_module(self, name): ...

class Finder:
    def find_spec(self, name, path, target=None):
        if name == "made_by_hand":
            return importlib.machinery.ModuleSpec(name, Loader())

sys.meta_path.append(Finder())
import importlib.util
assert type(importlib.util.find_spec("made_by_hand").loader) is Loader
""")


def test_a_library_that_must_not_be_imported_is_not() -> None:
    run_python("""
import sys
sys.modules["aiobotocore.client"] = None
import pytest_appsync
""")


def test_the_spec_of_a_library_can_be_copied() -> None:
    run_python("""
import copy, importlib.util, pytest_appsync
spec = importlib.util.find_spec("botocore.session")
assert copy.copy(spec.loader).get_code("botocore.session") is not None
""")


def test_what_a_test_may_replace_is_bound_when_botocore_is_imported() -> None:
    """The first simulation may be entered where time.sleep() and datetime are a test's."""
    run_python("""
import pytest_appsync, boto3, datetime, random, time
from unittest import mock

class Fixed(datetime.datetime): ...

with mock.patch.object(time, "sleep"), mock.patch.object(datetime, "datetime", Fixed):
    with mock.patch.object(random, "Random"), pytest_appsync.AppSync() as appsync:
        boto3.client("appsync", region_name="us-east-1").list_graphql_apis()

moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
with pytest_appsync.AppSync() as appsync:
    api = appsync.add_api()
    key = appsync.add_api_key(api, expires=moment)
    assert isinstance(key.id, str) and len(key.id) == 30, key
    from pytest_appsync.simulation import time_lines
    assert time_lines.sleep is time.sleep
""")
