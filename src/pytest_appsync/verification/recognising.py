"""The check whether an AppSync answers at all."""

from __future__ import annotations

from pytest_appsync.verification.calling import Caller, NotAsked, NotThere, Refused
from pytest_appsync.verification.cleaning import LISTS


def refuse_other_servers(caller: Caller) -> None:
    """Refuse a server that does not list APIs as AppSync does, such as a plain web server.

    botocore reads a page of HTML as an answer without members, so everything would differ.

    :raises GiveUp: where none of the lists is AppSync's.
    """
    seen = ""
    for operation, member, _ in LISTS:
        if not hasattr(caller.client, operation):
            continue
        try:
            if member in caller.call(operation, {"maxResults": 25}):
                return
            seen = f"{operation} was answered without {member!r}"
        except NotThere as not_there:
            seen = str(not_there)
        except Refused as refused:
            if refused.code != str(refused.status):  # AppSync's errors have codes
                return
            seen = f"{operation} was refused: {refused}"
        except NotAsked:  # it fails, throttles or denies
            return
    caller.give_up(f"this is no AppSync: {seen}")
