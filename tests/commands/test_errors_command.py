"""``python -m pytest_appsync errors``."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from pytest_appsync import model
from pytest_appsync.__main__ import main
from pytest_appsync.commands.errors import rows


def test_prints_the_errors_of_an_operation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["errors", "create_api_key"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("**CreateApiKey**\n\n| Error ")
    for error in model.errors("CreateApiKey"):
        assert f"| {error.code} " in printed
    assert "ThrottlingException" not in printed


def test_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(["errors", "--json", "--common", "DeleteApiKey", "DeleteGraphqlApi"])
    rows = json.loads(capsys.readouterr().out)
    assert {row["operation"] for row in rows} == {"DeleteApiKey", "DeleteGraphqlApi"}
    assert {
        "code": "NotFoundException",
        "http_status": 404,
        "operation": "DeleteApiKey",
        "retryable": False,
        "how_to_cause": "name a resource that is not there",
    }.items() <= next(row for row in rows if row["code"] == "NotFoundException").items()
    assert any(row["code"] == "ThrottlingException" and row["retryable"] for row in rows)


def test_prints_all_operations(capsys: pytest.CaptureFixture[str]) -> None:
    main(["errors"])
    printed = capsys.readouterr().out
    assert printed.count("**\n\n|") == len(model.service_model().operation_names)


def test_a_typo_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["errors", "CreateApiKeys"])
    assert exited.value.code == 2
    assert "did you mean 'CreateApiKey'?" in capsys.readouterr().err


def test_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "pytest_appsync", "errors", "ListApiKeys"]
    assert b"NotFoundException" in subprocess.run(command, capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    ("operation", "code", "cause"),
    [
        ("CreateResolver", "ConcurrentModificationException", "`schema_creation`"),
        ("UpdateGraphqlApi", "ConcurrentModificationException", "`schema_creation`"),
        ("CreateGraphqlApi", "ConcurrentModificationException", 'appsync.fail("CreateGraphqlApi"'),
        ("TagResource", "LimitExceededException", "50 tags"),
        ("CreateApiKey", "LimitExceededException", 'appsync.fail("CreateApiKey"'),
        ("CreateApi", "ServiceQuotaExceededException", "`event_api_quota`"),
        ("CreateChannelNamespace", "ServiceQuotaExceededException", "appsync.fail("),
        ("CreateChannelNamespace", "ConflictException", "a second one"),
        ("GetIntrospectionSchema", "GraphQLSchemaException", "before the API has a schema"),
        ("EvaluateCode", "BadRequestException", 'appsync.fail("EvaluateCode"'),
    ],
)
def test_how_to_cause_it(operation: str, code: str, cause: str) -> None:
    if operation not in model.service_model().operation_names:
        pytest.skip("an operation of newer versions of botocore")
    causes = {row["code"]: row["how_to_cause"] for row in rows([operation])}
    if code not in causes:
        pytest.skip("an error of newer versions of botocore")
    assert cause in causes[code]
