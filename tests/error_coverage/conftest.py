"""What each test of the error coverage starts with."""

from __future__ import annotations

import pytest

# Imported before any inner session, so that none of them imports botocore once more.
from pytest_appsync import AppSync  # noqa: F401
from tests.error_coverage.suites import APPLICATION, SUITE


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(application=APPLICATION)
    pytester.makepyfile(**SUITE)
    return pytester
