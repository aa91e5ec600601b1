"""What of the user's a simulation looks at, beside what botocore alone would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import audit_hook
import consulting

from tests.thoroughness import only_thorough


@only_thorough
def test_a_simulation_looks_at_no_more_than_botocore_alone(tmp_path: Path) -> None:
    # Without us in one process, with us in another.
    plain, ours = (start(tmp_path, ways) for ways in (["plain"], ["simulated", "own"]))
    alone = json.loads(plain.communicate()[0])["plain"]
    with_us = json.loads(ours.communicate()[0])

    assert {"open .aws/credentials", "network 169.254.169.254"} <= set(alone["nothing"])
    assert "network 169.254.170.2" in alone["container"]
    assert {"open token", "network 169.254.170.23"} <= set(alone["container of EKS"])
    assert any(what.startswith("process ") for what in alone["profile process"])
    assert "failed ProfileNotFound" in alone["profile absent"]

    # botocore reads both of its files at once as soon as anybody asks it for a setting.
    for machine in consulting.MACHINES:
        folder = "elsewhere" if machine == "files elsewhere" else ".aws"
        settings_only = Counter([f"open {folder}/config", f"open {folder}/credentials"])
        simulated = Counter(with_us["simulated"][machine])
        # The simulation asks it for the region, and so does the application's client.
        assert simulated <= settings_only + settings_only, f"{machine}: more than settings"
        assert set(simulated) <= set(alone[machine]), machine
        own = Counter(with_us["own"][machine])
        assert own <= settings_only, f"{machine}: by a client of our own"


def start(folder: Path, ways: list[str]) -> subprocess.Popen[bytes]:
    home = folder / ways[0]
    home.mkdir()
    # These processes note what they reach for by themselves.
    environment = {key: value for key, value in os.environ.items() if key != audit_hook.LOG}
    command = [sys.executable, consulting.__file__, str(home), *ways]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
