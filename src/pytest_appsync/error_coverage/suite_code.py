"""The functions of the suite itself: their calls are not the application's."""

from __future__ import annotations

import inspect
import sys
import unittest
from collections.abc import Iterable
from pathlib import Path
from types import CodeType

import pytest

from pytest_appsync.record.call_site import CallSite
from pytest_appsync.record.functions_of_tests import (
    OF_CLASSES,
    OF_MODULES,
    OF_PACKAGES,
    OF_TEST_CASES,
    code_in,
)


class SuiteCode:
    """The lines of tests, of fixtures, and of what pytest calls around tests.

    A function counts because pytest calls it, not because of its name: an application may
    have a ``setup_class`` too.
    """

    def __init__(self) -> None:
        self._lines: dict[str, set[int]] = {}
        self._noted: dict[int, CodeType] = {}

    def add_items(self, items: Iterable[pytest.Item]) -> None:
        """Note the tests that were collected, and what pytest calls around them."""
        classes = set()
        modules = {}
        for item in items:
            if isinstance(item, pytest.Function):
                if item.cls is None:
                    self.add(item.function)
                else:
                    # item.function would make an instance of the class, too early.
                    self.add(getattr(item.cls, item.originalname, None))
                    classes.add(item.cls)
                modules[item.module.__name__] = item
        for cls in classes:
            self._add_class(cls)
        for name, item in modules.items():
            self._add_named(item.module, OF_MODULES)
            self._add_packages(name, item)

    def add(self, function: object) -> None:
        """Note a test or a fixture, with the functions that are written inside it."""
        try:
            code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type]
        except ValueError:  # it wraps itself
            return
        # A fixture is set up for every test that asks for it, and this takes 15 µs.
        if isinstance(code, CodeType) and id(code) not in self._noted:
            self._noted[id(code)] = code
            for inner in code_in(code):
                lines = self._lines.setdefault(inner.co_filename, set())
                lines.update(line for _, _, line in inner.co_lines() if line)

    def _add_class(self, cls: type) -> None:
        is_test_case = issubclass(cls, unittest.TestCase)
        for owner in cls.__mro__:
            self._add_named(owner, OF_CLASSES + (OF_TEST_CASES if is_test_case else ()))

    def _add_packages(self, module: str, item: pytest.Item) -> None:
        """Note the functions of a package's ``__init__.py`` that pytest calls around its tests."""
        collected = {
            node.path / "__init__.py"
            for node in item.listchain()
            if isinstance(node, pytest.Package)
        }
        while module := module.rpartition(".")[0]:
            package = sys.modules.get(module)
            if Path(getattr(package, "__file__", None) or "") in collected:
                self._add_named(package, OF_PACKAGES)

    def _add_named(self, owner: object, names: Iterable[str]) -> None:
        for name in names:
            attribute = vars(owner).get(name)
            self.add(getattr(attribute, "__func__", attribute))

    def has(self, site: CallSite) -> bool:
        """Whether the call was made by the suite itself."""
        return site.line in self._lines.get(site.path, ())
