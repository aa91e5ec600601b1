"""An AWS Lambda function that replaces the API keys of AppSync APIs before they expire.

EventBridge Scheduler runs it once a day, with an event such as::

    {"apiIds": ["7eeywqbd6na5voygrlzgvyxciu"], "replaceBeforeDays": 30, "validForDays": 90}

A key that will expire within ``replaceBeforeDays`` gets one successor, and lives on
until it expires: so long its clients have to change over. Once expired, it is deleted,
since it would count against the API's quota of keys for 60 more days. Clients take the
key that expires last and, of several, the one whose id sorts last: :func:`rank`.

What has been done stands in AppSync and nowhere else: a successor's description names
the key that it replaces. A run that was cut short, or met errors, or ran twice at the
same time, is put right by the next one.

It needs the permissions appsync:ListApiKeys, appsync:CreateApiKey and
appsync:DeleteApiKey. Watch its log for ERROR: whatever could not be done is reported
there and in the answer, and the days until a key expires are the time to see to it.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

logger = logging.getLogger(__name__)

CLOCK_SKEW = timedelta(hours=1)
"""How far this machine's clock may be from AppSync's, time spent on retries included."""

LONGEST_VALIDITY = timedelta(days=365)

ATTEMPTS = 6

RETRIES = Config(
    retries={"mode": "standard", "total_max_attempts": ATTEMPTS}, connect_timeout=5, read_timeout=10
)


class IncompleteAnswerError(Exception):
    """AppSync, or a proxy before it, answered 200 and something that is not an answer."""


FAILURES = (BotoCoreError, ClientError, IncompleteAnswerError)


@dataclass(frozen=True)
class Policy:
    """When a key is replaced, and for how long its successor is valid."""

    replace_before: timedelta = timedelta(days=30)
    valid_for: timedelta = timedelta(days=90)

    def __post_init__(self) -> None:
        if self.replace_before < timedelta():
            raise ValueError("replaceBeforeDays cannot be negative")
        if self.valid_for > LONGEST_VALIDITY:
            raise ValueError("validForDays: AppSync allows 365 days at most")
        # A successor that is due itself on the next day would breed keys up to the quota.
        if self.valid_for < self.replace_before + timedelta(days=2):
            raise ValueError("validForDays must exceed replaceBeforeDays by 2 days or more")

    def is_due(self, key: Key, now: float) -> bool:
        return key.expires < now + self.replace_before.total_seconds()

    def expiry(self, now: float) -> int:
        # Exactly 365 days would be refused whenever our clock is ahead of AppSync's.
        validity = min(self.valid_for, LONGEST_VALIDITY - CLOCK_SKEW)
        return int(now + validity.total_seconds())


@dataclass(frozen=True)
class Key:
    """An API key. Its id is the secret itself, so that no report or log may have it whole."""

    id: str
    expires: int
    description: str = ""

    MARKER = re.compile(r" ?\[replaces (\w+)\]$")

    @property
    def name(self) -> str:
        """Enough of the id to tell one key from another, and no more."""
        return self.id[-6:]

    @property
    def replaces(self) -> str | None:
        """The name of the key that this one is the successor of."""
        found = self.MARKER.search(self.description)
        return found and found[1]

    @property
    def successors_description(self) -> str:
        return f"{self.MARKER.sub('', self.description)} [replaces {self.name}]".lstrip()

    def is_expired(self, now: float) -> bool:
        """Whether AppSync, too, is sure to call it expired."""
        return self.expires < now - CLOCK_SKEW.total_seconds()


@dataclass(frozen=True)
class Failure:
    """What could not be done; ``key`` is a key's name, or None for all of an API's keys."""

    operation: str
    key: str | None
    code: str
    message: str


@dataclass
class ApiReport:
    """What was done to one API's keys, by their names."""

    api_id: str
    replaced: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def add_failure(self, operation: str, key: Key | None, error: Exception) -> None:
        code, message = type(error).__name__, str(error)
        if isinstance(error, ClientError):
            code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        without_ids = re.sub(r"da\d-\w*(\w{6})", r"\1", message)
        self.failures.append(Failure(operation, key.name if key else None, code, without_ids))


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Lambda's entry point.

    :raises KeyError, ValueError: for an event that makes no sense: that is a mistake in
        the schedule, which a report must not hide.
    """
    policy = Policy(
        timedelta(days=event.get("replaceBeforeDays", 30)),
        timedelta(days=event.get("validForDays", 90)),
    )
    # Made each time: botocore's retry quota belongs to the client, and what one bad
    # hour has spent would be missing in the next.
    client = boto3.client("appsync", config=RETRIES)
    reports = [rotate(client, api_id, policy, time.time()) for api_id in event["apiIds"]]
    ok = not any(report.failures for report in reports)
    answer = {"ok": ok, "apis": [asdict(report) for report in reports]}
    logger.log(logging.INFO if ok else logging.ERROR, json.dumps(answer))
    return answer


def rotate(client: AppSyncClient, api_id: str, policy: Policy, now: float) -> ApiReport:
    """Replace the keys of one API that are due, and delete those that are not needed."""
    report = ApiReport(api_id)
    try:
        keys = list_keys(client, api_id)
        leftovers = superfluous(keys, now)
        # Before anything is created: at the quota, this is what makes room.
        delete(client, leftovers, report)
        due = due_for_replacement(keys, policy, now)
        if due:
            replace(client, due, policy.expiry(now), report)
            # CreateApiKey is not idempotent: an attempt whose answer got lost has left a
            # key of its own, which only AppSync knows of.
            found = superfluous(list_keys(client, api_id), now)
            delete(client, [key for key in found if key not in leftovers], report)
    except FAILURES as error:
        report.add_failure("ListApiKeys", None, error)
    return report


def superfluous(keys: list[Key], now: float) -> list[Key]:
    """Expired keys that have a successor, and all but one of a key's successors."""
    kept = successors(keys)
    return [
        key
        for key in keys
        if (key.is_expired(now) and key.name in kept)
        or (key.replaces in kept and key != kept[key.replaces])
    ]


