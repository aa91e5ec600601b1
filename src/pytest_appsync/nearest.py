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
    match = nearest(str(given), names)
    hint = f"; did you mean {match!r}?" if match else "."
    return f"there is no {what} {given!r}{hint} Allowed: {', '.join(names)}"


def nearest(given: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant: the most alike, or one that contains what was given."""
    by_folded = {name.casefold(): name for name in names}
    folded = given.casefold()
    alike = difflib.get_close_matches(folded, by_folded, n=1)
    containing = [name for name in by_folded if folded and folded in name]
    return next((by_folded[name] for name in (*alike, *containing)), None)
