"""The text of a refusal: what was given, what is allowed, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHOWN = 8
_CUT_FROM = 13
"""A list of fewer names is shown as a whole: it is short enough to read."""


def no_such(
    owner: str,
    noun: str,
    given: object,
    allowed: Iterable[str],
    *,
    besides: Iterable[str] = (),
    listed_by: str | None = None,
) -> str:
    """A sentence for a name that does not exist.

    :param besides: names that are allowed too, but not shown: only the hint knows them.
    :param listed_by: the command that prints all names, for a list that is too long.

    >>> no_such("AppSync", "kind of API", "GRAPHQ", ["GRAPHQL", "EVENT"])
    "AppSync has no kind of API 'GRAPHQ'; did you mean 'GRAPHQL'? Allowed: GRAPHQL, EVENT"
    """
    names = list(allowed)
    did_you_mean = hint(str(given), [*names, *besides])
    shown = f"Allowed: {_listed(names, listed_by)}" if names else "There is none"
    return f"{owner} has no {noun} {given!r}{did_you_mean} {shown}"


def hint(given: str, known: list[str]) -> str:
    """What follows a name that is not allowed: the question for the nearest one, or a full stop."""
    match = nearest(given, known) or _of_the_same_words(given, known)
    return f"; did you mean {match!r}?" if match else "."


def _listed(names: list[str], listed_by: str | None) -> str:
    if len(names) < _CUT_FROM:
        return ", ".join(names)
    cut = f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    return f"{cut}; `{listed_by}` lists them" if listed_by else cut


def nearest(given: str, names: Iterable[str], *, at_most: int = 2) -> str | None:
    """The name that was probably meant, or ``None``.

    It differs by case, underscores and hyphens, by ``Exception`` or ``Error`` at its end, or
    by a letter or two, but by less than half of its letters.

    :param at_most: by how many letters it may differ: 2, or fewer.
    """
    near: list[tuple[int, str]] = []
    own = _spellings(given)
    for name in names:
        others = _spellings(name)
        letters = min(_distance(one, other) for one, other in zip(own, others, strict=True))
        if letters <= at_most and 2 * letters < max(len(own[1]), len(others[1])):
            near.append((letters, name))
    return min(near, key=lambda match: match[0])[1] if near else None


def _of_the_same_words(given: str, names: Iterable[str]) -> str | None:
    """The name that has all words of ``given``, or of which ``given`` has all, at least two.

    So CreateApiKey is meant by ``create_key`` and by ``appsync:CreateApiKey``.
    """
    own = _words(given)
    near: list[tuple[bool, int, str]] = []
    for name in names:
        others = _words(name)
        if len(own & others) >= 2 and (own <= others or others <= own):
            near.append((others < own, len(own ^ others), name))
    return min(near, default=(False, 0, None))[2]


def _words(name: str) -> set[str]:
    return {word.casefold() for word in re.findall("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def _spellings(name: str) -> tuple[str, str]:
    """The letters of a name, with and without ``Exception`` or ``Error`` at its end."""
    letters = name.casefold().replace("_", "").replace("-", "")
    return letters, letters.removesuffix("exception").removesuffix("error")


def _distance(one: str, other: str) -> int:
    """How many letters are to be changed, added or left out (Levenshtein); 3 for more than 2."""
    if abs(len(one) - len(other)) > 2:
        return 3
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        above, row = row, [number]
        for place, its in enumerate(other, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (letter != its)))
    return min(row[-1], 3)
