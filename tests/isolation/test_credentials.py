"""Credentials that lie about: no byte of them in a request, a record, a report or a log."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.prepared import run_session


class Credentials(NamedTuple):
    """They look as AWS's do, and belong to no account."""

    key_id: str
    secret: str
    token: str


def credentials(letter: str) -> Credentials:
    """Each from another place: what leaks tells where it came from."""
    return Credentials(
        f"AKIA{letter}7T4ZJ2MNX5PRWVK"[:20],
        f"{letter}h8Yq3vTb/0LmXcW+zKp5RnGdE7sUaJ1fI9oQ2k"[:40],
        f"IQoJb3JpZ2luX2VjE{letter}//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx" * 6,
    )


VARIABLES, ARGUMENTS, PROFILE = credentials("V"), credentials("R"), credentials("P")
ALL = VARIABLES, ARGUMENTS, PROFILE

APPLICATION = """
import dataclasses, os
import boto3

def clients():
    given = [os.environ[name] for name in ("GIVEN_ID", "GIVEN_SECRET", "GIVEN_TOKEN")]
    names = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"]
    keywords = dict(zip(names, given))
    yield boto3.client("appsync")
    yield boto3.client("appsync", **keywords)
    yield boto3.Session(**keywords).client("appsync")
    yield boto3.Session(profile_name="developer").client("appsync")

def spy(request, **_):
    with open("requests", "ab") as file:
        file.write(repr((request.method, request.url, dict(request.headers))).encode())
        file.write(b"\\n" + (request.body or b"") + b"\\n")

def work(appsync):
    for client in clients():
        client.meta.events.register_first("before-send", spy)
        appsync.fail("CreateApiKey", "LimitExceededException", times=1)
        appsync.fail("ListApiKeys", "ThrottlingException", times=1)
        api = client.create_graphql_api(name="Saffron", authenticationType="API_KEY")["graphqlApi"]
        client.create_api_key(apiId=api["apiId"], description="Saffron")
        client.list_api_keys(apiId=api["apiId"])
        try:
            client.delete_api_key(apiId=api["apiId"], id="da2-Saffron")
        except client.exceptions.NotFoundException as error:
            print(error, error.response)
    with open("records", "w") as file:
        print(appsync, appsync.calls, appsync.calls.describe(sites=True), file=file)
        for call in appsync.calls:
            print(dataclasses.asdict(call), file=file)
"""
SUITE = """
import application, boto3, pytest

def test_fails(appsync):
    application.work(appsync)
    assert appsync.calls == []

def test_raises(appsync):
    for client in application.clients():
        appsync.fail("DeleteApiKey", "InternalFailureException")
        client.delete_api_key(apiId="Saffron", id="da2-Saffron")

def test_asks_for_what_is_not_simulated(appsync):
    for client in application.clients():
        client.evaluate_mapping_template(template="{}", context="Saffron")

def test_is_blocked():
    for client in application.clients():
        client.delete_api_key(apiId="Saffron", id="da2-Saffron")
"""


@pytest.fixture
def furnished(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder in which an application with credentials in many places runs."""
    home = pytester.mkdir("home")
    (home / ".aws").mkdir()
    names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    lines = [f"{name} = {value}" for name, value in zip(names, PROFILE, strict=True)]
    text = "\n".join(["[developer]", *lines, ""])
    (home / ".aws" / "credentials").write_text(text)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    for name, value in zip(names, VARIABLES, strict=True):
        monkeypatch.setenv(name.upper(), value)
    for name, value in zip(("GIVEN_ID", "GIVEN_SECRET", "GIVEN_TOKEN"), ARGUMENTS, strict=True):
        monkeypatch.setenv(name, value)
    pytester.makepyfile(application=APPLICATION)
    yield pytester.path
    (home / ".aws" / "credentials").unlink()


def traces() -> Iterator[bytes]:
    for each in ALL:
        for text in each:
            # Whole, a part that something else cuts off, and as a header may carry it.
            yield text.encode()
            yield text[4:24].encode()
            yield base64.b64encode(text.encode())[:20]
    yield from (b"Credential=", b"Signature=")


def assert_nothing_of_them(name: str, text: bytes) -> None:
    assert b"Saffron" in text, f"{name} does not show the calls at all"
    for trace in traces():
        assert trace not in text, f"{name} shows {trace!r}"
    assert b"x-amz-security-token" not in text.lower(), name


def test_none_of_their_bytes_leaves_a_session(pytester: pytest.Pytester, furnished: Path) -> None:
    pytester.makepyfile(test_suite=SUITE)
    pytester.makeini("[pytest]\nappsync_guard = true\njunit_logging = all\n")
    result = run_session(
        pytester,
        "--log-level=DEBUG",
        "--log-cli-level=DEBUG",
        "--log-file=log",
        "--log-file-level=DEBUG",
        "--junitxml=junit.xml",
        "--appsync-errors=term-missing",
        "--appsync-errors=json:errors.json",
        "--appsync-errors=html:errors.html",
        "--showlocals",
        "-vv",
        *("-p", "no:randomly", "-p", "no:hypothesispytest", "-p", "no:xdist"),
    )
    result.assert_outcomes(failed=4)
    for name in ("requests", "records", "log", "junit.xml"):
        assert_nothing_of_them(name, (furnished / name).read_bytes())
    for name in ("errors.json", "errors.html"):
        # The calls are counted there; what they were given is not.
        text = (furnished / name).read_bytes()
        assert b"LimitExceededException" in text
        assert_nothing_of_them(name, text + b"Saffron")
    assert_nothing_of_them("stdout", result.stdout.str().encode())
    assert b"amz-sdk-invocation-id" in (furnished / "requests").read_bytes()


SCRIPT = """
import boto3
boto3.set_stream_logger("")
import application
from pytest_appsync import AppSync
with AppSync() as appsync:
    application.work(appsync)
"""


def test_none_of_their_bytes_leaves_a_script(furnished: Path) -> None:
    (furnished / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-m", "pytest_appsync", "run", "script.py"],
        cwd=furnished,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"--- AppSync calls" in done.stderr
    assert b"botocore.hooks" in done.stderr, "nothing was logged"
    assert_nothing_of_them("the script's output", done.stdout + done.stderr)
    assert_nothing_of_them("requests", (furnished / "requests").read_bytes())
