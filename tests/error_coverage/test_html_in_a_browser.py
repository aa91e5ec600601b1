"""--appsync-errors=html: the page in a real browser, narrow as a telephone and wide."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pytest_appsync.error_coverage.html_report import to_html
from pytest_appsync.error_coverage.report import build
from pytest_appsync.error_coverage.source import Sources
from pytest_appsync.error_coverage.tallies import Place, Tally
from tests.thoroughness import only_thorough

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
WIDTHS = (420, 800, 1100, 1280)

pytestmark = [
    only_thorough,
    pytest.mark.skipif(BROWSER is None, reason=f"none of {', '.join(BROWSERS)} is here"),
]

# Each frame is a window of its own width: a window of Chromium is at least 500 pixels wide.
HARNESS = """<!DOCTYPE html>
<body>FRAMES
<pre id="measured"></pre>
<script>
function visible(element) {
  return element.getClientRects().length > 0 && !element.closest(".sr, .skip");
}
function shown(element) {
  return element.tagName + " " + element.className + ": " + element.textContent.slice(0, 60);
}
function measured(frame) {
  const page = frame.contentDocument, view = frame.contentWindow, width = frame.clientWidth;
  page.querySelectorAll("details").forEach(each => { each.open = true; });
  const all = [...page.body.querySelectorAll("*")].filter(visible);
  const outsideOfCode = all.filter(each => !each.closest("pre"));
  const withText = all.filter(each =>
    [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
  return {
    window: view.innerWidth,
    page: page.documentElement.scrollWidth,
    beyond: outsideOfCode.filter(each => {
      const box = each.getBoundingClientRect();
      return box.left < 0 || box.right > width;
    }).map(shown),
    cut: outsideOfCode.filter(each =>
      view.getComputedStyle(each).overflowX !== "visible" && each.scrollWidth > each.clientWidth
    ).map(shown),
    blocksOfCode: [...page.querySelectorAll("pre")].map(each =>
      Math.round(each.getBoundingClientRect().right)),
    small: withText.filter(each =>
      parseFloat(view.getComputedStyle(each).fontSize) < 12).map(shown),
    low: all.filter(each => ["BUTTON", "SUMMARY"].includes(each.tagName)
      && each.getBoundingClientRect().height < 24).map(shown),
    copyButtons: all.filter(each => each.tagName === "BUTTON").length,
    hasHead: visible(page.querySelector("thead")),
    namesOfNumbers: [...page.querySelector("tbody tr").querySelectorAll("td[data-name]")].map(
      each => view.getComputedStyle(each, "::after").content),
  };
}
addEventListener("load", () => {
  const frames = [...document.querySelectorAll("iframe")].map(measured);
  document.getElementById("measured").textContent = JSON.stringify(frames);
});
</script>"""


def page(folder: Path) -> str:
    """A page with what is long: paths, functions, operations, codes, lines of source."""
    long = "applications/nightly/rotation_of_the_keys_of_all_tenants/associations_and_sources.py"
    (folder / long).parent.mkdir(parents=True)
    (folder / long).write_text(
        "\n".join(f"    call_number_{line}(client, {'argument, ' * 30})" for line in range(30))
    )
    met = Tally(12, Counter({"UnauthorizedException": 3}), Counter({"BadRequestException": 2}))
    odd = Tally(1, Counter({"AVeryLongCodeOfAnErrorThatAwsDocumentsNowhereAtAllException": 1}))
    places = {
        Place(long, 7, "rotate_each_key_of_each_tenant_before_it_expires", "CreateApiKey"): met,
        Place(long, 9, "introspect", "StartDataSourceIntrospection"): met,
        Place("x" * 150 + ".py", 3, "<module>", "ListApiKeys"): odd,
        Place("", 0, "", "DeleteApiKey"): met,
    }
    notes = [f"Omitted, as the options say: {long}, {long}."]
    built = build(places, {}, include=["observed", "transport"], notes=notes)
    return to_html(built, Sources(folder, places))


def measure(folder: Path) -> dict[int, dict[str, Any]]:
    """What the browser says of the page, for each width. One start of it takes a second."""
    source = html.escape(page(folder), quote=True)
    frames = "".join(
        f'<iframe srcdoc="{source}" style="width:{width}px;height:900px;border:0"></iframe>'
        for width in WIDTHS
    )
    (folder / "harness.html").write_text(HARNESS.replace("FRAMES", frames), "utf-8")
    assert BROWSER is not None
    run = subprocess.run(
        [
            *(BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *("--disable-quic", "--disable-dev-shm-usage", f"--user-data-dir={folder / 'profile'}"),
            *("--window-size=1400,1000", "--dump-dom", (folder / "harness.html").as_uri()),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = re.search(r'<pre id="measured">(.*?)</pre>', run.stdout, re.DOTALL)
    assert found, run.stderr
    return dict(zip(WIDTHS, json.loads(html.unescape(found[1])), strict=True))


# One test for all widths: those of another worker of xdist would start the browser again.
def test_the_page_fits_its_window(tmp_path: Path) -> None:
    for width, measured in measure(tmp_path).items():
        assert measured["window"] == width
        assert measured["page"] <= width, "the page can be scrolled sideways"
        assert measured["beyond"] == []
        assert measured["cut"] == [], "only code is scrolled sideways"
        assert max(measured["blocksOfCode"]) <= width
        can_be_read_and_touched(measured)
        has_a_name_for_each_number(measured, is_wide=width > 1000)


def can_be_read_and_touched(measured: dict[str, Any]) -> None:
    assert measured["small"] == [], "12 pixels is the least that can be read"
    assert measured["low"] == [], "24 pixels: WCAG 2.2, 2.5.8"
    assert measured["copyButtons"] > 0, "the page's script has run"


def has_a_name_for_each_number(measured: dict[str, Any], is_wide: bool) -> None:
    names = ["errors", "exercised", "retried", "missing"]
    assert measured["hasHead"] == is_wide
    expected = ["none"] * 4 if is_wide else [f'" {name}"' for name in names]
    assert measured["namesOfNumbers"] == expected
