"""What pyproject.toml and the README promise of dependencies is what tox runs."""

from __future__ import annotations

import configparser
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
README = " ".join((ROOT / "README.md").read_text().split())
TOX = configparser.ConfigParser(interpolation=None)
TOX.read_string((ROOT / "tox.ini").read_text())

REQUIRED = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
EXTRAS = {
    extra: [Requirement(line) for line in lines]
    for extra, lines in PROJECT["project"]["optional-dependencies"].items()
}
OURS = [*REQUIRED, *(each for requirements in EXTRAS.values() for each in requirements)]


def floors(requirements: list[Requirement]) -> dict[str, Version]:
    return {each.name: lowest(each) for each in requirements}


def lowest(requirement: Requirement) -> Version:
    [specifier] = requirement.specifier
    return Version(specifier.version)


def oldest_pins(section: str) -> dict[str, Version]:
    """What the factor ``oldest`` of a section of tox.ini installs."""
    lines = re.findall(r"^oldest: *(\S+)$", TOX[section]["deps"], re.MULTILINE)
    pins = [Requirement(line) for line in lines]
    assert all(str(pin.specifier).startswith("==") for pin in pins), "tox pins the oldest"
    return floors(pins)


def minor_versions(env: str) -> set[str]:
    """The interpreters of a line such as ``py3{10,11}-oldest`` in tox's env_list."""
    [listed] = re.findall(rf"^py3\{{([\d,]+)\}}-{env}$", TOX["tox"]["env_list"], re.MULTILINE)
    return {f"3.{minor}" for minor in listed.split(",")}


@pytest.mark.parametrize("requirement", OURS, ids=str)
def test_each_has_a_lower_bound_and_no_upper_cap(requirement: Requirement) -> None:
    operators = [specifier.operator for specifier in requirement.specifier]
    assert operators == [">="], (
        f"{requirement}: a cap keeps users from an upgrade; if there must be "
        "one, give its reason beside it and name it here"
    )


def test_tox_runs_the_lower_bounds() -> None:
    assert oldest_pins("testenv") == floors([*REQUIRED, *EXTRAS["test"]])


def test_tox_runs_the_oldest_aiobotocore_that_is_promised() -> None:
    pins = oldest_pins("testenv:aiobotocore-{oldest,newest}")
    [promised] = re.findall(r"clients of aiobotocore and aioboto3 \(([\d.]+) and newer", README)
    assert pins["aiobotocore"] == Version(promised)


def test_the_readme_promises_the_lower_bounds() -> None:
    bounds = floors(REQUIRED)
    assert bounds["boto3"] == bounds["botocore"]
    assert (
        f"boto3 and botocore {bounds['boto3']} and newer, pytest {bounds['pytest']} and newer, "
        f"and wrapt {bounds['wrapt']} and newer."
    ) in README
    assert Version(PROJECT["tool"]["pytest"]["ini_options"]["minversion"]) == bounds["pytest"]


def test_tox_runs_each_python_that_is_promised() -> None:
    prefix = "Programming Language :: Python :: 3."
    promised = {
        f"3.{classifier.removeprefix(prefix)}"
        for classifier in PROJECT["project"]["classifiers"]
        if classifier.startswith(prefix)
    }
    assert promised <= minor_versions("newest")
    oldest = min(promised, key=Version)
    assert oldest in minor_versions("oldest")
    assert SpecifierSet(PROJECT["project"]["requires-python"]) == SpecifierSet(f">={oldest}")
    assert f"CPython {oldest} and newer" in README
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"


def test_tox_runs_all_that_can_be_thorough() -> None:
    words = ("PYTEST_APPSYNC_TESTS_THOROUGH", "thoroughness import")
    able = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if path != Path(__file__) and any(word in path.read_text("utf-8") for word in words)
    ]
    assert len(able) > 5
    run = TOX["testenv:thorough"]["commands"].split()
    assert [path for path in able if not path.startswith(tuple(run))] == []
