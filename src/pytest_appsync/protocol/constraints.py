"""The constraints that a service model puts on a value: length or range, pattern, enum.

Also the bounds, the only value and the scheme of a URL that just its documentation names, and two
rules of every service: text is Unicode, and an integer fits into its bits.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

from botocore.model import Shape

_BITS = {"integer": 32, "long": 64}
_MAY_BE_TEXT = frozenset({"blob", "string"})

_WIDER = {"ResourceArn": r"^arn:aws[a-z-]*:appsync:[A-Za-z0-9_/.-]{0,63}:\d{12}:[a-z]+/\S+$"}
"""Patterns in place of a shape's own constraints, which AppSync does not hold to: those of
``ResourceArn`` fit only the ARNs of APIs of the partition ``aws``, and AppSync also accepts those
of channel namespaces and domain names (hashicorp/terraform-provider-aws, such as
channel_namespace_tags_gen_test.go)."""


def broken(shape: Shape, value: Any) -> list[str]:
    """The constraints of ``shape`` that ``value`` breaks, in the words of AWS's messages.

    :param value: of the shape's type.
    """
    return [problem for check in _checks(shape) if (problem := check(value)) is not None]


_Check = Callable[[Any], str | None]
"""A function that gives the constraint that a value breaks, or ``None``."""


@functools.cache
def _checks(shape: Shape) -> tuple[_Check, ...]:
    """The constraints of a shape, in the order of their messages."""
    if shape.name in _WIDER:
        return (_of_text(_WIDER[shape.name]),)
    found = [*_of_size(shape)]
    if shape.type_name in _MAY_BE_TEXT:
        found.append(_of_text(shape.metadata.get("pattern")))
    # Of another type the same words say something else, such as of the items of a list.
    said = shape.documentation if shape.type_name == "string" else ""
    if enum := shape.metadata.get("enum") or _ONLY_VERSION.findall(said):
        problem = f"Member must satisfy enum value set: [{', '.join(enum)}]"
        found.append(lambda text: None if text in enum else problem)
    if _IS_URL in said:
        found.append(_problem_of_url)
    return tuple(found)


# What only the documentation says. The shapes of these members have no constraints.

_BOUNDS = re.compile(
    "(?:Valid values are|a length of) ([0-9,]+) ?[-–] ?([0-9,]+) (?:seconds|characters)"  # noqa: RUF001
)
"""The bounds of the caches' ``ttl``, and of a GraphQL API's ``ownerContact``."""

_ONLY_VERSION = re.compile(
    r"(?:only allowed version|supported value) is (?:<code>)?(\d[\w.-]*\w)(?:</code>)?\.(?!\w)"
)
"""The ``runtimeVersion`` of functions and resolvers, and the ``functionVersion`` of functions.

It ends the sentence: where more follows, such as "or 2.0.0", it is not the only one.
"""

_IS_URL = "the URL scheme must be HTTP or HTTPS"
"""The ``endpoint`` of an HTTP data source."""
_URL = re.compile(r"(https?://)(?:[^/?#]*(\s))?.?", re.IGNORECASE)


def _problem_of_url(text: str) -> str | None:
    found = _URL.match(text)
    if found is None or found.end() == found.end(1):
        return "Member must be a URL with the scheme HTTP or HTTPS"
    return found[2] and f"Illegal character in authority at index {found.end(1)}: {text}"


_SEEN = {
    "CreateDataSource name .* pattern: (.*)": (
        r"Invalid data source name given, must match pattern \1"
    ),
    "(?:Create|Update)Function name .* pattern: (.*)": (
        r"Invalid Function name given, must match pattern \1"
    ),
    r"(?:Create|Update)Resolver cachingConfig\.ttl Member must (?:have value|not be null).*": (
        "TTL value cannot be smaller than 1 second and larger than 3600 seconds."
    ),
    r"(?:Create|Update)GraphqlApi userPoolConfig\.defaultAction "
    "Member must (?:satisfy|not be null).*": "Invalid default effect type.",
    r"(?s)(?:Create|Update)DataSource httpConfig\.endpoint (Illegal .*)": r"\1",
}
"""AppSync's own messages, by the operation, the member's path and the constraint.

In this order: hashicorp/terraform-provider-aws #9220; pulumi/pulumi-aws #781 and anomalyco/sst
#4802; aws/aws-cdk #17925, #17981; sid88in/serverless-appsync-plugin #197 and aws/aws-cdk #10028;
aws-amplify/amplify-backend, cdk_error_mapper.test.ts.
"""


def in_words_of_aws(operation: str, path: str, constraint: str) -> str | None:
    """AppSync's own message for a broken constraint, or ``None`` where it was not seen."""
    for problem, message in _SEEN.items():
        if (found := re.fullmatch(problem, f"{operation} {path} {constraint}")) is not None:
            return found.expand(message)
    return None


def _of_size(shape: Shape) -> Iterator[_Check]:
    """The bounds of a number's value, or of the length of anything else."""
    bounds, noun = shape.metadata, "length"
    size: Callable[[Any], int] = len
    if shape.type_name in _BITS:
        noun, size = "value", int
    said = _BOUNDS.search(shape.documentation) if shape.type_name in {*_BITS, "string"} else None
    if said is not None and not bounds:
        least_said, most_said = (int(number.replace(",", "")) for number in said.groups())
        bounds = {"min": least_said, "max": most_said}
    if (least := bounds.get("min")) is not None:
        too_little = f"Member must have {noun} greater than or equal to {least}"
        yield lambda value: too_little if size(value) < least else None
    if (most := bounds.get("max")) is not None:
        too_much = f"Member must have {noun} less than or equal to {most}"
        yield lambda value: too_much if size(value) > most else None


def _of_text(pattern: str | None) -> _Check:
    """The check that text is Unicode and, as a whole, follows a pattern of the service model."""
    readings = _readings(pattern) if pattern else ()

    def check(text: Any) -> str | None:
        if not isinstance(text, str):  # a blob's bytes
            return None
        if not (text.isascii() or is_encodable(text)):
            return "Member must be valid Unicode"
        if readings and not any(reading.fullmatch(text) for reading in readings):
            return f"Member must satisfy regular expression pattern: {pattern}"
        return None

    return check


def too_many_bits(shape: Shape, value: Any) -> str | None:
    """The constraint that an integer breaks if it does not fit into its bits."""
    bits = _BITS.get(shape.type_name)
    if bits is None or -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        return None
    return f"Member must fit into {bits} bits"


def is_encodable(text: str) -> bool:
    """Whether ``text`` can be sent as UTF-8: half of a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _readings(pattern: str) -> tuple[re.Pattern[str], ...]:
    """The possible meanings of a pattern of the service model: text must match one of them.

    The patterns were written for Java, where ``\\w`` (in the values of tags, in the names of
    environment variables and domains), ``\\d`` and ``\\s`` are of ASCII. A pattern that Python
    cannot read forbids nothing.
    In ``^.*$``, the pattern of mapping templates, a dot is any character: AWS takes templates of
    several lines (hashicorp/terraform-provider-aws, function_test.go and resolver_test.go).
    Older service models have patterns whose backslashes were escaped twice, such as
    ``[\\\\S]+`` for AppSync's tokens; there the pattern that was meant counts as well.
    """
    try:
        return tuple(
            re.compile(reading, re.ASCII | re.DOTALL)
            for reading in (pattern, pattern.replace("\\\\", "\\"))
        )
    except re.error:
        return ()
