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


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(application=APPLICATION)
    pytester.makepyfile(**SUITE)
    return pytester
