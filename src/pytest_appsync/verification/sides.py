"""The two sides: the simulation, and the server at an endpoint."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3.session
import botocore.session
from botocore.config import Config

from pytest_appsync.appsync import AppSync
from pytest_appsync.simulation.clock import Clock
from pytest_appsync.verification.calling import Caller
from pytest_appsync.verification.redaction import Redaction

# Retries are the caller's: botocore's would repeat what may have been done.
_CONFIG: dict[str, Any] = {
    "parameter_validation": False,
    "retries": {"mode": "standard", "total_max_attempts": 1},
}
_LOCAL_PROVIDERS = ("env", "shared-credentials-file", "config-file")
"""Sources of credentials that use no network, by botocore's names."""


@dataclass(frozen=True)
class Place:
    """Where the other side answers, and whose credentials it is asked with.

    :ivar core: botocore's session behind ``session``.
    :ivar account: the account, where it is known.
    :ivar endpoint_url: what was named; ``None`` for AWS.
    """

    core: botocore.session.Session
    session: boto3.session.Session
    region: str
    account: str | None
    endpoint_url: str | None

    def caller(self) -> Caller:
        """A caller of the server there.

        :raises ValueError: for a text that is not a URL, or not a region.
        :raises BotoCoreError: for credentials or a configuration that cannot be used.
        """
        redaction = Redaction()
        keywords: dict[str, Any] = {}
        if self.endpoint_url is None:  # the session gives its credentials itself, and renews them
            credentials = _as_keywords(self.session.get_credentials())
        else:
            credentials = _local_credentials(self.core)
            keywords = {"endpoint_url": self.endpoint_url, **credentials}
        for value in credentials.values():
            redaction.learn(value, "<credential>")
        config = Config(
            **_CONFIG,
            connect_timeout=10,
            read_timeout=30,
            user_agent_extra="pytest-appsync/verify",
        )
        client = self.session.client("appsync", region_name=self.region, config=config, **keywords)
        url = client.meta.endpoint_url
        if not is_aws(url):
            redaction.learn(urlsplit(url).netloc, "<endpoint>")
        return Caller(client, redaction, _sleep, time.time)


def is_aws(url: str) -> bool:
    """Whether AWS answers there. The configuration may name another endpoint."""
    host = urlsplit(url).hostname or ""
    return host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))


def _sleep(seconds: float) -> None:
    time.sleep(seconds)


def account_of(session: boto3.session.Session, region: str) -> str:
    """The account whose credentials the session has, as STS says."""
    identity = session.client("sts", region_name=region).get_caller_identity()
    return str(identity["Account"])


def _local_credentials(core: botocore.session.Session) -> dict[str, str]:
    """Credentials of this machine that need no network, or made-up ones."""
    resolver = core.get_component("credential_provider")
    for provider in resolver.providers:
        if provider.METHOD in _LOCAL_PROVIDERS and (found := provider.load()) is not None:
            return _as_keywords(found)
    return {"aws_access_key_id": "verify", "aws_secret_access_key": "verify"}


def _as_keywords(credentials: Any) -> dict[str, str]:
    """botocore's credentials as the keywords of a client."""
    frozen = credentials.get_frozen_credentials()
    given = {
        "aws_access_key_id": frozen.access_key,
        "aws_secret_access_key": frozen.secret_key,
        "aws_session_token": frozen.token,
    }
    return {name: value for name, value in given.items() if value}


@contextmanager
def simulated(region: str) -> Iterator[tuple[Caller, Clock]]:
    """The caller of the simulation, and its clock.

    The simulation has its default rules, but schemas take some time, as they do on AWS.
    """
    appsync = AppSync(region=region, schema_creation=timedelta(seconds=10), strict=False)
    with appsync:
        clock = appsync.clock
        client = appsync.client(config=Config(**_CONFIG))

        def sleep(seconds: float) -> None:
            clock.advance(seconds=seconds)

        yield Caller(client, Redaction(), sleep, clock.now), clock
