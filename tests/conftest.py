"""No test reaches the network, and none depends on the AWS configuration of the machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")


def refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event in FORBIDDEN:
        raise RuntimeError(f"a test reached for the network: {event} {arguments[1:]!r}")


sys.addaudithook(refuse_network)


@pytest.fixture(autouse=True)
def machine_without_aws(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    home: Path = tmp_path_factory.getbasetemp() / "empty-home"
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(home))
