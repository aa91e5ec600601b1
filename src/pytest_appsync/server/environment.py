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
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def environment_of_child(
    environment: Mapping[str, str], url: str, host: str, region: str
) -> dict[str, str]:
    """``environment`` with what makes AWS SDKs use the server for AppSync, and only for it.

    :param host: of ``url``; no proxy is asked for it.
    """
    made = dict(environment)
    # botocore ignores AWS_ENDPOINT_URL_APPSYNC where this is set.
    made.pop("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", None)
    made["AWS_ENDPOINT_URL_APPSYNC"] = url
    # botocore reads the second, the SDK for JavaScript the first.
    made["AWS_REGION"] = made["AWS_DEFAULT_REGION"] = region
    if not any(environment.get(name) for name in _SOURCES_OF_CREDENTIALS):
        # AWS's own examples: no real credentials look like them.
        made["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE"
        made["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        made.pop("AWS_SESSION_TOKEN", None)
    # botocore refuses to use credentials after this time. Here they are not looked at.
    made.pop("AWS_CREDENTIAL_EXPIRATION", None)
    # The SDK for JavaScript refuses an address beside them (botocore takes the address).
    made["AWS_USE_FIPS_ENDPOINT"] = made["AWS_USE_DUALSTACK_ENDPOINT"] = "false"
    # Some programs read the one, some the other; urllib, requests and curl read the small one
    # first, and take "*" for every host only where it stands alone. Deno does not know "*".
    before = [environment[name] for name in ("no_proxy", "NO_PROXY") if environment.get(name)]
    names = [name.strip() for each in before for name in each.split(",")]
    hosts = dict.fromkeys(filter(None, [*names, *_LOOPBACK, host]))
    made["NO_PROXY"] = ",".join(hosts)
    made["no_proxy"] = "*" if "*" in before else made["NO_PROXY"]
    return made
