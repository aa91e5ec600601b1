"""The types of arguments for argparse."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeVar

_Parsed = TypeVar("_Parsed")


def argument(parse: Callable[[str], _Parsed]) -> Callable[[str], _Parsed]:
    """``parse`` with its own message shown: argparse hides the text of a ValueError."""

    def parse_argument(text: str) -> _Parsed:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return parse_argument
