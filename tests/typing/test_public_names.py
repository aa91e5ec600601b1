"""The public names are typed, with and without boto3-stubs, for mypy and for pyright."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHECKED = Path(__file__).with_name("public_names.py")
USERS_TEST = """
from pytest_appsync import AppSync

def test_something(appsync: AppSync) -> None:
    client = appsync.client()
    client.create_api_key(apiId=appsync.add_api().id)
    reveal_type(appsync.calls[0].http_status)
"""


@pytest.fixture
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What mypy finds out of other packages takes three seconds; it is kept beside pytest's cache.

    mypy looks by itself whether it still holds.
    """
    cache: pytest.Cache | None = getattr(request.config, "cache", None)
    if cache is None:  # -p no:cacheprovider
        return str(tmp_path)
    return str(cache.mkdir("mypy") / request.node.name)


def test_mypy(tmp_path: Path, cache: str) -> None:
    pytest.importorskip("mypy")
    pytest.importorskip("mypy_boto3_appsync")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", cache]
    done = subprocess.run(
        [*command, str(CHECKED)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stdout


def test_mypy_without_the_stubs(tmp_path: Path, cache: str) -> None:
    pytest.importorskip("mypy")
    (tmp_path / "test_user.py").write_text(USERS_TEST)
    (tmp_path / "mypy.ini").write_text(
        "[mypy]\nstrict = true\n[mypy-mypy_boto3_appsync.*]\nfollow_imports = skip\n"
    )
    command = [sys.executable, "-m", "mypy", "--cache-dir", cache]
    done = subprocess.run(
        [*command, "test_user.py"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stdout
    assert 'Revealed type is "int | None"' in done.stdout.replace("builtins.", "")


def test_pyright(tmp_path: Path) -> None:
    pytest.importorskip("basedpyright")
    pytest.importorskip("mypy_boto3_appsync")
    settings = {
        "include": [str(CHECKED)],
        "typeCheckingMode": "strict",
        "reportUnnecessaryTypeIgnoreComment": "error",
        "enableTypeIgnoreComments": False,
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable]
    done = subprocess.run(
        [*command, "--project", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
