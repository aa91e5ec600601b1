"""Scripts that boto3 runs in a process of its own, where nothing but HTTP leads here."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from pytest_appsync import Server

HEAD = """
import json, sys
import boto3
from botocore.config import Config
from botocore.exceptions import *
given = json.loads(sys.argv[1])
client = boto3.client("appsync")
"""


def in_a_child(server: Server, script: str, **given: Any) -> Any:
    """What ``script`` leaves in ``result``; it has ``client`` and ``given``.

    :raises AssertionError: where it fails, with what it has to say.
    """
    code = f"{HEAD}\n{script}\nprint(json.dumps(result, default=str))"
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(given)],
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
