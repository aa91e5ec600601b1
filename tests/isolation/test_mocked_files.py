"""A test may mock what reads files and the time: this package needs none of it meanwhile.

A first client is another matter: botocore reads its own files to make it, with or without us.
"""

from __future__ import annotations

import os

import pytest

from tests.in_processes import run_in_forks

MOCKS = {
    "open": 'mock.patch("builtins.open", mock.mock_open(read_data="x"))',
    "io.open": 'mock.patch("io.open", mock.mock_open(read_data=b"x"))',
    "json.loads": 'mock.patch("json.loads", return_value={"mocked": True})',
    "json.load": 'mock.patch("json.load", return_value={"mocked": True})',
    "os.path.exists": 'mock.patch("os.path.exists", return_value=False)',
    "os.path.isfile": 'mock.patch("os.path.isfile", return_value=True)',
    "os.path.join": 'mock.patch("os.path.join", return_value="/mocked")',
    "os.path.expanduser": 'mock.patch("os.path.expanduser", return_value="/mocked")',
    "os.listdir": 'mock.patch("os.listdir", side_effect=PermissionError)',
    "gzip.open": 'mock.patch("gzip.open", side_effect=PermissionError)',
    "pathlib": 'mock.patch("pathlib.Path.read_text", return_value="x")',
    "importlib": 'mock.patch("importlib.import_module", side_effect=ImportError)',
    "time": 'mock.patch("time.time", return_value=1784632175.0)',
    "boto3.Session": 'mock.patch("boto3.session.Session")',
}


HEAD = """
import contextlib
from unittest import mock
from pytest_appsync import AppSync, ApiKeyRules

appsync = AppSync(strict=False)
with AppSync() as before:
    before.client()
"""


def program(mocked: str, entered: str) -> str:
    return f"""
around, inside = contextlib.ExitStack(), contextlib.ExitStack()
if {entered == "around"}:
    around.enter_context(appsync)
with around, {MOCKS[mocked]}, inside:
    if {entered == "inside"}:
        AppSync(region="eu-west-1", key_rules=ApiKeyRules.DA1)
        inside.enter_context(appsync)
    api = appsync.add_api("orders")
    appsync.add_api("cn", region="cn-north-1")
    key = appsync.add_api_key(api)
    assert appsync.accepts(api, key.id)
    assert [found.id for found in appsync.api_keys(api)] == [key.id]
    assert appsync.errors("CreateApiKey", common=True)
    appsync.fail("CreateApiKey", "LimitExceededException", times=1)
    appsync.respond("ListTypes", {{"types": []}})
    client = appsync.client()
    appsync.clock.advance(days=1)
    repr(appsync)
with AppSync() as again:
    client.create_api_key(apiId=again.add_api().id)
    assert len(again.calls) == 1
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_simulation_does_not_read_what_a_test_mocks() -> None:
    run_in_forks(
        HEAD,
        {
            f"{mocked}, {entered}": program(mocked, entered)
            for mocked in MOCKS
            for entered in ("around", "inside")
        },
    )


def test_the_first_test_of_a_process_may_mock_the_file_system(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyfakefs does it so: the files of botocore are not there while the test runs."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "no URL, which our clients do not look at")
    pytester.makepyfile(
        """
        from unittest import mock
        import pytest

        @pytest.fixture(scope="module")
        def fs():
            with mock.patch("os.path.isfile", return_value=False), \\
                    mock.patch("os.path.exists", return_value=False), \\
                    mock.patch("os.listdir", return_value=[]):
                yield

        def test_it(fs, appsync, appsync_client):
            api = appsync.add_api("orders")
            appsync_client.create_api_key(apiId=api.id)
            appsync.client("eu-central-1").list_graphql_apis()
            assert len(appsync.api_keys(api)) == 1
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
