"""URLs that lead to this machine: a request to one of them is not a call of AWS."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

DEAD_END = "http://127.0.0.1:9/appsync_guard"
"""The address that the guard gives child processes. The port is that of the discard service,
which machines no longer run. The path tells it from a dead address that a test gives a client,
and says in the SDK's error who gave it."""


def is_on_this_machine(url: str) -> bool:
    """Whether a URL's host is a loopback name or address. No name is looked up.

    The address that the guard has put into the environment for child processes does not
    count: without the guard, an application that reads it there would call AWS.
    """
    if url.startswith(DEAD_END):
        return False
    try:
        host = (urlsplit(url).hostname or "").removesuffix(".")
        if host == "localhost" or host.endswith(".localhost"):
            return True
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name, or no URL
        return False
