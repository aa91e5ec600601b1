"""A key that has expired: what needs days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pytest_appsync.verification.asking import Asking
from pytest_appsync.verification.calling import Refused
from pytest_appsync.verification.fact import CHOICE, Seen, later_fact
from pytest_appsync.verification.forms import DAY, kept_after_expiry

_SOON = timedelta(hours=2)


@later_fact("model; Ditmanson/griz #12", wait=_SOON, keyword="ApiKeyRules(kept_after_expiry=...)")
def expired_key_listed(ask: Asking, api_id: str, key: dict[str, Any]) -> Seen:
    """An expired key is still listed, with `deletes`."""
    return f"{kept_after_expiry(key)} to its deletion"


@later_fact(
    "model; g0v/aray #58; otherwise: amplify-category-api #2549, #1407",
    wait=_SOON,
    keyword="ApiKeyRules(renewable=...)",
)
def expired_key_renewed(ask: Asking, api_id: str, key: dict[str, Any]) -> Seen:
    """UpdateApiKey renews an expired key."""
    expires = int(ask.now) + 2 * DAY
    return ask.refusal("update_api_key", apiId=api_id, id=key["id"], expires=expires)


@later_fact("amplify-cli #10722", wait=_SOON)
def expired_key_deleted(ask: Asking, api_id: str, key: dict[str, Any]) -> Seen:
    """An expired key can be deleted."""
    return ask.refusal("delete_api_key", apiId=api_id, id=key["id"])


@later_fact(CHOICE, wait=_SOON)
def expired_key_counts(ask: Asking, api_id: str, key: dict[str, Any]) -> Seen:
    """An expired key counts towards the quota of 50."""
    made: list[str] = []
    try:
        while len(made) < 60:
            made.append(ask.new_key(api_id)["id"])
    except Refused as refused:
        listed = len(ask.all_keys(api_id))
        return f"{listed} keys are listed when one more is refused: {refused}"
    finally:
        for id in made:
            ask.refusal("delete_api_key", apiId=api_id, id=id)
    return "no quota"


@later_fact("model", wait=timedelta(days=63), keyword="ApiKeyRules(kept_after_expiry=...)")
def expired_key_gone(ask: Asking, api_id: str, key: dict[str, Any]) -> Seen:
    """A key is gone once `deletes` has passed (looked at some days later)."""
    return "listed"
