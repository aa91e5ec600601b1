"""--appsync-errors=json: the schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_appsync import error_coverage
from tests.error_coverage.suites import report

PACKAGE = Path(error_coverage.__file__).parent


def test_the_json_fits_its_schema(suite: pytest.Pytester) -> None:
    suite.runpytest("--appsync-errors=json:errors.json", "--appsync-errors-include=common")
    schema = json.loads((PACKAGE / "error-coverage.schema.json").read_text())
    check_schema(report(suite), schema, schema["$defs"])


def check_schema(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> None:
    """The part of JSON Schema that our schema uses; and it has to know every member."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    kinds |= {"number": (int, float), "null": type(None)}  # type: ignore[dict-item]
    allowed = schema.get("type")
    if allowed is not None:
        names = allowed if isinstance(allowed, list) else [allowed]
        assert any(isinstance(value, kinds[name]) for name in names), (value, allowed)
    assert value == schema.get("const", value)
    assert "enum" not in schema or value in schema["enum"]
    if isinstance(value, int) and not isinstance(value, bool):
        assert value >= schema.get("minimum", value)
    if isinstance(value, dict):
        assert value.keys() == schema["properties"].keys()
        assert set(schema["required"]) <= value.keys()
        for name, member in value.items():
            check_schema(member, schema["properties"][name], definitions)
    if isinstance(value, list):
        for item in value:
            check_schema(item, schema["items"], definitions)
