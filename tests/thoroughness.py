"""How many examples a law is tried with: a sample by default, more with ``tox -e thorough``."""

from __future__ import annotations

import os

IS_THOROUGH = bool(os.environ.get("PYTEST_APPSYNC_TESTS_THOROUGH"))


def examples(sample: int, thorough: int) -> int:
    return thorough if IS_THOROUGH else sample
