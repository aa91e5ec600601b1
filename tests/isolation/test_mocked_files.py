"""A test may mock what reads files and the time: this package needs none of it meanwhile.

A first client is another matter: botocore reads its own files to make it, with or without us.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.in_processes import run_python
else:
    from in_processes import run_python

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


PROGRAM = """
import contextlib, os, sys, traceback
from unittest import mock
from pytest_appsync import AppSync, ApiKeyRules

def use(entered, mocking):
    around, inside = contextlib.ExitStack(), contextlib.ExitStack()
    if entered == "around":
        around.enter_context(appsync)
    with around, mocking, inside:
        if entered == "inside":
            AppSync(region="eu-west-1", key_rules=ApiKeyRules.DA1)
            inside.enter_context(appsync)
        api = appsync.add_api("orders")
        appsync.add_api("cn", region="cn-north-1")
        key = appsync.add_api_key(api)
        assert appsync.accepts(api, key.id)
        assert [found.id for found in appsync.api_keys(api)] == [key.id]
        assert appsync.errors("CreateApiKey", common=True)
        appsync.fail("CreateApiKey", "LimitExceededException", times=1)
        appsync.respond("ListTypes", {"types": []})
        client = appsync.client()
        appsync.clock.advance(days=1)
        repr(appsync)
    with AppSync() as again:
        client.create_api_key(apiId=again.add_api().id)
        assert len(again.calls) == 1

appsync = AppSync(strict=False)
with AppSync() as before:
    before.client()
good = bad = 0
for name, mocking in MOCKS.items():
    for entered in ("around", "inside"):
        # Each in a process of its own: what one has read and kept, the next would find.
        if (child := os.fork()) == 0:
            status = 1
            try:
                use(entered, eval(mocking))
                status = 0
            except BaseException:
                print(f"{name}, entered {entered}:", file=sys.stderr)
                traceback.print_exc()
            finally:
                os._exit(status)
        if os.waitpid(child, 0)[1] == 0:
            good += 1
        else:
            bad += 1
print(good)
sys.exit(bad)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_simulation_does_not_read_what_a_test_mocks() -> None:
    assert run_python(f"MOCKS = {MOCKS!r}\n{PROGRAM}") == f"{2 * len(MOCKS)}\n"
