"""Each rule of a served simulation altered in turn: the facts of that rule differ, and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.thoroughness import IS_THOROUGH
from tests.verification.altered import ALTERED, AlteredServer
from tests.verification.serving import IS_NEW, left, verify

pytestmark = pytest.mark.skipif(not IS_NEW, reason="a botocore that lacks members and operations")

OTHERS = ("api-uris", "deleted-key", "list-order", "unknown-api", "unknown-key-updated")
"""Facts of no rule that is altered."""


@pytest.fixture(scope="module")
def server() -> Iterator[AlteredServer]:
    server = AlteredServer()
    yield server
    server.end()


# `tox -e thorough` alters every rule, and asks for all facts.
@pytest.mark.parametrize(
    "rule", list(ALTERED) if IS_THOROUGH else ["default validity", "ARN of APIs"]
)
def test_the_facts_of_a_rule_differ(rule: str, server: AlteredServer, tmp_path: Path) -> None:
    meant = ALTERED[rule].facts
    url, report = server.serve(rule), tmp_path / "report.json"
    asked = [] if IS_THOROUGH else ["--only", *meant, *OTHERS]
    assert verify(url, "--json", str(report), *asked) == 1
    assert left(url) == []
    facts = json.loads(report.read_text())["facts"]
    seen = {each["name"]: each["seen"] for each in facts if each["result"] == "differs"}
    assert set(seen) == meant, seen


def test_enough_rules_are_altered() -> None:
    assert len(ALTERED) >= 20
