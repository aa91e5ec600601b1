"""The regions and partitions of AWS, as botocore knows them."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import DataNotFoundError

from pytest_appsync.model import loader
from pytest_appsync.nearest import nearest


def _partitions() -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = loader().load_data("partitions")["partitions"]
    return found


@functools.cache
def known_regions() -> frozenset[str]:
    """The regions that botocore knows, of all partitions. An old botocore lists only some."""
    found: set[str] = set()
    for partition in _partitions():
        found |= {*partition["regions"], partition["outputs"]["implicitGlobalRegion"]}
        found.add(f"{partition['id']}-global")
    return frozenset(found)


@functools.cache
def partition_of(region: str) -> tuple[str, str]:
    """A region's partition and DNS suffix, such as ``("aws", "amazonaws.com")``.

    A region that botocore does not know belongs to the commercial partition.
    """
    partitions = _partitions()
    for partition in partitions:
        if region in partition["regions"] or re.fullmatch(partition["regionRegex"], region):
            return partition["id"], partition["outputs"]["dnsSuffix"]
    return partitions[0]["id"], partitions[0]["outputs"]["dnsSuffix"]


def region_name(name: object) -> str:
    """``name``, if it can be the name of a region.

    Regions that botocore does not know are accepted: AWS opens new ones.

    :raises ValueError: for a name that cannot be in a host's name, the name of a service, or
        a part or a misspelt name of a region: ``eu``, ``eu-centrall-1``, ``us-east-1a``.
    """
    if isinstance(name, str) and name in known_regions():
        return name
    wanted = f"`region` must be a region's name, such as 'eu-west-1', not {name!r}"
    # botocore's own rule: it makes no client for a name that breaks it.
    if not isinstance(name, str) or not re.fullmatch(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)", name):
        raise ValueError(wanted)
    if not name[-1].isdigit() or "-" not in name:
        _refuse_service(name, wanted)
    meant = _meant_region(name)
    if meant not in (None, name):
        raise ValueError(f"{wanted}; did you mean {meant!r}?")
    parts = name.split("-")
    is_whole = len(parts) >= 3 and parts[-1].isdigit()
    if not is_whole and all(part in _words() or part.isdigit() for part in parts):
        raise ValueError(f"{wanted}: that is only a part of a region's name")
    return name


def _meant_region(name: str) -> str | None:
    """The region that was probably meant. A new region may consist of known or of new words."""
    *parts, number = name.split("-")
    spelt = [_meant_word(part, sorted(_words())) for part in parts]
    regions = sorted(known_regions())
    if number.isdigit() and spelt == parts:
        return nearest(name, regions, at_most=0)  # a hyphen is missing
    return nearest(name, regions) or "-".join([*spelt, number])


@functools.cache
def _words() -> frozenset[str]:
    """The words that names of regions consist of, such as ``eu`` and ``central``."""
    words = {word for region in known_regions() for word in region.split("-")}
    for partition in _partitions():
        words.update(re.findall("[a-z]{2,}", partition["regionRegex"]))
    return frozenset(words)


def _meant_word(word: str, words: list[str]) -> str:
    """A known word that has the same letters, or differs by one letter; else the word itself.

    A word that differs by two letters may be new, such as southwest where southeast is known. The
    names of isolated partitions differ by one letter: iso, isob, isoe, isof.
    """
    if word in words or re.fullmatch("iso[a-z]?", word):
        return word
    same_letters = (known for known in words if sorted(known) == sorted(word))
    return next(same_letters, None) or nearest(word, words, at_most=1) or word


def _refuse_service(name: str, wanted: str) -> None:
    try:
        loader().list_api_versions(name, "service-2")
    except (DataNotFoundError, OSError):  # the latter where a test has mocked os.path
        return
    raise ValueError(f"{wanted}: that is the name of a service")
