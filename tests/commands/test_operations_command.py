"""``python -m pytest_appsync operations``, and ``--version``."""

from __future__ import annotations

import importlib.metadata
import os
import sys

import pytest

import pytest_appsync
from pytest_appsync import model
from pytest_appsync.__main__ import main
from pytest_appsync.service.operations import OPERATIONS


def test_prints_each_operation_of_the_installed_botocore_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["operations"]) == 0
    rows = dict(
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in capsys.readouterr().out.splitlines()[2:]
    )
    listed = [name for names in rows.values() for name in names.split(", ")]
    assert sorted(listed) == sorted(model.service_model().operation_names)
    assert not set(rows["not simulated"].split(", ")) & set(OPERATIONS)
    assert rows["API keys"] == "CreateApiKey, ListApiKeys, UpdateApiKey, DeleteApiKey"


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["--version"])
    assert exited.value.code == 0
    assert capsys.readouterr().out == f"pytest-appsync {pytest_appsync.__version__}\n"
    assert pytest_appsync.__version__ == importlib.metadata.version("pytest-appsync")


@pytest.mark.parametrize("command", [["operations"], ["errors"], ["verify", "--list"]])
def test_a_reader_that_has_gone_ends_it_quietly(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read, write = os.pipe()
    os.close(read)
    with open(write, "w", encoding="utf-8") as gone, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", gone)
        assert main(command) == 141
    assert capsys.readouterr().err == ""