def due_for_replacement(keys: list[Key], policy: Policy, now: float) -> list[Key]:
    """Keys that expire too soon, or have expired, with no successor; the most urgent first."""
    replaced = successors(keys)
    leftovers = superfluous(keys, now)
    due = [
        key
        for key in keys
        if policy.is_due(key, now) and key.name not in replaced and key not in leftovers
    ]
    return sorted(due, key=lambda key: key.expires)


def successors(keys: list[Key]) -> dict[str, Key]:
    """The key that replaces another one, by that one's name; of several, the one to keep."""
    return {key.replaces: key for key in sorted(keys, key=rank) if key.replaces}


def rank(key: Key) -> tuple[int, str]:
    """The order in which clients, and runs that meet, agree on the one key that counts."""
    return key.expires, key.id


def list_keys(client: AppSyncClient, api_id: str) -> list[Key]:
    pages = client.get_paginator("list_api_keys").paginate(apiId=api_id)
    return [
        Key(key["id"], key["expires"], key.get("description", ""))
        for page in pages
        for key in member(page, "apiKeys")
    ]


def member(answer: Mapping[str, Any], name: str) -> Any:
    """A member that every answer has, but for one that botocore could not read.

    Taken for an empty list, such an answer would say that an API has no keys.
    """
    if name not in answer:
        raise IncompleteAnswerError(f"the answer has no {name}")
    return answer[name]


def replace(client: AppSyncClient, keys: list[Key], expires: int, report: ApiReport) -> None:
    for key in keys:
        try:
            answer = client.create_api_key(
                apiId=report.api_id, description=key.successors_description, expires=expires
            )
            member(answer, "apiKey")
            report.replaced.append(key.name)
        except FAILURES as error:
            report.add_failure("CreateApiKey", key, error)


def delete(client: AppSyncClient, keys: list[Key], report: ApiReport) -> None:
    for key in keys:
        try:
            client.delete_api_key(apiId=report.api_id, id=key.id)
            report.deleted.append(key.name)
        except client.exceptions.NotFoundException:
            # Gone is what we want: an earlier attempt's answer got lost, or AppSync or
            # another run was faster.
            report.deleted.append(key.name)
        except FAILURES as error:
            report.add_failure("DeleteApiKey", key, error)
