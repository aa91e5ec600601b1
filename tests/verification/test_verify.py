"""``python -m pytest_appsync verify``, asked of our own server."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import pytest
import time_machine

from pytest_appsync import AppSync
from pytest_appsync.__main__ import main
from pytest_appsync.verification.facts import all_facts
from pytest_appsync.verification.running import Run, simulate
from tests.verification.faulty import Decide, Fate, faulty
from tests.verification.serving import IS_NEW, left, verify

SOME = [
    "key-id-form",
    "deleted-key",
    "key-of-another-api",
    "list-order",
    "function-arn",
    *(["event-api-key"] if IS_NEW else []),
]


def test_the_list_covers_many_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--list"]) == 0
    listed = capsys.readouterr().out
    names = [fact.name for fact in all_facts()]
    assert len(set(names)) == len(names) >= 40
    assert all(f"\n{name}: " in f"\n{listed}" for name in names)
    assert listed.endswith(f"{len(names)} facts\n")
    assert "needs days" in listed


def test_the_simulation_can_be_asked_for_every_fact() -> None:
    for fact, seen in zip(all_facts(), simulate(all_facts(), "us-east-1", "t"), strict=True):
        if isinstance(seen, Exception):
            assert not IS_NEW, (fact.name, seen)
            assert "the installed botocore has no" in str(seen)
        assert not str(seen).startswith(("refused: ", "an answer ")), (fact.name, seen)


def test_nothing_differs_from_our_own_server(
    served: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.json"
    assert verify(served, "--json", str(report)) == (0 if IS_NEW else 3)
    out = capsys.readouterr().out
    assert left(served) == []
    content = json.loads(report.read_text())
    assert content["version"] == 1
    results = {each["name"]: each["result"] for each in content["facts"]}
    others = {"not asked"} if not IS_NEW else set()
    assert set(results.values()) == {"same", "later"} | others
    assert len(results) == len(all_facts())
    bare = {each["name"] for each in content["facts"] if not each["exchanges"]}
    assert bare - {name for name in results if results[name] != "same"} == {
        "key-quota-refusal"  # which was seen with key-quota
    }
    assert re.search(r"\d+ facts: \d+ same, 0 differs, \d+ not asked, 5 later", out)
    for text in (out, report.read_text()):
        assert not re.search(r"da\d-[a-z2-7]{26}", text)
        assert "123456789012" not in text


def test_one_fact(served: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(served, "--only", "key-id-form", "--only", "key-deletes", "key-quota") == 0
    out = capsys.readouterr().out
    assert "3 facts: 3 same" in out
    assert "their tag is pytest-appsync-verify=" in out
    assert "API cache" in out, "what would cost something"


def test_a_difference_names_the_keyword(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with AppSync(region="us-east-1", page_size=25):
        # The calls of this process are answered by the simulation that is entered.
        assert verify("http://127.0.0.1:9", "--only", "page-without-max-results") == 1
    out = capsys.readouterr().out
    assert "page-without-max-results  10        25    differs" in out
    assert "the simulation does so with AppSync(page_size=...)" in out


# --- care ---


@pytest.mark.parametrize("answer", ["n", "", None])
def test_it_asks_before_it_makes_anything(
    answer: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(prompt: str) -> str:
        if answer is None:
            raise EOFError
        return answer

    monkeypatch.setattr("builtins.input", ask)
    assert main(["verify", "--endpoint-url", "http://127.0.0.1:9"]) == 3
    assert "Nothing was asked, and nothing was made." in capsys.readouterr().out


def test_yes(served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda prompt: "y")
    assert main(["verify", "--endpoint-url", served, "--only", "key-id-form"]) == 0


def test_nothing_listens_there(no_waiting: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    assert verify("http://127.0.0.1:9") == 3
    out = capsys.readouterr().out
    assert re.search(r"facts: 0 same, 0 differs, \d+ not asked", out)


def test_what_others_have_made_stays(served: str, capsys: pytest.CaptureFixture[str]) -> None:
    client: Any = boto3.client(
        "appsync",
        endpoint_url=served,
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    tag = {"pytest-appsync-verify": "mine"}
    made = [
        client.create_graphql_api(name=name, authenticationType="API_KEY", tags=tags)["graphqlApi"]
        for name, tags in (
            ("orders", {"a": "b"}),
            ("tagged", tag),
            ("pytest-appsync-verify-mine-1", {"a": "b"}),
            ("pytest-appsync-verify-other-1", {"pytest-appsync-verify": "other"}),
        )
    ]
    try:
        assert verify(served, "--only", "key-id-form", "--tag", "mine") == 0
        assert sorted(left(served)) == sorted(api["name"] for api in made)
        assert "`verify --tag other` removes it" in capsys.readouterr().out
    finally:
        for api in made:
            client.delete_graphql_api(apiId=api["apiId"])


def every(fate: Fate, nth: int, method: str = "", path: str = "") -> Decide:
    def decide(asked: str, where: str, number: int) -> Fate:
        is_meant = asked.startswith(method) and path in where
        return fate if is_meant and number % nth == nth - 1 else "pass"

    return decide


@pytest.mark.parametrize(
    ("decide", "codes"),
    [
        (every("throttle", 3), {0}),
        (every("lose", 7), {0, 3}),
        (every("lose", 4, "POST"), {0, 3}),
        (every("drop", 5), {0, 3}),
        (every("break", 6), {0, 3}),
        (every("throttle", 1, "POST", "/apikeys"), {3}),
        (every("deny", 1, "POST", "/apikeys"), {3}),
        (every("deny", 1, "POST", "/functions"), {3}),
        (every("deny", 1, "POST", "/v1/apis"), {3}),
        (every("lose", 1, "POST", "/v1/apis"), {3}),
        (every("deny", 1, "GET", "/v2/apis"), {0}),
        (every("expired", 1, "POST"), {3}),
    ],
)
def test_a_bad_endpoint(
    served: str,
    decide: Decide,
    codes: set[int],
    no_waiting: list[float],
    capsys: pytest.CaptureFixture[str],
) -> None:
    with faulty(served, decide) as url:
        assert verify(url, "--only", *SOME) in codes
    out = capsys.readouterr().out
    assert " 0 differs" in out
    assert left(served) == []
    assert "123456789012" not in out
    assert "assumed-role" not in out


def test_what_cannot_be_removed_is_named(
    served: str, no_waiting: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with faulty(served, every("deny", 1, "DELETE")) as url:
        assert verify(url, "--only", "key-id-form", "--tag", "stays") == 0
    names = left(served)
    assert [name.rpartition("-")[0] for name in names] == ["pytest-appsync-verify-stays"]
    err = capsys.readouterr().err
    assert "Could not be removed: API" in err
    assert "`verify --tag stays` tries again." in err
    assert verify(served, "--only", "key-deletes", "--tag", "stays") == 0
    assert left(served) == []


POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")


def start(url: str, tag: str) -> subprocess.Popen[str]:
    """A run in a process of its own that has made something."""
    command = [sys.executable, "-m", "pytest_appsync", "verify", "--endpoint-url", url, "--yes"]
    pipe = subprocess.PIPE
    process = subprocess.Popen([*command, "--tag", tag], stdout=pipe, stderr=pipe, text=True)
    deadline = time.monotonic() + 60
    while not left(url) and process.poll() is None:
        assert time.monotonic() < deadline
    return process


@POSIX
@pytest.mark.parametrize(
    "moment",
    [0.0, 0.13, 0.4, 0.9] if os.environ.get("PYTEST_APPSYNC_TESTS_THOROUGH") else [0.4],
)
def test_a_run_that_is_killed(served: str, moment: float) -> None:
    process = start(served, "killed")
    time.sleep(moment)
    process.kill()
    process.communicate()
    assert verify(served, "--only", "key-id-form", "--tag", "killed") == 0
    assert left(served) == []


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted(served: str, number: int) -> None:
    for _ in range(5):  # a run on a fast machine may end before the signal comes
        process = start(served, "ended")
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
        if process.returncode == 130:
            break
    assert process.returncode == 130
    assert left(served) == []
    assert re.search(r"\d+ facts: ", out), "what was known so far"


def test_the_removing_is_interrupted(
    served: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(run: Run) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(Run, "clean_up", interrupted)
    assert verify(served, "--only", "key-id-form", "--tag", "twice") == 130
    assert "`verify --tag twice` tries again." in capsys.readouterr().err
    assert left(served) == []


# --- what needs days ---


def test_a_run_goes_on_days_later(
    no_waiting: list[float], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    later = [fact.name for fact in all_facts() if fact.name.startswith("expired-")]
    options = ["--resume", str(state), "--only", "key-id-form", *later]
    with time_machine.travel("2030-01-01T12:00Z") as clock, AppSync(region="us-east-1") as appsync:
        # The calls of this process are answered by the simulation that is entered.
        url = "http://127.0.0.1:9"
        assert verify(url, *options) == 0
        assert "6 facts: 1 same, 0 differs, 0 not asked, 5 later" in capsys.readouterr().out
        [kept] = appsync.apis()
        ids = [key.id for key in appsync.api_keys(kept)]
        assert len(ids) == 5
        assert not any(id in state.read_text() for id in ids)
        calls = len(appsync.calls.of("CreateApiKey"))
        assert verify(url, *options) == 0, "nothing is due"
        assert len(appsync.calls.of("CreateApiKey")) == calls, "nothing is asked twice"
        clock.shift(2 * 86_400)
        capsys.readouterr()
        assert verify(url, *options) == 0
        assert "6 facts: 5 same, 0 differs, 0 not asked, 1 later" in capsys.readouterr().out
        assert [api.id for api in appsync.apis()] == [kept.id]
        clock.shift(64 * 86_400)
        assert verify(url, *options) == 0
        assert "6 facts: 6 same, 0 differs, 0 not asked, 0 later" in capsys.readouterr().out
        assert appsync.apis() == []


# --- misuse ---


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "key-id-from"], "did you mean 'key-id-form'?"),
        (["--endpoint-url", "localhost"], "is no URL"),
        (["--tag", "a b"], "is not 4 to 40 letters"),
        (
            ["--endpoint-url", "http://127.0.0.1:9", "--json", "/nowhere/at/all"],
            "cannot be written",
        ),
        (["--profile", "nobody-has-this"], "nobody-has-this"),
        (["--yes"], "--region is needed"),
        (["--endpoint-url", "http://127.0.0.1:99999"], "99999"),
        (["--endpoint-url", "http://127.0.0.1:9", "--region", "no region"], "no region"),
    ],
)
def test_misuse(options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["verify", *options])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("content", ["{}", "[]", '{"version": 1, "tag": 1}', "no JSON"])
def test_a_state_that_is_none(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    state.write_text(content)
    with pytest.raises(SystemExit) as ended:
        verify("http://127.0.0.1:9", "--resume", str(state))
    assert ended.value.code == 2


def test_a_state_of_another_endpoint(
    served: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    assert verify(served, "--only", "key-id-form", "--resume", str(state)) == 0
    with pytest.raises(SystemExit) as ended:
        verify("http://127.0.0.1:9", "--resume", str(state))
    assert ended.value.code == 2
    assert "--endpoint-url: the run of" in capsys.readouterr().err
