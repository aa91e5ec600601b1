"""``python -m pytest_appsync verify``: the simulation compared with a real AppSync."""

from __future__ import annotations

import argparse
import os
import re
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import boto3.session
import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

from pytest_appsync.commands.argument import argument
from pytest_appsync.nearest import no_such
from pytest_appsync.verification import report
from pytest_appsync.verification.asking import MOST_AT_A_TIME, PREFIX, TAG
from pytest_appsync.verification.calling import Caller
from pytest_appsync.verification.cleaning import find_made
from pytest_appsync.verification.fact import AnyFact, LaterFact
from pytest_appsync.verification.facts import all_facts
from pytest_appsync.verification.running import Run, simulate
from pytest_appsync.verification.sides import Place, account_of, is_aws
from pytest_appsync.verification.state import State, read_state

_NOT_WRITTEN = 2
_NOT_ASKED = 3
_INTERRUPTED = 130
_COSTS = """\
It costs nothing that AppSync bills for: it makes no API cache, sends no GraphQL request and no
event, and opens no real-time connection. It makes no domain name, and nothing in other services."""


def add_command(commands: Any) -> None:
    """Add the command to the parser's subparsers."""
    parser = commands.add_parser(
        "verify",
        help="ask a real AppSync for each fact that the simulation relies on",
        description="Ask a real AppSync, or what answers at a URL, for each fact that the "
        "simulation relies on, and print where the two differ. The exit code is 1 where "
        "something differs, else 3 where something could not be asked, else 0. " + _COSTS,
    )
    parser.add_argument(
        "--endpoint-url", metavar="URL", type=argument(parse_url), help="ask this URL, not AWS"
    )
    parser.add_argument("--profile", metavar="NAME", help="of the AWS configuration")
    parser.add_argument("--region", metavar="NAME", help="the profile's if it is not given")
    parser.add_argument("--yes", action="store_true", help="make what is needed without asking")
    parser.add_argument("--list", action="store_true", help="print the facts, ask for nothing")
    parser.add_argument(
        "--only",
        metavar="FACT",
        nargs="+",
        action="extend",
        type=argument(parse_fact),
        help="ask for these facts",
    )
    parser.add_argument(
        "--resume",
        metavar="PATH",
        type=Path,
        help="keep in this file what a later run needs, and go on where an earlier one stopped; "
        "so what needs days can be asked for",
    )
    parser.add_argument(
        "--json", metavar="PATH", type=Path, help="write the exchanges, without secrets, to send"
    )
    parser.add_argument(
        "--tag",
        type=argument(parse_tag),
        help="the tag's value, random if it is not given; what a run of the same tag has left "
        "is removed first",
    )
    parser.set_defaults(command=_verify_command, refuse=parser.error)


def parse_url(text: str) -> str:
    """A URL of HTTP, without a query and without credentials.

    :raises ValueError: for anything else.
    """
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise ValueError(f"{text!r} is not a URL, such as http://127.0.0.1:8080")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("a URL with a query, a fragment or credentials cannot be asked")
    return text


def parse_fact(text: str) -> AnyFact:
    """The fact of that name.

    :raises ValueError: where there is none.
    """
    facts = {fact.name: fact for fact in all_facts()}
    if text not in facts:
        raise ValueError(no_such("verify", "fact", text, facts))
    return facts[text]


def parse_tag(text: str) -> str:
    """A tag's value.

    :raises ValueError: for what cannot be in the name of an API.
    """
    if not re.fullmatch(r"[a-zA-Z0-9-]{4,40}", text):
        raise ValueError(f"{text!r} is not 4 to 40 letters, digits and hyphens")
    return text


def _verify_command(given: argparse.Namespace) -> int:
    facts: Sequence[AnyFact] = tuple(dict.fromkeys(given.only or all_facts()))
    if given.list:
        print(report.listing(facts))
        return 0
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _verify(given, facts)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return _INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def _verify(given: argparse.Namespace, facts: Sequence[AnyFact]) -> int:
    state = _state(given)
    _refuse_unwritable(given)
    place = _place(given)
    tag = state.tag if state is not None else given.tag or secrets.token_hex(4)
    try:
        caller = place.caller()
    except (BotoCoreError, ValueError) as error:
        given.refuse(str(error))
    print(_plan(place, caller.client.meta.endpoint_url, tag, facts, given.resume))
    if not given.yes and not _agreed():
        print("Nothing was asked, and nothing was made. `--yes` goes on without asking.")
        return _NOT_ASKED
    if given.resume is not None and state is None:
        state = State(given.resume, place.region, place.endpoint_url, tag)
        state.write()
    return _run(given, facts, place, caller, tag, state)


