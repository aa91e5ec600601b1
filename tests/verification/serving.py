"""A server in a process of its own: calls of this process are answered by HTTP alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import audit_hook

from pytest_appsync import model
from pytest_appsync.__main__ import main

ROOT = Path(__file__).parents[2]
IS_NEW = "CreateApi" in model.service_model().operation_names
"""Whether the installed botocore knows Event APIs: facts about them are not asked otherwise."""

# moto's server tells by it which service is meant.
_SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=a/20300101/us-east-1/appsync/aws4_request, "
    "SignedHeaders=host, Signature=0"
}


def start(*command: str, **more: Any) -> subprocess.Popen[str]:
    """A process of Python that may use the loopback."""
    environment = {**os.environ, audit_hook.LOOPBACK: "1"}
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
        **more,
    )


@contextmanager
def serving() -> Iterator[str]:
    """The URL of a server that no other test uses."""
    with start("pytest_appsync", "serve", stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().rstrip("\n")
        finally:
            process.kill()


def left(url: str) -> list[str]:
    """The names of the APIs that are there."""
    names = []
    lists = [("/v1/apis", "graphqlApis"), *([("/v2/apis", "apis")] if IS_NEW else [])]
    for path, member in lists:
        request = urllib.request.Request(f"{url}{path}?maxResults=25", headers=_SIGNED)
        with urllib.request.urlopen(request) as answer:
            names += [api["name"] for api in json.load(answer)[member]]
    return names


def verify(url: str, *options: str) -> int:
    """The exit code of ``verify``."""
    return main(["verify", "--endpoint-url", url, "--yes", *options])
