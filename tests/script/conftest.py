"""What the tests of scripts share."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.config import Config

from pytest_appsync import AppSync


@pytest.fixture
def once(appsync: AppSync) -> Any:
    """A client that makes one attempt, so that each call shows each answer."""
    return appsync.client(config=Config(retries={"total_max_attempts": 1}))
