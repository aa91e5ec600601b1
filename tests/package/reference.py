"""``python tests/package/reference.py``: writes the guide's reference out of the docstrings."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest_appsync
from pytest_appsync import markers, plugin
from pytest_appsync.script.handles import Scripted

PAGE = Path(__file__).parents[2] / "examples" / "guide" / "reference.md"

HEAD = """\
# Reference

The command `python tests/package/reference.py` writes this page out of the docstrings.

Each name in the first part can be imported from `pytest_appsync`. Objects of the classes in the
second part are what methods return and what attributes hold. `Fault`, `Response`, `Delay`,
`Throttle`, `Chaos` and `GraphqlAnswer` are handles: they also have what `Scripted` has. All other
parts of the package are private and may change in any release.

Times are seconds since the epoch (UTC), or timezone-aware `datetime` objects. Durations are
seconds, or `timedelta` objects where a parameter's type says so.
"""

MADE_BY_USERS = ("ApiKeyRules", "AppSync", "HttpAnswer")
"""The classes that a test calls by itself, so their parameters are shown."""

RETURNED = {
    "Chaos": "pytest_appsync.script.conditions",
    "Clock": "pytest_appsync.simulation.clock",
    "CallSite": "pytest_appsync.record.call_site",
    "Delay": "pytest_appsync.script.handles",
    "GraphqlAnswer": "pytest_appsync.script.graphql_answers",
    "GraphqlRequest": "pytest_appsync.record.graphql_requests",
    "Response": "pytest_appsync.script.handles",
    "Scripted": "pytest_appsync.script.handles",
    "Throttle": "pytest_appsync.script.conditions",
}
"""The classes that users meet and do not import, with the modules that they are in."""

OF_THE_MACHINERY = {
    "add",
    "concerns",
    "count_hits_of",
    "describe",
    "describe_met",
    "give_back",
    "is_over",
    "is_withdrawn",
    "live",
    "meet",
    "produce",
    "take",
}
"""Methods and properties that only other parts of the package use."""


def page() -> str:
    """The whole page."""
    public = (name for name in pytest_appsync.__all__ if name != "__version__")
    parts = [HEAD, "## Public names\n"]
    parts += [described_class(name, getattr(pytest_appsync, name)) for name in public]
    parts += ["### `__version__`\n\nThe version of the installed distribution, such as `0.1.0`.\n"]
    parts += ["## What methods return\n"]
    for name, home in RETURNED.items():
        parts.append(described_class(name, getattr(importlib.import_module(home), name)))
    parts += ["## Fixtures\n", *fixtures()]
    parts += ["## Markers\n", *register_markers()]
    parts += ["## Options of pytest\n", *options()]
    return "\n".join(parts)


def described_class(name: str, described: type) -> str:
    header = signature(name, described) if name in MADE_BY_USERS else name
    parts = [f"### `{name}`\n", *code(header, name), text(inspect.getdoc(described))]
    own: dict[str, Any] = {}
    for each in reversed(described.__mro__):
        if each.__module__.startswith("pytest_appsync") and (
            each is described or each is not Scripted
        ):
            own |= {
                found: value
                for found, value in vars(each).items()
                if not found.startswith("_") and found not in OF_THE_MACHINERY
            }
    for found, value in own.items():
        member = described_member(name, found, value)
        if member:
            parts.append(member)
    return "\n".join(parts)


def described_member(owner: str, name: str, value: Any) -> str:
    if isinstance(value, property):
        doc = inspect.getdoc(value)
        return f"#### `{owner}.{name}`\n\n{text(doc)}" if doc else ""
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    if not inspect.isfunction(value):
        return ""
    header = signature(name, value)
    return "\n".join(
        [f"#### `{owner}.{name}()`\n", *code(header, name), text(inspect.getdoc(value))]
    )


def signature(name: str, described: Any) -> str:
    """The call, a parameter a line where it is long."""
    parameters = [
        each for each in inspect.signature(described).parameters.values() if each.name not in _SELF
    ]
    written: list[str] = []
    kinds = [each.kind for each in parameters]
    for number, each in enumerate(parameters):
        if each.kind is each.KEYWORD_ONLY and each.KEYWORD_ONLY not in kinds[:number]:
            written.append("*")
        default = "" if each.default is each.empty else f" = {default_of(each.default)}"
        stars = "**" * (each.kind is each.VAR_KEYWORD)
        written.append(f"{stars}{each.name}: {each.annotation}{default}")
        if each.kind is each.POSITIONAL_ONLY:
            written.append("/")
    returned = inspect.signature(described).return_annotation
    to = "" if isinstance(described, type) or returned == "None" else f" -> {returned}"
    line = f"{name}({', '.join(written)}){to}"
    if len(line) <= 95:
        return line
    return "\n".join([f"{name}(", *(f"    {each}," for each in written), f"){to}"])


_SELF = ("self", "cls")


def default_of(value: Any) -> str:
    if value == pytest_appsync.ApiKeyRules.DA2:
        return "ApiKeyRules.DA2"
    return repr(value).replace("datetime.", "")


def code(header: str, name: str) -> Iterator[str]:
    if header != name:
        yield f"```text\n{header}\n```\n"


def text(doc: str | None) -> str:
    """Markdown for a docstring: its fields are lists, its literals code."""
    assert doc, "each public name has a docstring"
    lines: list[str] = []
    is_in_list = False
    for line in doc.splitlines():
        field = re.match(r":(param|ivar|cvar|raises|returns) ?([\w.]*): ?(.*)", line)
        if field is not None:
            if not is_in_list:
                lines.append("")
            is_in_list = True
            kind, name, rest = field.groups()
            named = {"raises": f"raises `{name}`", "returns": "returns"}.get(kind, f"`{name}`")
            line = f"- {named}: {rest}"
        elif line.startswith(">>>"):
            line, is_in_list = f"    {line}", False
        elif is_in_list and line:
            line = f"  {line.strip()}"
        elif line.strip() == "::":
            continue
        lines.append(line)
    joined = "\n".join(lines)
    joined = re.sub(r":\w+:`~?(?:botocore\.exceptions\.|dataclasses\.)?([^`]+)`", r"`\1`", joined)
    joined = joined.replace("``", "`")
    joined = re.sub(r"::$", ":", joined, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", joined).strip() + "\n"


def fixtures() -> Iterator[str]:
    for node in ast.parse(Path(plugin.__file__).read_text("utf-8")).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if "pytest.fixture" in map(ast.unparse, node.decorator_list):
            yield f"### Fixture `{node.name}`\n\n{text(ast.get_docstring(node))}"


def register_markers() -> list[str]:
    """What ``pytest --markers`` says of ours."""
    said: list[str] = []

    class Config:
        def getoption(self, name: str, default: object) -> bool:
            return True

        def addinivalue_line(self, name: str, line: str) -> None:
            call, _, about = line.partition("): ")
            said.append(
                f"### Marker `{call.partition('(')[0]}`\n\n```text\n{call})\n```\n\n{about}\n"
            )

    markers.register(Config())  # type: ignore[arg-type]
    return said


def options() -> list[str]:
    """What ``pytest --help`` says of ours."""
    ini: list[str] = ["In pytest's ini file:\n"]
    line: list[str] = ["On the command line:\n"]

    class Parser:
        def addini(self, name: str, help: str, **more: Any) -> None:
            ini.append(f"- `{name}`: {help}")

        def getgroup(self, *names: str) -> Parser:
            return self

        def addoption(self, name: str, help: str, **more: Any) -> None:
            metavar = f"={more['metavar']}" if "metavar" in more else ""
            line.append(f"- `{name}{metavar}`: {help}")

    plugin.pytest_addoption(Parser())  # type: ignore[arg-type]
    return [*ini, "", *line, ""]


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"wrote {PAGE}")
