"""--appsync-errors=html: the page."""

from __future__ import annotations

import html
import re
import tokenize
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from pytest_appsync import error_coverage
from pytest_appsync.error_coverage.highlight import highlighted
from tests.error_coverage.suites import EXPECTED

PACKAGE = Path(error_coverage.__file__).parent


VOID = {"meta", "wbr", "br", "link", "img", "input", "hr"}
NOT_IN_A_PARAGRAPH = {"div", "ul", "p", "table", "pre", "details", "section", "article", "h4"}


class Page(HTMLParser):
    """A page's elements; it insists that each is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "p" not in self.stack or tag not in NOT_IN_A_PARAGRAPH, f"<{tag}> ends a <p>"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.stack):
            self.texts[tag][-1] += data

    def all(self, tag: str, class_name: str = "") -> list[dict[str, str | None]]:
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and class_name in (attributes.get("class") or "")
        ]


@pytest.fixture
def page(suite: pytest.Pytester) -> Page:
    suite.runpytest("--appsync-errors=html:out/errors.html").assert_outcomes(passed=11)
    return Page((suite.path / "out" / "errors.html").read_text("utf-8"))


def test_the_page_says_it_all(page: Page) -> None:
    assert page.texts["title"] == ["31% · AppSync error coverage"]
    assert page.texts["h1"][0].startswith("31%")
    assert "of the documented errors" in page.texts["h1"][0]
    assert len(page.all("article")) == len(EXPECTED)
    assert len(page.texts["tr"]) == len(EXPECTED) + 2
    source = "\n".join(page.texts["pre"])
    assert "return client.create_api_key(apiId=api_id)" in source
    summaries = "\n".join(page.texts["summary"])
    for code in ("BadRequestException", "LimitExceededException"):
        assert code in summaries
    assert len(page.all("details", "test")) == 16 + 2 + 4


def test_what_it_suggests_can_be_run(suite: pytest.Pytester, page: Page) -> None:
    tests = [text for text in page.texts["code"] if "def test_" in text]
    assert len(tests) == 16 + 2 + 4
    assert all(len(text.rpartition("\n\n\n")[2].splitlines()) == 3 for text in tests)
    names = [re.search(r"def (\w+)", text) for text in tests]
    assert len({name[1] for name in names if name}) == len(tests), "each has a name of its own"
    [one] = [
        text
        for text in tests
        if "_meets_bad_request_exception_of_create_api_key(" in text and "test_create_meets" in text
    ]
    [every] = [
        text for text in tests if "def test_create_meets_every_error_of_create_api_key(" in text
    ]
    assert "from application import create\n" in one
    pasted = f"{one}\n\n\n{every}\n"
    expected = "with pytest.raises(Exception, match='An error occurred'): create('any')"
    suite.makepyfile(test_suggested=pasted.replace("create(...)", expected))
    suite.runpytest("test_suggested.py").assert_outcomes(passed=9)


def test_it_suggests_tests_for_transport_errors_and_scripts(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        nightly="import boto3\nboto3.client('appsync').list_graphql_apis()\n",
        test_nightly="""
        import runpy

        def test_it(appsync):
            runpy.run_path("nightly.py")
        """,
    )
    pytester.runpytest(
        "--appsync-errors=html:e.html", "--appsync-errors-include=transport"
    ).assert_outcomes(passed=1)
    page = Page((pytester.path / "e.html").read_text("utf-8"))
    [suggested] = [
        text
        for text in page.texts["code"]
        if "_meets_read_timeout_error_of_list_graphql_apis(" in text
    ]
    call = '    runpy.run_path("nightly.py")  # and assert what becomes of it'
    assert call in suggested.splitlines()
    pytester.makepyfile(
        test_suggested="import pytest\n"
        + suggested.replace(call, "    with pytest.raises(ReadTimeoutError):\n    " + call)
    )
    pytester.runpytest("test_suggested.py").assert_outcomes(passed=1)


def test_it_suggests_one_test_for_all_where_more_than_one_is_left(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        app="""
        import boto3

        def listed(api_id):
            return boto3.client("appsync").list_api_keys(apiId=api_id)
        """,
        test_app="""
        import app, pytest

        @pytest.mark.parametrize("n", range(3))
        def test_it(appsync, n):
            code = appsync.errors("ListApiKeys")[n].code
            appsync.fail("ListApiKeys", code)
            with pytest.raises(Exception, match=code):
                app.listed("any")
        """,
    )
    for number, suggested in ((2, 1), (3, 0)):
        pytester.runpytest("--appsync-errors=html:e.html", "-k", " or ".join("012"[:number]))
        page = Page((pytester.path / "e.html").read_text("utf-8"))
        assert len(page.all("details", "test")) == 4 - number + suggested
        assert ("test_listed_meets_every_error" in "".join(page.texts["code"])) is bool(suggested)


def test_source_that_is_no_python_is_shown_unmarked() -> None:
    lines = ("if a < 1:  # why\n", "    b = (\n", "  \"c' & d\n")
    shown = highlighted(lines)
    assert [html.unescape(re.sub("<[^>]+>", "", line)) for line in shown] == [
        line.rstrip() for line in lines
    ]
    assert shown[0].startswith('<span class="k">if</span> a &lt;')


def test_tokens_that_overlap_lose_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """CPython 3.12.0 and 3.12.1 count what stands before an f-string's end in bytes."""
    line = 'f"é" + 1\n'
    tokens = [
        tokenize.TokenInfo(tokenize.STRING, 'f"é"', (1, 0), (1, 4), line),
        tokenize.TokenInfo(tokenize.STRING, '"', (1, 3), (1, 5), line),
        tokenize.TokenInfo(tokenize.NUMBER, "1", (1, 7), (1, 8), line),
    ]
    monkeypatch.setattr(tokenize, "generate_tokens", lambda _: iter(tokens))
    assert highlighted.__wrapped__((line,)) == (
        '<span class="s">f&quot;é&quot;</span> + <span class="n">1</span>',
    )


