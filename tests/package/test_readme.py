"""The README: every Python block runs, and what is printed was printed."""

from __future__ import annotations

import re
from pathlib import Path

import audit_hook
import pytest

from pytest_appsync.__main__ import main
from tests.server.test_other_clients import node_has_the_sdk

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_there_are_blocks() -> None:
    assert len(BLOCKS) > 8


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.strip().splitlines()[0][:40])
def test_every_python_block_runs(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, block: str
) -> None:
    if "serve" in block:
        monkeypatch.setenv(audit_hook.LOOPBACK, "1")
    if '"node"' in block and not node_has_the_sdk():
        pytest.skip("no node with @aws-sdk/client-appsync")
    pytester.makepyfile(block)
    result = pytester.runpytest("-p", "no:hypothesispytest", "-W", "error", "--strict-markers")
    outcomes = result.parseoutcomes()
    outcomes.pop("warnings", None)
    assert outcomes.keys() == {"passed"}, "a block's tests pass, and it has some"


def test_the_error_tables_are_printed_not_typed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["errors", "CreateApiKey", "ListApiKeys", "UpdateApiKey", "DeleteApiKey"])
    printed = capsys.readouterr().out.strip()
    _, _, rest = README.partition("<!-- errors: begin -->\n")
    shown, _, _ = rest.partition("\n<!-- errors: end -->")
    assert shown.strip() == printed


@pytest.mark.parametrize(
    ("name", "options"),
    [("before", ("-k", "not documented and not passes")), ("after", ())],
)
def test_the_error_coverage_is_printed_not_typed(
    pytester: pytest.Pytester, name: str, options: tuple[str, ...]
) -> None:
    for file in (ROOT / "examples" / "rotation").glob("*.py"):
        copied = pytester.path / "examples" / "rotation" / file.name
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_text(file.read_text())
    result = pytester.runpytest_subprocess(
        "-p", "no:hypothesispytest", "--appsync-errors=term-missing", *options
    )
    _, _, printed = result.stdout.str().partition("AppSync error coverage")
    _, _, rest = README.partition(f"<!-- error coverage {name}: begin -->\n```text\n")
    shown, _, _ = rest.partition("\n```\n")
    assert "TOTAL" in shown
    # Where in a comprehension a call is made differs between versions of Python.
    any_line = re.compile(r"\.py:\d+ in list_keys")
    assert any_line.sub("", shown) in any_line.sub("", printed)
