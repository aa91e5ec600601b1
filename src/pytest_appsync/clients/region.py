"""The region that a boto3 client has when no code names one."""

from __future__ import annotations

import os

import boto3
import botocore.session

FALLBACK = "us-east-1"
"""The region where botocore finds none."""

# Bound now: a test may mock them later.
Session = botocore.session.Session
_, _VARIABLE, *_ = Session.SESSION_VARIABLES["region"]


def default_region() -> str:
    """The region of botocore's default session, the environment or the configuration.

    :returns: ``us-east-1`` where botocore finds none.
    """
    try:
        found = _of_botocore()
    except Exception:
        # A profile that does not exist, a file that is broken or that a test mocks. botocore
        # raises the same for the application's client, and there it matters.
        return FALLBACK
    return found if found and isinstance(found, str) else FALLBACK


def _of_botocore() -> str | None:
    if boto3.DEFAULT_SESSION is not None:
        return boto3.DEFAULT_SESSION.region_name
    # A new session asks the environment first. Making one needs 0.1 ms, six times as much as
    # entering a simulation.
    found = os.environ.get(_VARIABLE)
    if found is None:
        found = Session(include_builtin_handlers=False).get_config_variable("region")
    return found
