"""Outside of any simulation an AppSync client sends, byte for byte, what it would without us."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import preparing


def test_after_a_simulation_requests_are_byte_for_byte_botocores(tmp_path: Path) -> None:
    started = {way: start(tmp_path / way, way) for way in ("plain", "plugin")}
    plain, plugin = (json.loads(each.communicate()[0]) for each in started.values())
    compared = 0
    for source, modes in plain.items():
        for mode, expected in modes.items():
            sent, _, _ = expected
            assert len(sent) == 2 * 7, "each operation is tried again once"
            assert all("Signature=" in headers["Authorization"] for _, _, headers, _ in sent)
            for when in ("before", "after"):
                assert plugin[source].pop(f"{when} {mode}") == expected, (source, mode, when)
                compared += len(sent)
    assert compared == 2 * 14 * len(preparing.MODES) * len(preparing.SOURCES)
    assert not any(plugin.values())


def start(home: Path, way: str) -> subprocess.Popen[bytes]:
    (home / ".aws").mkdir(parents=True)
    environment = {**os.environ, "HOME": str(home)}
    command = [sys.executable, preparing.__file__, way]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
