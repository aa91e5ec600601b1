"""The wheel and the sdist hold what they should and nothing else; tox -e package runs this."""

from __future__ import annotations

import configparser
import email
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from packaging.requirements import Requirement

pytest.importorskip("build.__main__")
pytest.importorskip("hatchling.build")
pytest.importorskip("twine")

ROOT = Path(__file__).parents[2]


def run(*command: str, cwd: Path = ROOT, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def kept() -> set[str]:
    """What git keeps, or would keep: the files of the project."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone, so git cannot say which files there should be")
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard")
    return {name for name in listed.splitlines() if (ROOT / name).exists()}


@pytest.fixture(scope="session")
def tree(kept: set[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, which no leftover of a build or of a test run is in."""
    copy = tmp_path_factory.mktemp("build") / "project"
    for name in kept:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    return copy


def build(tree: Path, out: Path, *kinds: str, **environment: str) -> dict[str, Path]:
    """The distributions of ``tree`` by their suffix; without the network."""
    command = [sys.executable, "-m", "build", "--no-isolation", *kinds, "--outdir", str(out)]
    run(*command, cwd=tree, **environment)
    return {path.suffix: path for path in out.iterdir()}


@pytest.fixture(scope="session")
def built(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel, made from the sdist, and the sdist."""
    return build(tree, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def unpacked(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, unpacked."""
    directory = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(built[".gz"]) as archive:
        archive.extractall(directory, filter="data")
    [project] = directory.iterdir()
    return project


def in_sdist(sdist: Path) -> set[str]:
    """Its files, without the directory that all of them are in."""
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def in_wheel(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def read(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        [found] = [each for each in archive.namelist() if each.endswith(f".dist-info/{name}")]
        return archive.read(found).decode()


@pytest.fixture
def metadata(built: dict[str, Path]) -> Message:
    return email.message_from_string(read(built[".whl"], "METADATA"))


def test_the_wheel_is_the_package_and_nothing_else(
    built: dict[str, Path], kept: set[str], metadata: Message
) -> None:
    package = {name[4:] for name in kept if name.startswith("src/")}
    assert {
        "pytest_appsync/py.typed",
        "pytest_appsync/error_coverage/error-coverage.schema.json",
        "pytest_appsync/error_coverage/page.css",
        "pytest_appsync/error_coverage/page.html",
        "pytest_appsync/error_coverage/page.js",
    } <= package
    about = f"pytest_appsync-{metadata['Version']}.dist-info"
    names = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
    assert in_wheel(built[".whl"]) == package | {f"{about}/{name}" for name in names}


def test_the_wheel_needs_no_compiler(built: dict[str, Path]) -> None:
    assert built[".whl"].name.endswith("-py3-none-any.whl")
    wheel = email.message_from_string(read(built[".whl"], "WHEEL"))
    assert (wheel["Root-Is-Purelib"], wheel.get_all("Tag")) == ("true", ["py3-none-any"])


def test_pytest_finds_the_plugin(built: dict[str, Path]) -> None:
    entry_points = configparser.ConfigParser()
    entry_points.read_string(read(built[".whl"], "entry_points.txt"))
    assert {name: dict(entry_points[name]) for name in entry_points.sections()} == {
        "pytest11": {"appsync": "pytest_appsync.plugin"}
    }


def test_the_metadata_says_what_the_project_says(metadata: Message) -> None:
    assert metadata["Name"] == "pytest-appsync"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_all("License-File") == ["LICENSE"]
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert str(metadata.get_payload()).strip() == (ROOT / "README.md").read_text().strip()
    required = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    assert {each.name for each in required if each.marker is None} == {
        "boto3",
        "botocore",
        "pytest",
        "wrapt",
    }
    assert metadata.get_all("Provides-Extra") == ["benchmark", "graphql", "lint", "test"]


def test_the_sdist_is_the_project(built: dict[str, Path], kept: set[str]) -> None:
    not_packed = {name for name in kept if name.startswith(".ci/")}
    assert in_sdist(built[".gz"]) == (kept - not_packed) | {"PKG-INFO"}


def test_the_tests_run_from_the_sdist(unpacked: Path) -> None:
    code = "import pytest_appsync; print(pytest_appsync.__file__)"
    source = str(unpacked / "src")
    assert run(sys.executable, "-c", code, PYTHONPATH=source).startswith(source)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run(*command, "--collect-only", cwd=unpacked, PYTHONPATH=source)
    # Those that look at files beside the package, and quick ones.
    some = (
        "tests/supply_chain",
        "tests/package/test_readme.py",
        "tests/package/test_imports.py",
        "examples",
    )
    quick = "not python_block and not error_coverage and not rotat"
    run(*command, "-k", quick, *some, cwd=unpacked, PYTHONPATH=source)


def test_twine_is_content(built: dict[str, Path]) -> None:
    command = [sys.executable, "-m", "twine", "--no-color", "check", "--strict"]
    checked = run(*command, *map(str, built.values()))
    assert re.findall(r": (\w+)$", checked, re.MULTILINE) == ["PASSED", "PASSED"]


@pytest.mark.parametrize("kind", [".whl", ".gz"])
def test_a_second_build_gives_the_same_bytes(
    built: dict[str, Path], tree: Path, tmp_path: Path, kind: str
) -> None:
    """In another place, at another time, by another user, and the wheel without the sdist."""
    again = tmp_path / "elsewhere"
    shutil.copytree(tree, again)
    for path in again.rglob("*"):
        os.utime(path, (1e9, 1e9))
        path.chmod(0o700 if path.is_dir() else 0o600)
    kinds = ("--wheel",) if kind == ".whl" else ("--sdist",)
    second = build(again, tmp_path / "dist", *kinds, PYTHONHASHSEED="1", TZ="Asia/Tokyo")
    assert second[kind].read_bytes() == built[kind].read_bytes()
