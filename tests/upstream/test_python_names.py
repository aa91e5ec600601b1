"""Each name of Python's inside that we rely on, and what breaks when it goes."""

from __future__ import annotations

import sys
import unittest
from typing import Any

from _pytest import python as pytest_python

from pytest_appsync.record.call_site import call_site


def test_frames() -> None:
    assert hasattr(sys, "_getframe"), "calls would have no site: call_site.call_site"
    site = call_site()
    assert site is not None
    assert (site.path, site.function) == (__file__, "test_frames")
    assert pytest_python.__name__.startswith("_pytest."), "pytest would have called"


def test_unittest() -> None:
    seen: list[Any] = []

    class Case(unittest.TestCase):
        def test_it(self) -> None:
            with self.subTest("fails"):
                self.fail()
            seen.append(self._outcome.success)

    case = Case("test_it")
    assert case._testMethodName == "test_it", "AppSync() could not decorate a TestCase"
    case.run(unittest.TestResult())
    assert seen == [False], "a failed subtest would be hidden by what no call has met"
