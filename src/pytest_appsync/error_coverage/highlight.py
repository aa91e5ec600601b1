"""Python's source as HTML, with its keywords, text and comments marked."""

from __future__ import annotations

import functools
import html
import io
import keyword
import sys
import tokenize

_CLASSES = {tokenize.COMMENT: "c", tokenize.STRING: "s", tokenize.NUMBER: "n"}
for _name in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END"):  # Python 3.12
    if hasattr(tokenize, _name):
        _CLASSES[getattr(tokenize, _name)] = "s"


# 650 lines take 40 ms, and the call sites of one file follow one another.
@functools.lru_cache(maxsize=8)
def highlighted(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The HTML of each line, without its line ending; from a syntax error on without marks."""
    marks: dict[int, list[tuple[int, int, str]]] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO("".join(lines)).readline):
            kind = _CLASSES.get(token.type, "")
            if token.type == tokenize.NAME and keyword.iskeyword(token.string):
                kind = "k"
            if kind:
                _mark(marks, token, kind)
    except (tokenize.TokenError, SyntaxError, ValueError):  # ValueError: a NUL, a surrogate
        pass
    return tuple(
        _line(line.rstrip("\r\n"), marks.get(row, [])) for row, line in enumerate(lines, 1)
    )


def _mark(
    marks: dict[int, list[tuple[int, int, str]]], token: tokenize.TokenInfo, kind: str
) -> None:
    (first, start), (last, end) = token.start, token.end
    for row in range(first, last + 1):
        until = end if row == last else sys.maxsize
        marks.setdefault(row, []).append((start if row == first else 0, until, kind))


def _line(line: str, marks: list[tuple[int, int, str]]) -> str:
    parts, done = [], 0
    for start, end, kind in marks:
        if start < done:
            # CPython 3.12.0 and 3.12.1 count what stands before an f-string's end in bytes.
            continue
        parts.append(html.escape(line[done:start]))
        parts.append(f'<span class="{kind}">{html.escape(line[start:end])}</span>')
        done = min(end, len(line))
    return "".join(parts) + html.escape(line[done:])
