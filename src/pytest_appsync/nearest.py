"""Refusals that help: what was given, what is allowed, and the nearest match."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def no_such(what: str, given: object, allowed: Iterable[str]) -> str:
    """A sentence for a name that does not exist.

    >>> no_such("region kind", "GRAPHQ", ["GRAPHQL", "EVENT"])
    "there is no region kind 'GRAPHQ'; did you mean 'GRAPHQL'? Allowed: GRAPHQL, EVENT"
    """
    names = list(allowed)
    nearest = difflib.get_close_matches(str(given), names, n=1)
    if not nearest:
        by_folded = {name.casefold(): name for name in names}
        nearest = [
            by_folded[found]
            for found in difflib.get_close_matches(str(given).casefold(), by_folded, n=1)
        ]
    hint = f"; did you mean {nearest[0]!r}?" if nearest else "."
    return f"there is no {what} {given!r}{hint} Allowed: {', '.join(names)}"
