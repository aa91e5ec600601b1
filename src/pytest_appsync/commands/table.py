"""Markdown tables, as the commands print them and the guide shows them."""

from __future__ import annotations

from collections.abc import Sequence


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose columns are as wide as their widest cell, but for the last one."""
    cells = [header, ["---"] * len(header), *rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    widths[-1] = 0
    lines = (
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return "\n".join(f"| {line} |" for line in lines)
