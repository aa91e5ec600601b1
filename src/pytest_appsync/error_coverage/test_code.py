"""Which functions are the suite's own: what a test calls by itself is not the application."""

from __future__ import annotations

import inspect
import unittest
from collections.abc import Iterator
from types import CodeType

from pytest_appsync.record.call_site import CallSite

_XUNIT = frozenset(
    f"{name}{of}"
    for name in ("setup", "teardown")
    for of in ("_module", "_function", "_class", "_method")
) | {"setUp", "tearDown", "setUpClass", "tearDownClass", "asyncSetUp", "asyncTearDown"}


class TestCode:
    """The lines of tests and fixtures."""

    __test__ = False

    def __init__(self) -> None:
        self._lines: dict[str, set[int]] = {}
        self._noted: dict[int, CodeType] = {}

    def add(self, function: object) -> None:
        """Note a test or a fixture, with the functions that are written inside it."""
        code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type]
        # A fixture is set up for every test that asks for it.
        if isinstance(code, CodeType) and id(code) not in self._noted:
            self._noted[id(code)] = code
            for inner in _with_inner(code):
                lines = self._lines.setdefault(inner.co_filename, set())
                lines.update(line for _, _, line in inner.co_lines() if line)

    def add_class(self, cls: type) -> None:
        """Note what a class of tests runs around each of them."""
        for owner in cls.__mro__:
            if owner not in (object, unittest.TestCase):
                for name in _XUNIT & vars(owner).keys():
                    attribute = vars(owner)[name]
                    self.add(getattr(attribute, "__func__", attribute))

    def has(self, site: CallSite) -> bool:
        return site.line in self._lines.get(site.path, ()) or site.function in _XUNIT


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_inner(constant)
