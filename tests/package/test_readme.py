"""README and guide: short, with links that lead somewhere, and what is printed was printed."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from pytest_appsync.__main__ import main
from pytest_appsync.service.operations import OPERATIONS
from pytest_appsync.simulation.simulation import simulated_operations
from tests.package import reference
from tests.package.pages import PAGES, README, ROOT, between
from tests.thoroughness import IS_THOROUGH

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

URL = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Source"]


def links(page: Path) -> list[str]:
    """What the links of a page lead to; both ways in which Markdown writes them."""
    text = page.read_text("utf-8")
    return re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"^\[\w+\]: (\S+)$", text, re.M)


def test_the_readme_is_a_front_door() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= 300


def test_the_readme_can_be_read_away_from_the_repository() -> None:
    for link in links(README):
        assert link.startswith(f"{URL}/blob/main/"), "a relative link leads nowhere on an index"
        assert (ROOT / link.removeprefix(f"{URL}/blob/main/")).exists(), link
    text = README.read_text("utf-8")
    used, defined = (
        set(re.findall(found, text, re.M)) for found in (r"\]\[(\w+)\]", r"^\[(\w+)\]:")
    )
    assert used == defined


def test_the_texts_of_errors_are_those_of_the_package() -> None:
    _, _, section = README.read_text("utf-8").partition("## Troubleshooting")
    texts = re.findall(r"^\| `([^`]+)` ", section, re.M)
    said = _texts_of_the_package()
    foreign = {
        "fixture 'appsync' not found",
        "GraphQL API ... not found.",  # its words are joined with the id
        "You must specify a region.",
        "Region is missing",
        "Unable to locate credentials",
        'Could not connect to the endpoint URL: "http://127.0.0.1:9/appsync_guard/..."',
    }
    assert foreign < set(texts)
    for text in set(texts) - foreign:
        assert any(re.search(text.replace("'graphql'", ".*"), each) for each in said), text


def _texts_of_the_package() -> list[str]:
    """Its literals; what an f-string puts in is a question mark."""
    found = []
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
            if isinstance(node, ast.JoinedStr):
                parts = (getattr(part, "value", "?") for part in node.values)
                found.append("".join(part if isinstance(part, str) else "?" for part in parts))
    return found


def test_the_readme_leads_to_each_page_of_the_guide() -> None:
    text = README.read_text("utf-8")
    for page in PAGES[1:]:
        assert f"/{page.name}\n" in text, "the README is the one table of contents"


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
def test_the_links_of_the_guide_lead_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.M)
            assert anchor in [_anchor(heading) for heading in headings], link


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_contributors_are_told_what_each_part_of_the_package_is_for() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for part in (ROOT / "src" / "pytest_appsync").iterdir():
        if not part.name.startswith("_") and (part.is_dir() or part.suffix == ".py"):
            assert f"`{part.name}{'/' * part.is_dir()}`" in text, part


def test_the_reference_is_written_by_its_command() -> None:
    assert reference.PAGE.read_text("utf-8") == reference.page(), (
        "python tests/package/reference.py"
    )


def test_the_table_of_operations_is_printed_not_typed(capsys: pytest.CaptureFixture[str]) -> None:
    if simulated_operations() != set(OPERATIONS):
        pytest.skip("an older botocore, which has fewer operations")
    main(["operations"])
    assert between("rules-and-choices.md", "operations") == capsys.readouterr().out.strip()


def test_the_error_tables_are_printed_not_typed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["errors", "CreateApiKey", "ListApiKeys", "UpdateApiKey", "DeleteApiKey"])
    assert between("rules-and-choices.md", "errors") == capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("name", "tests"),
    # Those of "after" alone meet all that there is: more tests could not change its table.
    [("before", "not documented"), *([("after", "documented")] if IS_THOROUGH else [])],
)
def test_the_error_coverage_is_printed_not_typed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, name: str, tests: str
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    for file in (ROOT / "examples" / "rotation").glob("*.py"):
        # This process may have run them where they are.
        monkeypatch.delitem(sys.modules, file.stem, raising=False)
        copied = pytester.path / "examples" / "rotation" / file.name
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_text(file.read_text())
    # The rest takes most of the time, and meets no error that these do not.
    tests = f"{tests} and not passes and not year"
    result = pytester.runpytest_inprocess(
        "-p", "no:asyncio", "--appsync-errors=term-missing", "-k", tests
    )
    _, _, printed = result.stdout.str().partition("AppSync error coverage")
    shown = between("error-coverage.md", f"error coverage {name}").strip("`")
    shown = shown.removeprefix("text").strip("\n")
    assert "TOTAL" in shown
    # Where in a comprehension a call is made differs between versions of Python.
    any_line = re.compile(r"\.py:\d+ in list_keys")
    assert any_line.sub("", shown) in any_line.sub("", printed)
