"""The stock AWS CLI inside a simulation prints what ``aws`` prints, with its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

pytest.importorskip("awscli")

API = "7eeywqbd6na5voygrlzgvyxciu"


def aws(*arguments: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest_appsync", "run", "--api", f"orders={API}", *options]
    return subprocess.run(
        [*command, "-m", "awscli", "appsync", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "AWS_PAGER": "", "COLUMNS": "80"},
        check=False,
    )


def test_creates_and_prints_a_key() -> None:
    done = aws("create-api-key", "--api-id", API, "--description", "from the CLI")
    assert done.returncode == 0
    key: dict[str, Any] = json.loads(done.stdout)["apiKey"]
    assert key["id"].startswith("da2-")
    assert key["description"] == "from the CLI"
    assert "CreateApiKey" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (["--api-id", "none"], (), "(NotFoundException) when calling the CreateApiKey operation"),
        (["--api-id", API, "--expires", "1"], (), "API key must be valid for a minimum of 1 days."),
        (
            ["--api-id", API],
            ("--fail", "CreateApiKey=LimitExceededException"),
            "(LimitExceededException) when calling the CreateApiKey operation (reached max retries",
        ),
        (
            ["--api-id", API],
            ("--fail", "CreateApiKey=UnauthorizedException"),
            "(UnauthorizedException) when calling the CreateApiKey operation",
        ),
    ],
)
def test_prints_each_failure_as_aws_does(
    arguments: list[str], options: tuple[str, ...], message: str
) -> None:
    done = aws("create-api-key", *arguments, options=options)
    assert done.returncode in (254, 255), "the AWS CLI's own exit code for a service's error"
    assert done.stdout == ""
    assert message in done.stderr
    assert "Traceback" not in done.stderr
