"""Identifiers of the form that AppSync gives out."""

from __future__ import annotations

import os
import random

ACCOUNT_ID = "123456789012"
"""The account that owns everything: AWS's own example number."""

_LENGTH = 26
_CHARACTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
"""One for each byte, each as often as the others."""

# Seeded by the operating system, and nobody else's: an application or a plugin that seeds the
# module `random` must not make two keys alike. Asking the operating system each time would
# have threads wait for each other.
_random = random.Random()
random_bits = _random.getrandbits

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_random.seed)


def new_identifier() -> str:
    """26 random characters of ``a-z2-7``, as in an API's id and behind ``da2-``."""
    return random_bits(_LENGTH * 8).to_bytes(_LENGTH, "big").translate(_CHARACTERS).decode()