def _run(
    given: argparse.Namespace,
    facts: Sequence[AnyFact],
    place: Place,
    caller: Caller,
    tag: str,
    state: State | None,
) -> int:
    progress = report.Progress(sys.stderr, len(facts))
    expected = simulate(facts, place.region, tag)
    run = Run(facts, expected, caller, tag, state, progress)
    code = None
    try:
        run.remove_earlier()
        run.ask_all()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    finally:
        try:
            progress.end()
            left = run.clean_up()
        except KeyboardInterrupt:
            code, left = _INTERRUPTED, ["The removing was interrupted."]
        for problem in left:
            print(problem, file=sys.stderr)
        if left:
            print(f"`verify --tag {tag}` tries again.", file=sys.stderr)
    print(report.table(run.results))
    if state is not None and state.kept_api is not None:
        print(f"`verify --resume {given.resume}` goes on with what is left for later.")
    if code is None:
        _tell_of_others(caller, tag)
    if given.json is not None:
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        side = "AWS" if is_aws(caller.client.meta.endpoint_url) else "endpoint"
        text = report.as_json(run.results, region=place.region, side=side, at=at)
        try:
            given.json.write_text(text, "utf-8")
        except OSError as error:
            print(f"The report was not written: {error}", file=sys.stderr)
            code = code or _NOT_WRITTEN
    return report.exit_code(run.results) if code is None else code


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _state(given: argparse.Namespace) -> State | None:
    if given.resume is None:
        return None
    try:
        state = read_state(given.resume)
    except (OSError, ValueError) as error:
        given.refuse(f"--resume: {error}")
    if state is None:
        return None
    for name, mine, its in (
        ("--endpoint-url", given.endpoint_url, state.endpoint_url),
        ("--region", given.region or state.region, state.region),
        ("--tag", given.tag or state.tag, state.tag),
    ):
        if mine != its:
            given.refuse(f"{name}: the run of {given.resume} had {its}, not {mine}")
    given.region = state.region
    return state


def _refuse_unwritable(given: argparse.Namespace) -> None:
    for name in ("json", "resume"):
        path = getattr(given, name)
        if path is None:
            continue
        if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
            given.refuse(f"--{name}: {path} cannot be written")


def _place(given: argparse.Namespace) -> Place:
    try:
        core = botocore.session.get_session()
        session = boto3.session.Session(botocore_session=core, profile_name=given.profile)
        region = given.region or session.region_name
        if given.endpoint_url is not None:
            return Place(core, session, region or "us-east-1", None, given.endpoint_url)
    except BotoCoreError as error:
        given.refuse(str(error))
    if not region:
        given.refuse("--region is needed: the AWS configuration names none")
    try:
        return Place(core, session, region, account_of(session, region), None)
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ValueError):  # no name of a region
            given.refuse(str(error))
        print(f"AWS cannot be asked: {error}", file=sys.stderr)
        raise SystemExit(_NOT_ASKED) from None


def _plan(place: Place, url: str, tag: str, facts: Sequence[AnyFact], resume: Path | None) -> str:
    account = "" if place.account is None else f"account {place.account} at "
    lines = [
        f"Asks {account}{url}, region {place.region}, for {report.number_of(facts)}.",
        f"It makes GraphQL APIs and Event APIs, at most {MOST_AT_A_TIME} at a time, and in them "
        "keys, schemas, data sources (type NONE), functions, resolvers and channel namespaces.",
        f"Their names begin with {PREFIX}{tag}, their tag is {TAG}={tag}.",
        "It changes nothing else, and removes all of it at the end.",
    ]
    keys = sum(isinstance(fact, LaterFact) for fact in facts)
    if resume is not None and keys:
        lines.append(
            f"But one more API, with {keys} keys, stays for up to 64 days: "
            f"`verify --resume {resume}` removes it after the last of these facts."
        )
    return "\n".join([*lines, _COSTS])


def _agreed() -> bool:
    if sys.stdin is None or sys.stdout is None:
        return False
    # Not input(): an interrupt that comes while it writes its question is lost, because CPython
    # clears the exception (builtin_input in Python/bltinmodule.c).
    print("Go on? [y/N] ", end="", flush=True)
    answer = sys.stdin.readline()
    if not (answer and sys.stdin.isatty()):  # a terminal shows the end of the answer's line
        print()
    return answer.strip().lower() in ("y", "yes")


def _tell_of_others(caller: Caller, tag: str) -> None:
    """Name what other runs have left. It is not removed here."""
    for other in sorted({each.tag for each in find_made(caller)[0]} - {tag}):
        print(f"Another run has left something: `verify --tag {other}` removes it.")
