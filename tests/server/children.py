"""Scripts that boto3 runs in a process of its own, where nothing but HTTP leads here."""

from __future__ import annotations

import json
from typing import Any

from pytest_appsync import Server
from tests.prepared import run_with_boto3

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
    return json.loads(run_with_boto3(code, json.dumps(given), environment=server.environment))
