"""``python -m pytest_appsync run``."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pytest_appsync.__main__ import main
from pytest_appsync.commands.run import parse_moment
from pytest_appsync.simulation import entered

SCRIPT = """
import sys
import boto3

print(__name__, sys.argv[1:])
key = boto3.client("appsync").create_api_key(apiId="orders-id")["apiKey"]
print(key["expires"])
sys.exit(int(sys.argv[1]))
"""


@pytest.fixture
def script(tmp_path: Path) -> str:
    path = tmp_path / "provision.py"
    path.write_text(SCRIPT)
    return str(path)


def test_runs_a_script(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    argv, path = sys.argv[:], sys.path[:]
    failing = ["--fail", "CreateApiKey=LimitExceededException:1", "--at", "2030-01-01T12:00Z"]
    assert main(["run", "--api", "orders=orders-id", *failing, script, "3", "--flag"]) == 3
    out, err = capsys.readouterr()
    new_year = 1893499200
    assert out.splitlines() == [
        "__main__ ['3', '--flag']",
        str((new_year + 7 * 86_400) // 3600 * 3600),
    ]
    assert "--- AppSync calls" in err
    assert "1. <CreateApiKey(apiId='orders-id') in us-east-1: 429 LimitExceeded" in err
    assert "provision.py:6 in <module>" in err
    assert (sys.argv, sys.path) == (argv, path)
    assert entered.active() is None


def test_a_script_that_raises_exits_with_1(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--region", "eu-west-1", script, "0"]) == 1
    err = capsys.readouterr().err
    assert "GraphQL API orders-id not found." in err
    assert "in eu-west-1: 404 NotFoundException>" in err


@pytest.mark.parametrize(
    ("ending", "exit_code"),
    [("", 0), ("sys.exit()", 0), ("sys.exit('sorry')", 1), ("raise KeyboardInterrupt", 130)],
)
def test_exit_codes_are_the_programs(tmp_path: Path, ending: str, exit_code: int) -> None:
    (tmp_path / "program.py").write_text(f"import sys\n{ending}\n")
    assert main(["run", str(tmp_path / "program.py")]) == exit_code


def test_runs_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "some_tool.py").write_text("import sys\nsys.exit(len(sys.argv))\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert main(["run", "-m", "some_tool", "-m", "x"]) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--api", "orders"], "'orders' is not NAME=ID"),
        (["--fail", "CreateApiKey"], "is not OPERATION=CODE[:TIMES]"),
        (["--fail", "CreateApiKey=NotFoundException:x"], "is not OPERATION=CODE[:TIMES]"),
        (["--fail", "CreateApiKey=NotFoundException:0"], "times=0"),
        (["--fail", "CreateApiKey=LimitExceeded"], "did you mean 'LimitExceededException'?"),
        (["--fail", "CreateApiKeys=X"], "did you mean 'CreateApiKey'?"),
        (["--at", "yesterday"], "neither an ISO 8601 moment"),
    ],
)
def test_a_misused_run_is_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["run", *arguments, "script.py"])
    assert exited.value.code == 2
    assert message in capsys.readouterr().err.replace("\n", " ")


def test_the_same_id_twice_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["run", "--api", "a=x", "--api", "b=x", "script.py"])
    assert exited.value.code == 2
    assert "the ids x, x are not all different" in capsys.readouterr().err


def test_transport_errors_can_be_had(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    failing = ["--fail", "CreateApiKey=ReadTimeoutError:1"]
    assert main(["run", "--api", "orders=orders-id", *failing, script, "0"]) == 0
    assert "1. <CreateApiKey(apiId='orders-id') in us-east-1: ReadTimeoutError, slept" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize("when", ["1893456000", "2030-01-01", "2030-01-01T01:00+01:00"])
def test_moments(when: str) -> None:
    assert parse_moment(when).timestamp() == 1893456000
