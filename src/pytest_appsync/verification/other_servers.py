"""The refusal of a server that is no AppSync."""

from __future__ import annotations

from pytest_appsync.verification.calling import Caller, NotAsked, NotThere, Refused
from pytest_appsync.verification.cleaning import lists_of


def refuse_other_servers(caller: Caller) -> None:
    """Refuse a server that does not list APIs as AppSync does, such as a plain web server.

    botocore reads a page of HTML as an answer without members, so everything would differ.

    :raises GiveUp: where none of the lists is AppSync's.
    """
    seen = ""
    for operation, member, _ in lists_of(caller):
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
