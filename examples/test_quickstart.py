"""The quickstart keeps its word: it runs anywhere, and shows every documented error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pytest_appsync import AppSync

QUICKSTART = Path(__file__).with_name("quickstart.py")


def test_shows_every_documented_error_with_its_http_code(tmp_path: Path) -> None:
    without_aws = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    run = subprocess.run(
        [sys.executable, str(QUICKSTART)],
        env={**without_aws, "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    _, _, table = run.stdout.partition("waited   how\n")
    shown = [tuple(line.split()[:2]) for line in table.splitlines()]
    assert shown == [
        (error.code, str(error.http_status)) for error in AppSync().errors("CreateApiKey")
    ]
