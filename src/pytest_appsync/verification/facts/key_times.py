"""The times of an API key that do not need days."""

from __future__ import annotations

from pytest_appsync.verification.asking import Asking
from pytest_appsync.verification.fact import CHOICE, Seen, fact
from pytest_appsync.verification.forms import (
    DAY,
    HOUR,
    kept_after_expiry,
    lies_ahead,
    rounding,
    seconds,
    unit_of,
)

_APART = 600
"""Seconds from a bound: the clocks of the two sides may be a little apart."""

# The keywords of the simulation that change these facts.
_MINIMUM_VALIDITY = "ApiKeyRules(minimum_validity=...)"
_MAXIMUM_VALIDITY = "ApiKeyRules(maximum_validity=...)"


@fact("seeds 000, 001, 003", keyword="ApiKeyRules(answers_in_milliseconds=...)")
def key_times_unit(ask: Asking) -> Seen:
    """Times are seconds since the epoch."""
    return unit_of(ask.common_key()["expires"])


@fact("seeds 000, 001; Terraform's acceptance test", keyword="ApiKeyRules(default_validity=...)")
def key_default_validity(ask: Asking) -> Seen:
    """Without `expires` a key expires 7 days from its creation, rounded down to the hour."""
    return lies_ahead(ask.common_key()["expires"], ask.now)


@fact("seeds 000, 001, 003; seen on AWS: go-to-k/cdk-real-drift #274")
def key_expires_rounded(ask: Asking) -> Seen:
    """`expires` is rounded down to the hour."""
    asked = ask.current_time(ask.common_api) // HOUR * HOUR + 20 * DAY + HOUR - 1
    expires = ask.common_key(expires=asked)["expires"]
    return [rounding(expires), seconds(expires) <= asked]


@fact("model; amplify-cli #10722", keyword="ApiKeyRules(kept_after_expiry=...)")
def key_deletes(ask: Asking) -> Seen:
    """`deletes` is 60 days after `expires`."""
    return kept_after_expiry(ask.common_key())


def _create(ask: Asking, ahead: int) -> str:
    """What CreateApiKey says to an `expires` so many seconds ahead."""
    expires = ask.current_time(ask.common_api) + ahead
    return ask.refusal("create_api_key", apiId=ask.common_api, expires=expires)


def _update(ask: Asking, ahead: int) -> str:
    """What UpdateApiKey says to an `expires` so many seconds ahead."""
    key = ask.common_key()
    params = {"apiId": ask.common_api, "id": key["id"], "expires": int(ask.now) + ahead}
    return ask.refusal("update_api_key", **params)


@fact("seed 001", keyword="ApiKeyRules(accepts_expires=...)")
def key_expires_given(ask: Asking) -> Seen:
    """CreateApiKey takes `expires`."""
    return _create(ask, 100 * DAY)


@fact("seed 001; aws-amplify/amplify-js #2798", keyword=_MINIMUM_VALIDITY)
def key_below_the_minimum(ask: Asking) -> Seen:
    """CreateApiKey refuses less than a day: `API key must be valid for a minimum of 1 days.`."""
    return _create(ask, DAY - _APART)


@fact("aws-amplify/amplify-cli #4460, #4493", keyword=_MINIMUM_VALIDITY)
def key_at_the_minimum(ask: Asking) -> Seen:
    """CreateApiKey accepts a little more than a day: the bound holds before the rounding."""
    return _create(ask, DAY + _APART)


@fact("seed 001; sid88in/serverless-appsync-plugin #202", keyword=_MAXIMUM_VALIDITY)
def key_above_the_maximum(ask: Asking) -> Seen:
    """More than 365 days are refused: `API key can be valid for a maximum of 365 days.`."""
    return _create(ask, 365 * DAY + _APART)


@fact("seed 001; sid88in/serverless-appsync-plugin #329", keyword=_MAXIMUM_VALIDITY)
def key_at_the_maximum(ask: Asking) -> Seen:
    """CreateApiKey accepts a little less than 365 days."""
    return _create(ask, 365 * DAY - _APART)


@fact("seed 001", keyword=_MINIMUM_VALIDITY)
def update_below_the_minimum(ask: Asking) -> Seen:
    """UpdateApiKey refuses less than a day from the update."""
    return _update(ask, DAY - _APART)


@fact("seed 001", keyword=_MINIMUM_VALIDITY)
def update_at_the_minimum(ask: Asking) -> Seen:
    """UpdateApiKey accepts a little more than a day from the update."""
    return _update(ask, DAY + _APART)


@fact("seed 001", keyword=_MAXIMUM_VALIDITY)
def update_above_the_maximum(ask: Asking) -> Seen:
    """UpdateApiKey refuses more than 365 days from the update."""
    return _update(ask, 365 * DAY + _APART)


@fact("seed 001", keyword=_MAXIMUM_VALIDITY)
def update_at_the_maximum(ask: Asking) -> Seen:
    """UpdateApiKey accepts a little less than 365 days from the update."""
    return _update(ask, 365 * DAY - _APART)


@fact("service model", keyword="ApiKeyRules(renewable=...)")
def key_renewed(ask: Asking) -> Seen:
    """UpdateApiKey moves `expires` of a key that has not expired, and rounds it down."""
    key = ask.common_key()
    expires = int(ask.now) // HOUR * HOUR + 30 * DAY + HOUR - 1
    renewed = ask.update_common_key(key, expires=expires)["expires"]
    return [rounding(renewed), seconds(renewed) > seconds(key["expires"])]


@fact("a capture script beside radkawar/stackd's internal/services/appsync")
def key_created_with_expires_0(ask: Asking) -> Seen:
    """CreateApiKey takes an `expires` of 0 as not given."""
    with_0, without = ask.common_key(expires=0)["expires"], ask.common_key()["expires"]
    return seconds(without) - seconds(with_0) <= HOUR


@fact("a capture script beside radkawar/stackd's internal/services/appsync")
def key_updated_with_expires_0(ask: Asking) -> Seen:
    """UpdateApiKey takes an `expires` of 0 as not given."""
    key = ask.common_key()
    return ask.update_common_key(key, expires=0)["expires"] == key["expires"]


@fact("seed 001; " + CHOICE)
def key_with_negative_expires(ask: Asking) -> Seen:
    """A negative `expires` is below the minimum."""
    return ask.refusal("create_api_key", apiId=ask.common_api, expires=-1)


@fact("seed 001; " + CHOICE)
def key_with_expires_in_milliseconds(ask: Asking) -> Seen:
    """An `expires` in milliseconds is above the maximum."""
    expires = (ask.current_time(ask.common_api) + 7 * DAY) * 1000
    return ask.refusal("create_api_key", apiId=ask.common_api, expires=expires)


@fact(CHOICE)
def key_with_expires_beyond_64_bits(ask: Asking) -> Seen:
    """An `expires` that no 64 bits hold is above the maximum, not malformed."""
    return ask.refusal("create_api_key", apiId=ask.common_api, expires=2**70)


@fact("service model; " + CHOICE)
def key_with_expires_as_text(ask: Asking) -> Seen:
    """An `expires` that is text is a BadRequestException."""
    return ask.refusal("create_api_key", apiId=ask.common_api, expires="tomorrow")
