"""One memo of event names for all AppSync clients, instead of one for each.

botocore looks each event's name up among a hundred aliases, and remembers the answer
in the client. In a suite every test makes a client of its own, and these look-ups take
longer than the calls. They depend on nothing but the aliases.
"""

from __future__ import annotations

from typing import Any

from botocore.hooks import EVENT_ALIASES

_resolved: dict[str, str] = {}


def share(events: Any) -> None:
    """Let a client's events remember with the others; without these names of botocore's
    inside, or with aliases of its own, the client remembers alone."""
    if (
        isinstance(getattr(events, "_alias_name_cache", None), dict)
        and getattr(events, "_event_aliases", None) == EVENT_ALIASES
    ):
        events._alias_name_cache = _resolved
