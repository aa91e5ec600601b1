"""What only ``tox -e thorough`` runs: more examples of a law, and tests that take seconds each."""

from __future__ import annotations

import os

import pytest

IS_THOROUGH = bool(os.environ.get("PYTEST_APPSYNC_TESTS_THOROUGH"))


def examples(sample: int, thorough: int) -> int:
    return thorough if IS_THOROUGH else sample


only_thorough = pytest.mark.skipif(not IS_THOROUGH, reason="takes seconds: tox -e thorough")
