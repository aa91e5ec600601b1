"""Identifiers of the form that AppSync gives out."""

from __future__ import annotations

import os
import random
from uuid import UUID

ACCOUNT_ID = "123456789012"
"""The account that owns everything: AWS's own example number."""

_LENGTH = 26
_CHARACTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
"""A character for each value of a byte, each one equally often."""

# Seeded by the operating system: an application or a plugin that seeds the module `random`
# must not make two keys alike. Asking the operating system each time would have threads wait
# for each other.
_unseeded = random.Random()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unseeded.seed)


class Identifiers:
    """The identifiers that one service gives out.

    :param seed: the same seed gives the same identifiers in the same order; without one
        they are different in every run and in every forked process.
    """

    def __init__(self, seed: int | str | None = None) -> None:
        self._random = _unseeded if seed is None else random.Random(seed)
        # Separate, so that one more answer changes no resource's identifier.
        self._of_requests = _unseeded if seed is None else random.Random(f"requests of {seed}")

    def new(self) -> str:
        """26 characters of ``a-z2-7``, as in an API's id and behind ``da2-``."""
        bits = self._random.getrandbits(_LENGTH * 8)
        return bits.to_bytes(_LENGTH, "big").translate(_CHARACTERS).decode()

    def new_uuid(self) -> str:
        """A UUID, as in the id of an association of APIs."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def new_request_id(self) -> str:
        """The id of a request, which has the form of a UUID.

        :func:`uuid.uuid4` would ask the operating system each time.
        """
        digits = self._of_requests.getrandbits(128).to_bytes(16, "big").hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def new_secret(self) -> bytes:
        """16 bytes."""
        return self._random.getrandbits(128).to_bytes(16, "big")


UNSEEDED = Identifiers()
"""The identifiers of what belongs to no service."""
