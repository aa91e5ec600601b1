"""What the service model of the installed botocore knows: the oldest one lacks some operations."""

from __future__ import annotations

import pytest

from pytest_appsync import model


def needs(operation: str) -> pytest.MarkDecorator:
    """Skip a test where the installed botocore lacks an operation, such as ``CreateApi``."""
    return pytest.mark.skipif(
        operation not in model.service_model().operation_names,
        reason=f"the installed botocore does not know {operation}",
    )
