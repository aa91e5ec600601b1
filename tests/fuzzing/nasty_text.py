"""Text and numbers that break readers."""

from __future__ import annotations

import random

from .start import API_ID, EVENT_API_ID, EXPIRED_KEY_ID, KEY_ID

TEXTS = (
    "",
    " ",
    ".",
    "..",
    "/",
    "//",
    "%",
    "%2",
    "%zz",
    "%00",
    "\x00",
    "\n",
    "\r\nX-Injected: 1",
    "\t",
    "\x7f",
    "\x85\u2028",
    "'",
    '"',
    "\\",
    "{}",
    "{apiId}",
    "null",
    "None",
    "true",
    "NaN",
    "Infinity",
    "-1",
    "1e5",
    "٣",
    "²",
    "ä",
    "a\u0308",
    "ﬁ",
    "\u202eabc",
    "\ufeff",
    "\ufffd",
    "\U0001f511",
    "\U0010ffff",
    "\ud800",
    "\udfff",
    "\ud83d\udd11",
    "${jndi:ldap://x}",
    "<script>",
    "../../etc/passwd",
    "x" * 51,
    "x" * 129,
    "x" * 257,
    "aws:x",
    # What is there, in places where it does not belong.
    API_ID,
    EVENT_API_ID,
    KEY_ID,
    EXPIRED_KEY_ID,
)

INTEGERS = (
    0,
    -1,
    1,
    26,
    2**31 - 1,
    2**31,
    -(2**31) - 1,
    2**53 + 1,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    2**64,
    10**30,
    10**400,
    10**4299,
)

_ALPHABET = "az09 /%?&=+;#.~:@[]{}()<>\\'\"$^|,\x00\n\t\x7fä\u20ac\ud800\udc00\U0001f511"


def nasty_text(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.6:
        return rng.choice(TEXTS)
    if kind < 0.985:
        return "".join(rng.choices(_ALPHABET, k=rng.randrange(1, 20)))
    if kind < 0.998:
        return rng.choice(TEXTS) * rng.randrange(1000)
    return rng.choice("xä\ud800 %/.") * rng.randrange(10**5, 3 * 10**5)
