"""The removal of what was made, by its tag, also where the answer to its making was lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pytest_appsync.verification.asking import PREFIX, TAG
from pytest_appsync.verification.calling import Caller, Lost, NotAsked, Refused

_ROUNDS = 5


@dataclass(frozen=True)
class Made:
    """An API that was made by ``verify``.

    :ivar tag: the value of its tag.
    :ivar delete: the operation that deletes it.
    """

    id: str
    tag: str
    delete: str


def lists_of(caller: Caller) -> list[tuple[str, str, str]]:
    """The operations that list APIs, of those that the installed botocore has.

    Each comes with the member that has the APIs, and with the operation that deletes one.
    """
    lists = (
        ("list_graphql_apis", "graphqlApis", "delete_graphql_api"),
        ("list_apis", "apis", "delete_api"),
    )
    return [each for each in lists if hasattr(caller.client, each[0])]


def find_made(caller: Caller) -> tuple[list[Made], list[str]]:
    """All APIs of the region that a ``verify`` made, and why some could not be looked for.

    One that AppSync shows without tags is found by its name alone.
    """
    found: list[Made] = []
    problems: list[str] = []
    for operation, member, delete in lists_of(caller):
        try:
            for api in caller.items(operation, member):
                name = api.get("name", "")
                if not name.startswith(PREFIX):
                    continue
                named = name[len(PREFIX) :].rpartition("-")[0]
                tag = api["tags"].get(TAG) if "tags" in api else named
                if tag == named:
                    found.append(Made(api["apiId"], tag, delete))
        except (Refused, NotAsked) as error:
            problems.append(str(error))
        except KeyError as missing:
            problems.append(f"{operation} was answered without {missing}")
    return found, problems


def delete_api(
    caller: Caller, operation: str, api_id: str, pauses: Sequence[float] = (0, 0.5, 1, 2)
) -> str | None:
    """Delete an API.

    :param pauses: seconds before each attempt.
    :returns: why it could not be deleted, or ``None``.
    """
    problem = None
    for pause in pauses:
        if pause:
            caller.sleep(pause)
        try:
            caller.call(operation, {"apiId": api_id})
            return None
        except Lost as lost:
            problem = str(lost)
        except NotAsked as not_asked:
            return str(not_asked)
        except Refused as refused:
            if refused.status == 404:
                return None
            problem = str(refused)
    return problem


def clean_up(
    caller: Caller, tag: str, made: dict[str, str], keep: Collection[str] = ()
) -> list[str]:
    """Delete every API of this tag.

    :param made: ids that may exist, with the operations that delete them. Deleted ones are
        removed from it.
    :param keep: ids of those that stay.
    :returns: what could not be removed, and why.
    """
    problems: dict[str, str] = {}
    for round in range(_ROUNDS):
        if round:
            caller.sleep(1)
        found, unlisted = find_made(caller)
        listed = {each.id: each.delete for each in found if each.tag == tag and each.id not in keep}
        if round and not unlisted:
            made.clear()  # A new API may be missing in the first list, not in later ones.
        made |= listed
        problems = {}
        for id, delete in list(made.items()):
            if id in keep or (problem := delete_api(caller, delete, id)) is None:
                del made[id]
            else:
                problems[id] = f"API {id} could not be removed: {problem}"
        if not listed and not problems:
            # Nothing is made where no list was answered.
            unknown = unlisted if caller.heard else []
            return [f"Whether something is left is not known: {each}" for each in unknown]
    return list(problems.values())
