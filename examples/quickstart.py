"""Create an AppSync API key, and meet every error that AWS documents for it, without AWS.

Run it: ``python examples/quickstart.py``. It needs no account, no credentials, no network.
"""

from __future__ import annotations

import time
from datetime import datetime, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_appsync import AppSync

HOUR = 60 * 60
DAY = 24 * HOUR


def from_now(seconds: int) -> int:
    return int(time.time()) + seconds


with AppSync() as appsync:
    # Plain boto3, as in any application: it knows nothing of the simulation.
    client = boto3.client("appsync")
    api = client.create_graphql_api(name="orders", authenticationType="API_KEY")["graphqlApi"]
    key = client.create_api_key(apiId=api["apiId"], expires=from_now(30 * DAY))["apiKey"]

    print(f"API  {api['apiId']}  {api['name']}")
    print(f"key  {key['id']}  expires {datetime.fromtimestamp(key['expires'], timezone.utc)}")

    # Four of the errors are easy to cause ...
    def ask_for_an_unknown_api() -> None:
        client.create_api_key(apiId="no-such-api")

    def ask_for_a_key_that_expires_soon() -> None:
        # botocore would refuse this itself, before anything is sent.
        unchecked = boto3.client("appsync", config=Config(parameter_validation=False))
        unchecked.create_api_key(apiId=api["apiId"], expires="soon")  # type: ignore[arg-type]

    def ask_for_a_key_for_an_hour() -> None:
        client.create_api_key(apiId=api["apiId"], expires=from_now(HOUR))

    def ask_for_51_keys() -> None:
        crowded = appsync.add_api("crowded")
        for _ in range(51):
            client.create_api_key(apiId=crowded.id)

    causes = {
        "NotFoundException": ask_for_an_unknown_api,
        "BadRequestException": ask_for_a_key_that_expires_soon,
        "ApiKeyValidityOutOfBoundsException": ask_for_a_key_for_an_hour,
        "ApiKeyLimitExceededException": ask_for_51_keys,
    }

    # ... and AppSync is told to answer with the others. botocore retries what it would
    # retry on AWS, and the waiting is simulated.
    print(f"\n{'error':35} {'HTTP':>4} {'attempts':>9} {'waited':>8}   how")
    for error in appsync.errors("CreateApiKey"):
        cause = causes.get(error.code)
        try:
            if cause:
                cause()
            else:
                with appsync.fail("CreateApiKey", error.code):
                    client.create_api_key(apiId=api["apiId"])
        except ClientError as caught:
            code = caught.response["Error"]["Code"]
            http_status = caught.response["ResponseMetadata"]["HTTPStatusCode"]
            attempts = appsync.calls[-1].attempts
            waited = sum(attempt.slept for attempt in attempts)
            how = cause.__name__ if cause else f"appsync.fail({code!r})"
            print(f"{code:35} {http_status:4} {len(attempts):9} {waited:6.1f} s   {how}")
