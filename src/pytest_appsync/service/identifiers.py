"""Identifiers of the form that AppSync gives out."""

from __future__ import annotations

import os

ACCOUNT_ID = "123456789012"
"""The account that owns everything: AWS's own example number."""

_LENGTH = 26
_CHARACTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
"""One for each byte, each as often as the others."""


def new_identifier() -> str:
    """26 random characters of ``a-z2-7``, as in an API's id and behind ``da2-``.

    The randomness is the operating system's: an application or a plugin that
    seeds :mod:`random` must not make two keys alike.
    """
    return os.urandom(_LENGTH).translate(_CHARACTERS).decode()
