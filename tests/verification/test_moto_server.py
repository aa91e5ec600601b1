"""moto's server: verify ends, names known differences, and leaves nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.verification.serving import left, verify

server = pytest.importorskip("moto.server")
pytest.importorskip("flask")

DIFFER = {
    "api-id-form",
    "api-uris",
    "deletion-between-pages",
    "key-deletes",
    "key-expires-rounded",
    "key-quota",
    "key-with-empty-description",
    "max-results-too-large",
    "page-with-max-results-25",
    "token-made-up",
}
SAME = {"key-default-validity", "key-times-unit", "success-status"}


def test_motos_known_differences(no_waiting: list[float], tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    moto = server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    try:
        url = "http://{}:{}".format(*moto.get_host_and_port())
        assert verify(url, "--json", str(report)) == 1
        assert left(url) == []
    finally:
        moto.stop()
    facts = json.loads(report.read_text())["facts"]
    results = {each["name"]: each["result"] for each in facts}
    assert {name for name in DIFFER if results[name] != "differs"} == set()
    assert {name for name in SAME if results[name] != "same"} == set()
