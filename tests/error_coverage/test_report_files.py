"""--appsync-errors: what can go wrong with the files of reports."""

from __future__ import annotations

import json
import os
import re
import textwrap
from pathlib import Path

import pytest

from pytest_appsync.error_coverage.source import Sources
from pytest_appsync.error_coverage.tallies import Place
from tests.error_coverage.suites import ONE_SITE
from tests.thoroughness import IS_THOROUGH


def test_a_report_that_cannot_be_written_hides_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(**ONE_SITE)
    pytester.mkdir("taken")
    result = pytester.runpytest("--appsync-errors=html:taken", "--appsync-errors=term")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines_random(
        ["*the test's own reason*", "app.py:4*", "FAIL The html report*could not be written*taken*"]
    )
    passing = pytester.runpytest("--appsync-errors=html:taken", "-k", "not_found")
    assert passing.ret == pytest.ExitCode.TESTS_FAILED


def test_a_mistyped_path_destroys_no_report(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(**ONE_SITE)
    pytester.runpytest("--appsync-errors=json:keep.json")
    before = (pytester.path / "keep.json").read_text()
    result = pytester.runpytest("nosuchfile", "--appsync-errors=json:keep.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (pytester.path / "keep.json").read_text() == before


def test_no_call_is_no_full_mark(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    pytester.runpytest("--appsync-errors=json:empty.json")
    assert json.loads((pytester.path / "empty.json").read_text())["totals"]["percent"] == 0


@pytest.mark.parametrize("broken", ["a directory", "no line", "no path"])
def test_what_cannot_be_added_to_is_refused(pytester: pytest.Pytester, broken: str) -> None:
    pytester.makepyfile(**ONE_SITE)
    pytester.runpytest("--appsync-errors=json:earlier.json")
    path = pytester.path / "earlier.json"
    if broken == "a directory":
        path.unlink()
        path.mkdir()
    else:
        content = json.loads(path.read_text())
        content["call_sites"][0] |= {"line": "four"} if broken == "no line" else {"path": 4}
        path.write_text(json.dumps(content))
    result = pytester.runpytest("--appsync-errors=json:earlier.json", "--appsync-errors-append")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("*earlier.json is not an error coverage*")


def test_append_in_the_ini_file_leaves_other_reports_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(**ONE_SITE)
    pytester.makeini("[pytest]\nappsync_errors = json:a.json\nappsync_errors_append = true\n")
    result = pytester.runpytest("--appsync-errors=term", "-k", "not_found")
    assert result.ret == 0


def test_the_printed_number_can_be_required(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(**ONE_SITE)
    options = ("--appsync-errors-fail-under=14.29", "-k", "not_found")
    result = pytester.runpytest(*options)  # 1 of 7 is 14.2857...
    assert result.ret == 0
    result.stdout.fnmatch_lines("Required AppSync error coverage of 14.29% reached.*14.29%")


# --- what a report cannot say ---

HERE = pytest.param(("-p", "no:xdist"), id="here")
WORKER = pytest.param(("-n1",), id="in a worker")
XDIST = pytest.mark.parametrize("xdist", [HERE, WORKER])
ALL_FORMS = (
    *("--appsync-errors=json:e.json", "--appsync-errors=html:e.html"),
    "--appsync-errors=term-missing",
)


@XDIST
def test_a_source_path_that_is_not_utf_8(pytester: pytest.Pytester, xdist: tuple[str, ...]) -> None:
    directory = pytester.path / os.fsdecode(b"caf\xe9")
    try:
        directory.mkdir()
    except OSError as error:  # macOS
        pytest.skip(f"this file system has no such names: {error}")
    (directory / "odd_app.py").write_text(textwrap.dedent(ONE_SITE["app"]).lstrip())
    pytester.makepyfile(
        f"""
        import sys
        sys.path.insert(0, {str(directory)!r})
        import odd_app

        def test_it(appsync):
            odd_app.create(appsync.add_api().id)
        """
    )
    for number in (1, 2) if "no:xdist" in xdist or IS_THOROUGH else (1,):
        result = pytester.runpytest(*xdist, *ALL_FORMS, "--appsync-errors-append")
        result.assert_outcomes(passed=1)
        assert result.ret == 0
        result.stdout.fnmatch_lines(["JSON *", "HTML *", r"caf\udce9/odd_app.py:4 in create*"])
        [site] = json.loads((pytester.path / "e.json").read_text())["call_sites"]
        assert site["calls"] == number, "an earlier run's path is the same path"
        assert site["source"] == 'return boto3.client("appsync").create_api_key(apiId=api_id)'
    page = (pytester.path / "e.html").read_text("utf-8")
    assert r"caf\udce9/" in page
    assert "create_api_key" in page


@pytest.mark.parametrize("xdist", [HERE, WORKER] if IS_THOROUGH else [HERE])
def test_source_that_cannot_be_read(pytester: pytest.Pytester, xdist: tuple[str, ...]) -> None:
    """It is not UTF-8, is no Python any more, or is a directory."""
    pytester.makepyfile(
        r"""
        from pathlib import Path

        def call(client, path):
            code = compile("client.list_graphql_apis()", "made.py", "exec")
            exec(code.replace(co_filename=str(path)), {"client": client})

        def test_it(appsync_client):
            call(appsync_client, "a\x1b[31m\nb.py")
            call(appsync_client, ".")
            for name, content in {
                "latin.py": b"\xe9\n",
                "odd.py": b"'\0\n((((\n",
                "coded.py": b"# coding: unicode_escape\n'\\udce9'\n",
            }.items():
                Path(name).write_bytes(content)
                call(appsync_client, Path(name).resolve())
        """
    )
    result = pytester.runpytest(*xdist, *ALL_FORMS)
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    for path in (r"a\x1b[[]31m\nb.py", ".", "latin.py", "odd.py", "coded.py"):
        result.stdout.fnmatch_lines(f"{path}:1 in *")


def test_a_path_with_a_nul_is_no_file(tmp_path: Path) -> None:
    place = Place("nul\0.py", 1, "f", "ListApiKeys")
    assert Sources(tmp_path, [place]).lines(place) == []
    assert not Sources(tmp_path, []).may_read(place)


@pytest.mark.parametrize("xdist", [HERE, WORKER] if IS_THOROUGH else [HERE])
def test_a_report_that_fails_does_not_end_the_session(
    pytester: pytest.Pytester, xdist: tuple[str, ...]
) -> None:
    pytester.makepyfile(**ONE_SITE)
    pytester.makeconftest(
        """
        import importlib

        # An inner session before this one has left its modules in the package.
        html_report, tallies, report = (
            importlib.import_module(f"pytest_appsync.error_coverage.{name}")
            for name in ("html_report", "tallies", "report")
        )

        def fails(*_, **__):
            raise LookupError("something of ours")

        def pytest_addoption(parser):
            parser.addoption("--break")

        def pytest_configure(config):
            broken = {"places": tallies.Tallies, "to_html": html_report, "build": report}
            name = config.getoption("--break")
            config._undo = (broken[name], name, getattr(broken[name], name))
            setattr(broken[name], name, fails)

        def pytest_unconfigure(config):
            setattr(*config._undo)
        """
    )
    for broken, said in (
        ("places", "The calls of this process could not be counted"),
        ("to_html", "The html report of the error coverage could not be written"),
        ("build", "The error coverage could not be reported"),
    ):
        # A worker counts calls, and reports nothing: the rest is the same without one.
        if broken != "places" and "no:xdist" not in xdist and not IS_THOROUGH:
            continue
        for test in ("not_found", "") if "no:xdist" in xdist or IS_THOROUGH else ("not_found",):
            result = pytester.runpytest(*xdist, *ALL_FORMS, f"--break={broken}", "-k", test)
            assert result.ret == pytest.ExitCode.TESTS_FAILED
            result.stdout.fnmatch_lines(f"FAIL {said}: LookupError: something of ours")
            result.stdout.no_fnmatch_line("*INTERNALERROR*")


# --- an earlier run's report may come from anywhere ---


def earlier(pytester: pytest.Pytester, path: str, source: str, line: int = 1) -> None:
    """Let the earlier run have one place more."""
    content = json.loads((pytester.path / "e.json").read_text())
    site = dict(content["call_sites"][0], path=path, line=line, source=source, calls=5)
    content["call_sites"] = [content["call_sites"][0], site]
    (pytester.path / "e.json").write_text(json.dumps(content))


@pytest.mark.parametrize("path", ["absolute", "upwards", "linked", "circle", "nul"])
def test_files_outside_of_the_root_directory_are_not_read(
    pytester: pytest.Pytester, tmp_path_factory: pytest.TempPathFactory, path: str
) -> None:
    secret = tmp_path_factory.mktemp("outside") / "secret.txt"
    secret.write_text("first line\nthe secret\n")
    (pytester.path / "linked.py").symlink_to(secret)
    (pytester.path / "circle.py").symlink_to(pytester.path / "circle.py")
    written = {
        "absolute": str(secret),
        "upwards": os.path.relpath(secret, pytester.path),
        "linked": "linked.py",
        "circle": "circle.py",
        "nul": "nul\0.py",
    }[path]
    pytester.makepyfile(**ONE_SITE)
    options = (*ALL_FORMS, "--appsync-errors-append", "-k", "not_found")
    pytester.runpytest(*options)
    earlier(pytester, written, "first line")
    result = pytester.runpytest(*options)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        "Added from the earlier run without a look at their source, *outside of the root "
        f"directory: {written!r}:1.".replace("'", "")
    )
    page = (pytester.path / "e.html").read_text("utf-8")
    assert "the secret" not in page
    assert "boto3.client" in re.sub("<[^>]+>", "", page), "the application's own source is there"
    sites = json.loads((pytester.path / "e.json").read_text())["call_sites"]
    assert {site["path"]: site["calls"] for site in sites} == {written: 5, "app.py": 2}
    assert "the secret" not in (pytester.path / "e.json").read_text()


def test_what_this_run_has_used_is_read_wherever_it_lies(
    pytester: pytest.Pytester, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "other_app.py").write_text(
        textwrap.dedent(ONE_SITE["app"]).lstrip() + "\n\nsecond = create\n"
    )
    pytester.syspathinsert(elsewhere)
    pytester.makepyfile(
        """
        import other_app

        def test_it(appsync):
            other_app.create(appsync.add_api().id)
        """
    )
    options = (*ALL_FORMS, "--appsync-errors-append")
    pytester.runpytest(*options)
    path = (elsewhere / "other_app.py").as_posix()
    earlier(pytester, path, "second = create", 7)
    result = pytester.runpytest(*options)
    result.stdout.no_fnmatch_line("*earlier run*")
    sites = json.loads((pytester.path / "e.json").read_text())["call_sites"]
    assert [(site["line"], site["calls"]) for site in sites] == [(4, 2), (7, 5)]
    earlier(pytester, path, "second = another", 7)
    result = pytester.runpytest(*options)
    result.stdout.fnmatch_lines(f"Left out of the earlier run, *changed: {path}:7.")


def test_an_earlier_report_that_nests_too_deeply_is_refused(pytester: pytest.Pytester) -> None:
    (pytester.path / "e.json").write_text("[" * 200_000)
    result = pytester.runpytest("--appsync-errors=json:e.json", "--appsync-errors-append")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("*e.json is not an error coverage*")


def test_a_file_name_that_cannot_be_is_said(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(**ONE_SITE)
    long = "x" * 5000
    result = pytester.runpytest(f"--appsync-errors=json:{long}", "--appsync-errors-append")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result = pytester.runpytest(f"--appsync-errors=html:{long}", "-k", "not_found")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines("FAIL The html report of the error coverage could not be written*")
