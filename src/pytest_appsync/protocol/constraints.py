"""The constraints that a service model puts on a value: length or range, pattern, enum.

And the range that its documentation puts into words, and those of every service: text is
Unicode, and an integer fits into its bits.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import Shape

_BITS = {"integer": 32, "long": 64}

_NOT_HELD = frozenset({"ResourceArn"})
"""Shapes whose constraints AppSync itself does not hold: the pattern of what has tags knows the
ARNs of APIs alone, but those of channel namespaces are taken too
(hashicorp/terraform-provider-aws, channel_namespace_tags_gen_test.go)."""


def broken(shape: Shape, value: Any) -> list[str]:
    """The constraints of ``shape`` that ``value`` breaks, in the words of AWS's messages.

    :param value: of the shape's type.
    """
    if shape.name in _NOT_HELD:
        return []
    if isinstance(value, (int, float)):
        return list(_out_of_bounds(_range(shape), value, "value"))
    if not shape.metadata and (not isinstance(value, str) or value.isascii()):
        return []
    found = list(_out_of_bounds(shape.metadata, len(value), "length"))
    if isinstance(value, str):
        found += _broken_by_text(shape, value)
    return found


_SECONDS = re.compile(r"Valid values are ([0-9,]+)[-–]([0-9,]+) seconds")  # noqa: RUF001
"""The caches' ``ttl``, whose shape has no bounds, says so where it is documented."""


def _range(shape: Shape) -> Mapping[str, Any]:
    """The bounds of a number, by ``min`` and ``max``."""
    found = None if shape.metadata else _SECONDS.search(shape.documentation)
    if found is None:
        return shape.metadata
    least, most = (int(number.replace(",", "")) for number in found.groups())
    return {"min": least, "max": most}


def _out_of_bounds(bounds: Mapping[str, Any], size: float, noun: str) -> Iterator[str]:
    least, most = bounds.get("min"), bounds.get("max")
    if least is not None and size < least:
        yield f"Member must have {noun} greater than or equal to {least}"
    if most is not None and size > most:
        yield f"Member must have {noun} less than or equal to {most}"


def _broken_by_text(shape: Shape, text: str) -> Iterator[str]:
    pattern, enum = shape.metadata.get("pattern"), shape.metadata.get("enum")
    if not is_encodable(text):
        yield "Member must be valid Unicode"
    elif pattern and not _matches(pattern, text):
        yield f"Member must satisfy regular expression pattern: {pattern}"
    if enum and text not in enum:
        yield f"Member must satisfy enum value set: [{', '.join(enum)}]"


def too_many_bits(shape: Shape, value: Any) -> str | None:
    """The constraint that an integer breaks which the service could not store."""
    bits = _BITS.get(shape.type_name)
    if bits is None or -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        return None
    return f"Member must fit into {bits} bits"


def is_encodable(text: str) -> bool:
    """Whether ``text`` can travel as UTF-8: half of a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _matches(pattern: str, value: str) -> bool:
    """Whether ``value`` as a whole follows a pattern of the service model.

    The patterns were written for Java: one that Python cannot read forbids nothing.
    Older service models have patterns whose backslashes were escaped twice, such as
    ``[\\\\S]+`` for AppSync's tokens; there the pattern that was meant counts as well.
    """
    readings = [_compiled(pattern), _compiled(pattern.replace("\\\\", "\\"))]
    return any(reading is None or reading.fullmatch(value) for reading in readings)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None
