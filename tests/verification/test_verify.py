"""``python -m pytest_appsync verify``, asked of our own server."""

from __future__ import annotations

import io
import itertools
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
import time_machine

from pytest_appsync import ApiKeyRules, AppSync, HttpAnswer
from pytest_appsync.__main__ import main
from pytest_appsync.verification.asking import NOWHERE
from pytest_appsync.verification.facts import all_facts
from pytest_appsync.verification.running import Run
from tests.thoroughness import IS_THOROUGH, only_thorough
from tests.verification.faulty import Decide, Fate, faulty
from tests.verification.serving import IS_NEW, left, start, verify

# No test here waits for what AppSync does; one of test_aws_side.py really waits.
pytestmark = pytest.mark.usefixtures("no_waiting")

SOME = [
    "key-id-form",
    "key-of-another-api",
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


@only_thorough
def test_python_may_remove_docstrings() -> None:
    command = ["-OO", "-m", "pytest_appsync", "verify", "--list", "--only", "key-quota"]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("key-quota: key-quota\n")


def test_nothing_differs_from_our_own_server(
    served: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAVERIFYVERIFYVERI")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a/secret+that/is+not+to+be+seen")
    reached = set()
    connect = socket.socket.connect

    def connecting(self: socket.socket, address: Any) -> None:
        reached.add("http://{}:{}".format(*address))
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connecting)
    report = tmp_path / "report.json"
    assert verify(served, "--json", str(report)) == (0 if IS_NEW else 3)
    assert reached == {served}
    captured = capsys.readouterr()
    out = captured.out
    assert left(served) == []
    content = json.loads(report.read_text())
    assert content["version"] == 1
    results = {each["name"]: each["result"] for each in content["facts"]}
    for each in content["facts"]:
        assert not str(each["expected"]).startswith(("refused: ", "an answer ")), each["name"]
    others = {"not asked"} if not IS_NEW else set()
    assert set(results.values()) == {"same", "later"} | others
    assert len(results) == len(all_facts())
    bare = {each["name"] for each in content["facts"] if not each["exchanges"]}
    assert bare - {name for name in results if results[name] != "same"} == {
        "key-quota-refusal"  # which was seen with key-quota
    }
    assert re.search(r"\d+ facts: \d+ same, 0 differs, \d+ not asked, 5 later", out)
    for text in (out, captured.err, report.read_text()):
        assert not re.search(r"da\d-[a-z2-7]{26}", text)
        for secret in ("123456789012", "AKIAVERIFY", "secret+that"):
            assert secret not in text


