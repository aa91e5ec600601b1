"""Without ``--endpoint-url``: the account, credentials, and what a terminal shows."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from pytest_appsync import AppSync
from pytest_appsync.__main__ import main
from pytest_appsync.verification.report import Progress
from pytest_appsync.verification.sides import is_aws
from tests.verification.serving import left, verify

ANSWER = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Account>210987654321</Account></GetCallerIdentityResult>
</GetCallerIdentityResponse>"""


class _Sts(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.asked.append(self.headers["Authorization"])
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response_only(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The authorizations that a stand-in for STS has got."""
    _Sts.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sts)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{server.server_address[1]}")
    yield _Sts.asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_account_is_named_and_not_in_the_report(
    served: str,
    sts: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_APPSYNC", served)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAVERIFYVERIFYVERI")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a/secret+that/no-one+may/see+1234567890a")
    report = tmp_path / "report.json"
    options = ["--region", "us-east-1", "--yes", "--json", str(report)]
    assert main(["verify", *options, "--only", "key-id-form", "api-arn"]) == 0
    out = capsys.readouterr().out
    assert f"Asks account 210987654321 at {served}, region us-east-1, for 2 facts." in out
    assert len(sts) == 1
    assert "AKIAVERIFY" in sts[0]
    written = report.read_text()
    assert '"side": "endpoint"' in written
    for secret in (
        served[len("http://") :],
        "210987654321",
        "AKIAVERIFY",
        "no-one+may",
        "123456789012",
    ):
        assert secret not in written
    assert left(served) == []


@pytest.mark.usefixtures("no_waiting")
def test_a_report_of_aws_says_so(
    sts: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAVERIFYVERIFYVERI")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    report = tmp_path / "report.json"
    options = ["--region", "us-east-1", "--yes", "--json", str(report)]
    with AppSync(region="us-east-1") as appsync:  # It answers in the place of AWS.
        assert main(["verify", *options, "--only", "key-id-form"]) == 0
        assert appsync.apis() == []
    assert "210987654321 at https://appsync.us-east-1.amazonaws.com" in capsys.readouterr().out
    assert '"side": "AWS"' in report.read_text()


def test_where_aws_answers() -> None:
    assert is_aws("https://appsync.eu-west-1.amazonaws.com")
    assert is_aws("https://appsync.eu-west-1.api.aws")
    assert is_aws("https://appsync.cn-north-1.amazonaws.com.cn")
    assert not is_aws("https://amazonaws.com.example.com/appsync")
    assert not is_aws("http://127.0.0.1:5000")


def test_no_credentials(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["verify", "--region", "eu-west-1", "--yes"])
    assert ended.value.code == 3
    assert "AWS cannot be asked: Unable to locate credentials" in capsys.readouterr().err


@pytest.mark.usefixtures("no_waiting")
def test_an_endpoint_gets_credentials_at_hand_and_nothing_else_is_asked(
    served: str, sts: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = other\n"
        "[profile other]\naws_access_key_id = a\naws_secret_access_key = b\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    assert verify(served, "--only", "key-id-form") == 0
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAVERIFYVERIFYVERI")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert verify(served, "--only", "key-id-form") == 0
    assert sts == []


def test_a_bar_on_a_terminal_only() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown: Any = Terminal()
    progress = Progress(shown, 4)
    progress(1, "key-id-form")
    assert "[######..................] 1/4 key-id-form" in shown.getvalue()
    progress.end()
    assert shown.getvalue().endswith("\r")
    elsewhere = io.StringIO()
    progress = Progress(elsewhere, 4)
    progress(1, "key-id-form")
    progress.end()
    assert elsewhere.getvalue() == ""
