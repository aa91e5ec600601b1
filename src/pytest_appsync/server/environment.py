"""The environment of a child process whose AWS SDKs use a server."""

from __future__ import annotations

from collections.abc import Mapping

_SOURCES_OF_CREDENTIALS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_IN_THE_WAY = (
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",  # botocore ignores AWS_ENDPOINT_URL_APPSYNC beside it
    "AWS_CREDENTIAL_EXPIRATION",  # botocore uses no credentials after this time
    "AWS_USE_FIPS_ENDPOINT",  # the SDK for JavaScript refuses an address beside these two
    "AWS_USE_DUALSTACK_ENDPOINT",
)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def environment_of_child(
    environment: Mapping[str, str], url: str, host: str, region: str
) -> dict[str, str]:
    """``environment`` with what makes AWS SDKs use the server for AppSync, and only for it.

    :param host: of ``url``; no proxy is asked for it.
    """
    made = {name: value for name, value in environment.items() if name not in _IN_THE_WAY}
    made["AWS_ENDPOINT_URL_APPSYNC"] = url
    # botocore reads the second, the SDK for JavaScript the first.
    made["AWS_REGION"] = made["AWS_DEFAULT_REGION"] = region
    if not any(environment.get(name) for name in _SOURCES_OF_CREDENTIALS):
        # AWS's own examples: no real credentials look like them.
        made["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE"
        made["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        made.pop("AWS_SESSION_TOKEN", None)
    # Some programs read the one, some the other; urllib, requests and curl read the small one
    # first, and take "*" for every host only where it stands alone. Deno does not know "*".
    before = [environment[name] for name in ("no_proxy", "NO_PROXY") if environment.get(name)]
    names = [name.strip() for each in before for name in each.split(",")]
    hosts = dict.fromkeys(filter(None, [*names, *_LOOPBACK, host]))
    made["NO_PROXY"] = ",".join(hosts)
    made["no_proxy"] = "*" if "*" in before else made["NO_PROXY"]
    return made