def test_one_fact(served: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(served, "--only", "key-id-form", "--only", "key-deletes", "api-arn") == 0
    out = capsys.readouterr().out
    assert "3 facts: 3 same" in out
    assert "their tag is pytest-appsync-verify=" in out
    assert "API cache" in out, "what would cost something"


def test_a_difference_names_the_keyword(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with AppSync(region="us-east-1", key_rules=ApiKeyRules(version="da3")):
        # The calls of this process are answered by the simulation that is entered.
        assert verify("http://127.0.0.1:9", "--only", "key-id-form") == 1
    out = capsys.readouterr().out
    assert "key-id-form  da2-[a-z2-7]{26}  da3-[a-z2-7]{26}  differs" in out
    assert "the simulation does so with ApiKeyRules(version=...)" in out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a file that is always full")
def test_a_report_that_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    with AppSync(region="us-east-1"):
        assert verify("http://127.0.0.1:9", "--only", "unknown-api", "--json", "/dev/full") == 2
    captured = capsys.readouterr()
    assert "1 same" in captured.out
    assert captured.err.startswith("The report was not written: ")


# --- care ---


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_it_asks_before_it_makes_anything(
    answer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert main(["verify", "--endpoint-url", "http://127.0.0.1:9"]) == 3
    out = capsys.readouterr().out
    assert "Asks http://127.0.0.1:9, region us-east-1, for" in out
    assert "\nGo on? [y/N] \nNothing was asked, and nothing was made." in out


@pytest.mark.parametrize("closed", ["sys.stdin", "sys.stdout"])
def test_a_closed_stream_answers_no(monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(closed, None)
        assert main(["verify", "--endpoint-url", "http://127.0.0.1:9"]) == 3


def test_a_terminal_ends_the_line_of_the_answer_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = io.StringIO("n\n")
    monkeypatch.setattr(answer, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", answer)
    assert main(["verify", "--endpoint-url", "http://127.0.0.1:9"]) == 3
    assert "\nGo on? [y/N] Nothing was asked" in capsys.readouterr().out


def test_it_is_interrupted_while_it_asks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> str:
        raise KeyboardInterrupt

    stdin = io.StringIO()
    monkeypatch.setattr(stdin, "readline", interrupted)
    monkeypatch.setattr("sys.stdin", stdin)
    assert main(["verify", "--endpoint-url", "http://127.0.0.1:9"]) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


def test_yes(served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(["verify", "--endpoint-url", served, "--only", "key-id-form"]) == 0


def test_nothing_listens_there(no_waiting: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    assert verify("http://127.0.0.1:9", "--only", *SOME) == 3
    captured = capsys.readouterr()
    assert f"{len(SOME)} facts: 0 same, 0 differs, {len(SOME)} not asked, 0 later" in captured.out
    assert f"    {len(SOME)} because: list_graphql_apis got no answer: " in captured.out
    assert captured.err == "", "nothing can be left"
    assert sum(no_waiting) < 5


def test_a_url_with_a_path(served: str) -> None:
    paths = []

    def decide(method: str, path: str, number: int) -> Fate:
        paths.append(path)
        return "pass"

    with faulty(served, decide) as url:
        assert verify(f"{url}/elsewhere/", "--only", "key-id-form") == 0
    assert {path[: len("/elsewhere/v1/apis")] for path in paths} <= {
        "/elsewhere/v1/apis",
        "/elsewhere/v2/apis",
    }


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


BAD: dict[str, tuple[Decide, set[int]]] = {
    "throttles": (every("throttle", 3), {0}),
    "loses answers": (every("lose", 7), {0, 3}),
    "denies to create a key": (every("deny", 1, "POST", "/apikeys"), {3}),
    "answers something else": (every("odd", 1), {3}),
}
MORE: dict[str, tuple[Decide, set[int]]] = {
    "drops connections": (every("drop", 5), {0, 3}),
    "denies to delete an API": (every("deny", 1, "DELETE"), {3}),
    "loses answers of what makes something": (every("lose", 4, "POST"), {0, 3}),
    "loses all answers of what makes APIs": (every("lose", 1, "POST", "/v1/apis"), {3}),
    "fails": (every("break", 6), {0, 3}),
    "throttles keys": (every("throttle", 1, "POST", "/apikeys"), {3}),
    "denies to create a function": (every("deny", 1, "POST", "/functions"), {3}),
    "denies to create anything": (every("deny", 1, "POST", "/v1/apis"), {3}),
    "denies to list Event APIs": (every("deny", 1, "GET", "/v2/apis"), {0}),
    "has let the credentials expire": (every("expired", 1, "POST"), {3}),
    "is a web page": (every("page", 1), {3}),
    "answers with a list": (every("list", 1), {3}),
    "answers something else at times": (every("odd", 5), {0, 1, 3}),
}


@pytest.mark.parametrize("endpoint", [*BAD, *MORE] if IS_THOROUGH else BAD)
def test_a_bad_endpoint(
    served: str,
    endpoint: str,
    no_waiting: list[float],
    capsys: pytest.CaptureFixture[str],
) -> None:
    decide, codes = {**BAD, **MORE}[endpoint]
    with faulty(served, decide) as url:
        assert verify(url, "--only", *SOME) in codes
    out = capsys.readouterr().out
    assert " 0 differs" in out or codes == {0, 1, 3}
    assert left(served) == []
    assert "123456789012" not in out
    assert "assumed-role" not in out


NO_APPSYNC: dict[Fate, str] = {
    "page": "this is no AppSync: list_",
    "no page": "this is no AppSync: list_",
    "list": "list_graphql_apis answered with JSON that is no object",
    "null": "list_graphql_apis answered with JSON that is no object",
    "text": "list_graphql_apis answered with JSON that is no object",
}


@pytest.mark.parametrize("fate", NO_APPSYNC)
def test_what_is_no_appsync_is_told_once(
    served: str, fate: Fate, no_waiting: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with faulty(served, lambda method, path, number: fate) as url:
        assert verify(url) == 3
    captured = capsys.readouterr()
    assert " 0 same, 0 differs, " in captured.out
    reasons = [line for line in captured.out.splitlines() if " because: " in line]
    # An older botocore has other reasons of its own.
    assert [NO_APPSYNC[fate] in reason for reason in reasons].count(True) == 1
    assert (len(reasons) == 1) == IS_NEW
    assert captured.err == "", "nothing can be left"


def test_a_page_that_refuses(no_waiting: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with AppSync(region="us-east-1") as appsync:
        for operation in ("ListGraphqlApis", *(["ListApis"] if IS_NEW else [])):
            appsync.fail(operation, HttpAnswer(400, body="<html>Bad Request</html>"))
        assert verify("http://127.0.0.1:9", "--only", *SOME) == 3
        assert len(appsync.calls) <= 2
    assert f" {len(SOME)} because: this is no AppSync: list_" in capsys.readouterr().out


def test_an_error_of_aws_comes_from_an_appsync(
    no_waiting: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with AppSync(region="us-east-1") as appsync:
        appsync.fail("ListGraphqlApis", "BadRequestException")
        assert verify("http://127.0.0.1:9", "--only", "key-id-form") == 0
    assert "Whether something is left is not known: 400 BadReq" in capsys.readouterr().err


def test_pages_that_do_not_end(
    served: str, no_waiting: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def decide(method: str, path: str, number: int) -> Fate:
        asked.append(path)
        return "endless"

    with faulty(served, decide) as url:
        assert verify(url, "--only", *SOME, "pages-together") == 3
    assert len(asked) < 50
    captured = capsys.readouterr()
    assert " 0 same, 0 differs, " in captured.out
    assert "is not known: the pages of list_graphql_apis do not end" in captured.err


def test_more_and_more_pages(capsys: pytest.CaptureFixture[str]) -> None:
    tokens = (str(number) for number in itertools.count())
    with AppSync(region="us-east-1") as appsync:
        appsync.respond(
            "ListGraphqlApis", lambda params: {"graphqlApis": [], "nextToken": next(tokens)}
        )
        assert verify("http://127.0.0.1:9", "--only", "tags-in-lists", "api-arn") == 3
        assert len(appsync.calls.of("ListGraphqlApis")) < 60
        assert appsync.apis() == [], "what is known is removed"
    captured = capsys.readouterr()
    assert "1 because: the pages of list_graphql_apis do not end" in captured.out


def test_what_cannot_be_removed_is_named(
    served: str, no_waiting: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    def decide(method: str, path: str, number: int) -> Fate:
        return "deny" if method == "DELETE" and NOWHERE not in path else "pass"

    with faulty(served, decide) as url:
        assert verify(url, "--only", "key-id-form", "--tag", "stays") == 0
    names = left(served)
    assert [name.rpartition("-")[0] for name in names] == ["pytest-appsync-verify-stays"]
    err = capsys.readouterr().err
    assert re.search(r"^API [a-z2-7]{26} could not be removed: 403 AccessDeniedException", err)
    assert "`verify --tag stays` tries again." in err
    assert verify(served, "--only", "key-deletes", "--tag", "stays") == 0
    assert left(served) == []


POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
SEED = "PYTEST_APPSYNC_TESTS_SEED"
ENDED = ["schema-created", "resolver-arn", "list-order", "token-of-another-list", *SOME]
REQUESTS = 45
"""A run for these facts has more."""


@POSIX
@pytest.mark.parametrize("time", range(10) if IS_THOROUGH else [0])
@pytest.mark.parametrize("number", ["SIGKILL", "SIGINT", "SIGTERM"] if IS_THOROUGH else ["SIGKILL"])
def test_a_run_that_ends_at_any_moment(served: str, number: str, time: int) -> None:
    seed = int(os.environ.get(SEED) or random.SystemRandom().getrandbits(32))
    moment = random.Random(seed).randrange(REQUESTS)
    print(f"{number} at request {moment}: {SEED}={seed}")

    def decide(method: str, path: str, asked: int) -> Fate:
        if asked == moment:
            process.send_signal(getattr(signal, number))
        return "pass"

    with faulty(served, decide) as url:
        options = ["--endpoint-url", url, "--yes", "--tag", "ended", "--only", *ENDED]
        process = start("pytest_appsync", "verify", *options, stderr=subprocess.PIPE)
        _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    if number == "SIGKILL":
        assert process.returncode == -signal.SIGKILL
    else:
        assert process.returncode == 130
        assert left(served) == [] or "`verify --tag ended` tries again." in err
    assert verify(served, "--only", "key-id-form", "--tag", "ended") == 0
    assert left(served) == []


@POSIX
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_a_run_that_is_interrupted(
    served: str,
    number: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    handler = signal.getsignal(signal.SIGTERM)

    def decide(method: str, path: str, asked: int) -> Fate:
        if method == "POST" and path.endswith("/apikeys"):
            os.kill(os.getpid(), getattr(signal, number))
        return "pass"

    with faulty(served, decide) as url:
        assert verify(url, "--only", "api-arn", "key-id-form", "key-deletes") == 130
    assert left(served) == []
    assert "2 facts: 1 same, 0 differs, 1 not asked" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGTERM) is handler


@POSIX
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"] if IS_THOROUGH else ["SIGINT"])
def test_a_signal_while_it_asks_whether_to_go_on(served: str, number: str) -> None:
    pipe = subprocess.PIPE
    options = ["--endpoint-url", served, "--only", "key-id-form"]
    process = start("pytest_appsync", "verify", *options, stdin=pipe, stderr=pipe)
    assert process.stdout is not None
    shown = ""
    while "Go on?" not in shown:
        letter = process.stdout.read(1)
        assert letter, f"it has ended, and said {shown!r}"
        shown += letter
    process.send_signal(getattr(signal, number))
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "Interrupted.\n")


@POSIX
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"] if IS_THOROUGH else ["SIGTERM"])
def test_one_signal_ends_it_where_pages_do_not(served: str, number: str) -> None:
    def decide(method: str, path: str, asked: int) -> Fate:
        if asked == 1:
            process.send_signal(getattr(signal, number))
        return "endless"

    with faulty(served, decide) as url:
        options = ["--endpoint-url", url, "--yes", "--only", *ENDED]
        process = start("pytest_appsync", "verify", *options, stderr=subprocess.PIPE)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err


def test_the_removing_is_interrupted(
    served: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(run: Run) -> list[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Run, "clean_up", interrupted)
        assert verify(served, "--only", "key-id-form", "--tag", "twice") == 130
    assert "`verify --tag twice` tries again." in capsys.readouterr().err
    assert verify(served, "--only", "api-id-form", "--tag", "twice") == 0
    assert left(served) == []


# --- what needs days ---


def test_a_run_goes_on_days_later(
    no_waiting: list[float], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    later = ["expired-key-listed", "expired-key-renewed", "expired-key-gone"]
    options = ["--resume", str(state), "--only", "key-id-form", *later]
    with time_machine.travel("2030-01-01T12:00Z") as clock, AppSync(region="us-east-1") as appsync:
        # The calls of this process are answered by the simulation that is entered.
        url = "http://127.0.0.1:9"
        assert verify(url, *options) == 0
        assert "4 facts: 1 same, 0 differs, 0 not asked, 3 later" in capsys.readouterr().out
        [kept] = appsync.apis()
        ids = [key.id for key in appsync.api_keys(kept)]
        assert len(ids) == 3
        assert not any(id in state.read_text() for id in ids)
        calls = len(appsync.calls.of("CreateApiKey"))
        assert verify(url, *options) == 0, "nothing is due"
        assert len(appsync.calls.of("CreateApiKey")) == calls, "nothing is asked twice"
        clock.shift(2 * 86_400)
        capsys.readouterr()
        assert verify(url, *options) == 0
        assert "4 facts: 3 same, 0 differs, 0 not asked, 1 later" in capsys.readouterr().out
        assert [api.id for api in appsync.apis()] == [kept.id]
        clock.shift(64 * 86_400)
        assert verify(url, *options) == 0
        assert "4 facts: 4 same, 0 differs, 0 not asked, 0 later" in capsys.readouterr().out
        assert appsync.apis() == []


def test_the_api_that_waited_is_gone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--resume", str(tmp_path / "state.json"), "--only", "expired-key-listed"]
    for _ in range(2):  # as with an emulator that is started again
        with AppSync(region="us-east-1") as appsync:
            assert verify("http://127.0.0.1:9", *options) == 0
            assert len(appsync.apis()) == 1
            assert "1 later\n" in capsys.readouterr().out


def test_no_key_can_wait(
    tmp_path: Path, no_waiting: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--resume", str(tmp_path / "state.json"), "--only", "expired-key-listed"]
    with AppSync(region="us-east-1") as appsync:
        appsync.fail("CreateApiKey", "BadRequestException", message="No more")
        assert verify("http://127.0.0.1:9", *options) == 3
        assert appsync.apis() == []
    assert "no key that waits: refused: 400 BadRequestException: No more" in capsys.readouterr().out


# --- misuse ---


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "key-id-from"], "did you mean 'key-id-form'?"),
        (["--endpoint-url", "localhost"], "is not a URL"),
        (["--endpoint-url", "http://[::1"], "is not a URL"),
        (["--endpoint-url", "http://me:secret@127.0.0.1:9"], "or credentials cannot be asked"),
        (["--tag", "a b"], "is not 4 to 40 letters"),
        (
            ["--endpoint-url", "http://127.0.0.1:9", "--json", "/nowhere/at/all"],
            "cannot be written",
        ),
        (["--endpoint-url", "http://127.0.0.1:9", "--json", "."], "--json: . cannot be written"),
        (["--profile", "no-such-profile"], "no-such-profile"),
        (["--yes"], "--region is needed"),
        (["--endpoint-url", "http://127.0.0.1:99999"], "99999"),
        (["--endpoint-url", "http://127.0.0.1:9", "--region", "no region"], "no region"),
        (["--region", "no region"], "no region"),
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
    assert f"--resume: {state} is not " in capsys.readouterr().err


def test_a_state_of_another_endpoint(
    served: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    assert verify(served, "--only", "key-id-form", "--resume", str(state)) == 0
    with pytest.raises(SystemExit) as ended:
        verify("http://127.0.0.1:9", "--resume", str(state))
    assert ended.value.code == 2
    assert "--endpoint-url: the run of" in capsys.readouterr().err
