"""The pages of the documentation: the README and the guide, and the code in them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "examples" / "guide").glob("*.md"))]

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)


class Suite(NamedTuple):
    """A block of tests to copy, with the ini file and the conftest.py that stand before it.

    :ivar name: the page, and the number of the suite in it.
    :ivar files: the sources by the name of the file.
    """

    name: str
    files: dict[str, str]


def suites() -> list[Suite]:
    """Those of all pages: each Python block is in one."""
    found = []
    for page in PAGES:
        number, files = 0, {}
        for language, block in BLOCK.findall(page.read_text("utf-8")):
            if language == "ini":
                files["pytest.ini"] = block
            elif language == "python" and block.startswith("# conftest.py"):
                files["conftest.py"] = block
            elif language == "python":
                number += 1
                files["test_block.py"] = block
                found.append(Suite(f"{page.stem}-{number}", files))
                files = {}
        assert "conftest.py" not in files, f"{page}: a conftest.py and no test that follows"
    return found


def blocks(language: str) -> list[str]:
    """The blocks in another language, of all pages."""
    return [
        block
        for page in PAGES
        for found, block in BLOCK.findall(page.read_text("utf-8"))
        if found == language
    ]


def between(page: str, mark: str) -> str:
    """What stands between the comments ``mark: begin`` and ``mark: end`` of a guide's page."""
    text = (ROOT / "examples" / "guide" / page).read_text("utf-8")
    _, begin, rest = text.partition(f"<!-- {mark}: begin -->\n")
    found, end, _ = rest.partition(f"<!-- {mark}: end -->")
    assert begin, f"{page} has no {mark}"
    assert end, f"{page}: {mark} does not end"
    return found.strip()
