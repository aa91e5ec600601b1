"""The forms of random and timed values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HOUR = 3600
DAY = 24 * HOUR

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ALPHABETS = ("a-z2-7", "a-z0-9", "A-Za-z0-9", "A-Za-z0-9_-")
_MILLISECONDS = 10**11
"""A moment of our time is smaller in seconds, and larger in milliseconds."""


def form_of(identifiers: list[str]) -> str:
    """The form that random identifiers have in common, such as ``da2-[a-z2-7]{26}``."""
    if all(map(_UUID.fullmatch, identifiers)):
        return "a UUID"
    heads = {re.match(r"(da\d+-)?", each)[0] for each in identifiers}  # type: ignore[index]
    rests = [re.sub(r"^da\d+-", "", each) for each in identifiers]
    fitting = (
        f"[{alphabet}]"
        for alphabet in _ALPHABETS
        if all(re.fullmatch(f"[{alphabet}]*", each) for each in rests)
    )
    lengths = sorted({len(each) for each in rests})
    length = str(lengths[0]) if len(lengths) == 1 else f"{lengths[0]},{lengths[-1]}"
    return f"{' or '.join(sorted(heads))}{next(fitting, 'characters')}{{{length}}}"


def seconds(moment: Any) -> float:
    """A moment of an answer in seconds, from either unit; the unit is a fact of its own."""
    return float(moment / 1000 if moment > _MILLISECONDS else moment)


def unit_of(moment: Any) -> str:
    return "milliseconds" if moment > _MILLISECONDS else "seconds"


def lies_ahead(moment: Any, now: float) -> str:
    """How far a moment lies ahead of ``now``, whose hour it is counted from.

    The clocks of the two sides may be a little apart, and an hour may end meanwhile: of
    what fits, whole days are taken.
    """
    found = {(seconds(moment) - (now + drift) // HOUR * HOUR) / HOUR for drift in (-5, 0, 5)}
    hours = min(found, key=lambda each: (each % 24 != 0, each))
    return f"{hours / 24:.4g} days" if hours % 24 == 0 else f"{hours:.4g} hours"


def kept_after_expiry(key: Mapping[str, Any]) -> str:
    """How long a key is kept after its ``expires``, such as ``60 days``."""
    return f"{(seconds(key['deletes']) - seconds(key['expires'])) / DAY:g} days"


def rounding(moment: Any) -> str:
    """The unit to which a moment is rounded."""
    for unit, name in ((HOUR, "hours"), (60, "minutes"), (1, "seconds")):
        if seconds(moment) % unit == 0:
            return f"whole {name}"
    return "not rounded"


def members_of(answer: Any) -> list[str]:
    """The names of an answer's members."""
    return sorted(name for name in answer if name != "ResponseMetadata")


def host_form(uri: str, api_id: str) -> str:
    """A URI without its scheme, and without the server that answers for it.

    ``HOST`` is an id of its own; where it is the API's, the form says so.
    """
    found = re.search(r"([a-z0-9]+)(\.appsync-[a-z-]+\.[a-z0-9.-]+(?:/\S*)?)$", uri)
    if found is None:
        return f"no AppSync host: {uri}"
    return f"{'API id' if found[1] == api_id else 'HOST'}{found[2]}"