def test_the_page_needs_nothing_else(page: Page, suite: pytest.Pytester) -> None:
    for tag, attributes in page.elements:
        assert tag not in ("link", "img", "iframe", "object")
        assert "src" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    text = (suite.path / "out" / "errors.html").read_text("utf-8")
    assert "http" not in re.sub(r"HTTP|http_status", "", text)
    assert "@import" not in text
    assert "url(" not in text
    buttons = page.all("button")
    assert buttons
    assert all("hidden" in button for button in buttons), "only a script can copy"


def test_the_page_can_be_walked_and_heard(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        href = attributes.get("href")
        assert href is None or href[1:] in ids
        assert attributes.get("aria-labelledby", ids[0]) in ids
    [language] = page.all("html")
    assert language["lang"] == "en"
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(headings))
    assert len(page.all("th")) == 7 + len(EXPECTED) + 1, "columns, call sites, total"
    assert all("scope" in cell for cell in page.all("th"))
    assert ": missing, never met" in "".join(page.texts["li"]), "no colour is needed to know"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_page_can_be_read(scheme: int) -> None:
    style = (PACKAGE / "page.css").read_text()
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    assert len(blocks) == 2
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", blocks[scheme]))
    pairs = [(ink, paper) for ink in ("ink", "soft", "accent") for paper in ("paper", "card")]
    pairs += [("ink", "call"), ("comment", "code"), ("exercised-ink", "card")]
    pairs += [(f"{state}-ink", f"{state}-bg") for state in ("exercised", "retried", "missing")]
    pairs += [
        (ink, paper)
        for ink in ("ink", "keyword", "text", "comment", "digit")
        for paper in ("code", "call")
    ]
    for ink, paper in pairs:
        assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


def test_an_empty_page(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    pytester.runpytest("--appsync-errors=html:e.html").assert_outcomes(passed=1)
    assert "No application code called AppSync" in (pytester.path / "e.html").read_text("utf-8")


def test_all_that_is_reported_is_escaped(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from botocore.exceptions import ClientError
        from pytest_appsync import HttpAnswer

        def call(client):
            "<script>alert(1)</script>"; return client.list_api_keys(apiId="&<b>")

        def test_it(appsync, appsync_client):
            appsync.fail("ListApiKeys", HttpAnswer.error("<i>Odd</i>", 418, "x"))
            with pytest.raises(ClientError):
                call(appsync_client)
        """
    )
    pytester.runpytest("--appsync-errors=html:e.html").assert_outcomes(passed=1)
    text = (pytester.path / "e.html").read_text("utf-8")
    Page(text)
    assert "<script>alert" not in text
    assert "&lt;i&gt;Odd&lt;/i&gt;" in text
