"""What each test of the error coverage starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

# Imported before any inner session, so that none of them imports botocore once more.
from pytest_appsync import AppSync  # noqa: F401

if TYPE_CHECKING:
    from tests.error_coverage.suites import APPLICATION, SUITE
else:
    from suites import APPLICATION, SUITE


@pytest.fixture(autouse=True)
def only_our_plugin(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The inner sessions do without plugins that take seconds to load.

    Their terminal has 80 columns, wherever this suite runs.
    """
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest -p no:randomly")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(application=APPLICATION)
    pytester.makepyfile(**SUITE)
    return pytester
