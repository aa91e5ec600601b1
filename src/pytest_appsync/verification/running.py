"""A run of ``verify``: both sides are asked for all facts, and all that was made is removed."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from pytest_appsync.simulation.clock import Clock
from pytest_appsync.verification.asking import PAUSES, Asking, Making
from pytest_appsync.verification.calling import Caller, GiveUp, Lost, NoAnswer, NotAsked, Refused
from pytest_appsync.verification.cleaning import clean_up, delete_api
from pytest_appsync.verification.fact import AnyFact, LaterFact
from pytest_appsync.verification.forms import DAY, seconds
from pytest_appsync.verification.other_servers import refuse_other_servers
from pytest_appsync.verification.result import Result
from pytest_appsync.verification.sides import simulated
from pytest_appsync.verification.state import State

_LOST_IN_A_ROW = 5
"""The number of facts without an answer after which no more are asked for."""
_KEY_LIVES = DAY + 1800
"""How long the keys live that a later run looks at: the least that AppSync allows, and some."""


@dataclass
class Side:
    """One side while it is asked.

    :ivar shared: what several facts use, by the function that makes it.
    :ivar made: the ids of all APIs that are there, with what deletes them.
    :ivar state: of the run. The API that it keeps stays, and is not in ``made``.
    """

    caller: Caller
    tag: str
    shared: dict[Making, tuple[Asking, Any]] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    state: State | None = None

    def ask(self, about: Callable[[Asking], Any]) -> Any:
        """The observation for a fact, without secrets. Where an answer was lost it asks once more.

        :raises NotAsked: where it cannot be asked.
        """
        try:
            return self._ask_once(about)
        except Lost:
            self._remove_what_is_lost()
        try:
            return self._ask_once(about)
        except Lost:
            self._remove_what_is_lost()
            raise

    def _ask_once(self, about: Callable[[Asking], Any]) -> Any:
        asking = Asking(self.caller, self.tag, self.shared, self.made)
        try:
            return self.caller.redaction.value(about(asking))
        except Refused as refused:
            return f"refused: {refused}"
        except KeyError as missing:
            return f"an answer without {missing}"
        except NotAsked:
            raise
        except Exception as error:
            text = f"the code of the fact failed: {type(error).__name__}: {error}"
            raise NotAsked(self.caller.redaction.text(text)) from error
        finally:
            self._put_away(asking)

    def _in_use(self) -> dict[str, str]:
        """The APIs that facts share, as in ``made``."""
        made = [asking.made for asking, _ in self.shared.values()]
        return {id: delete for each in made for id, delete in each.items()}

    def remove_made(self, in_use: Collection[str] = ()) -> list[str]:
        """Remove all that was made, but what waits for a later run, and the APIs ``in_use``.

        :returns: what could not be removed, and why.
        """
        kept = [] if self.state is None or self.state.kept_api is None else [self.state.kept_api]
        return clean_up(self.caller, self.tag, self.made, [*kept, *in_use])

    def _remove_what_is_lost(self) -> None:
        """Remove what was made by a call whose answer did not come, and all else not in use."""
        in_use = self._in_use()
        self.remove_made(in_use)
        self.made |= in_use

    def _put_away(self, asking: Asking) -> None:
        """Delete what facts do not share: this one's, and what could not be deleted before."""
        exchanges = self.caller.exchanges
        self.caller.exchanges = []
        try:
            for api_id in self.made.keys() - self._in_use():
                # A schema that is being altered refuses the deletion until it is done.
                pauses = (0, *PAUSES) if api_id in asking.made else (0,)
                if self._delete(api_id, pauses):
                    del self.made[api_id]
        finally:
            self.caller.exchanges = exchanges

    def _delete(self, api_id: str, pauses: Sequence[float]) -> bool:
        """Delete an API; whether it is deleted now.

        :param pauses: seconds before each attempt.
        """
        for pause in pauses:
            problem = delete_api(self.caller, self.made[api_id], api_id, (pause,))
            if problem is None:
                return True
            if not problem.startswith("409 "):
                break
        return False


def simulate(facts: Sequence[AnyFact], region: str, tag: str) -> list[Any]:
    """The simulation's observation for each fact; :class:`NotAsked` where it cannot be asked."""
    seen: dict[str, Any] = {}
    with simulated(region) as (caller, clock):
        side = Side(caller, tag)
        # What needs days comes last: it moves the time.
        for fact in sorted(facts, key=lambda fact: isinstance(fact, LaterFact)):
            about = _after_its_time(fact, clock) if isinstance(fact, LaterFact) else fact.ask
            try:
                seen[fact.name] = side.ask(about)
            except NotAsked as error:
                seen[fact.name] = error
    return [seen[fact.name] for fact in facts]


def _after_its_time(fact: LaterFact, clock: Clock) -> Callable[[Asking], Any]:
    def ask(asking: Asking) -> Any:
        key = _make_key(asking, fact, asking.api)
        clock.set(key["expires"] + fact.wait.total_seconds())
        return fact.look_now(asking, asking.api)

    return ask


@dataclass
class Run:
    """One run of ``verify``.

    :param expected: what the simulation shows for each fact, from :func:`simulate`.
    :param caller: the side that is compared with the simulation.
    :param state: where facts that need days are begun and looked at; without one they are
        left alone.
    :param progress: is told each fact's number and name before it is asked for.
    """

    facts: Sequence[AnyFact]
    expected: Sequence[Any]
    caller: Caller
    tag: str
    state: State | None = None
    progress: Callable[[int, str], object] = lambda number, name: None

    def __post_init__(self) -> None:
        self.results: list[Result] = []
        self._side = Side(self.caller, self.tag, state=self.state)

    def remove_earlier(self) -> None:
        """Remove what a run of the same tag has left, but what waits.

        Where no AppSync answers, nothing can be asked then.
        """
        with suppress(GiveUp):
            refuse_other_servers(self.caller)
        self._side.remove_made()

    def ask_all(self) -> None:
        """Ask; :attr:`results` has what is known so far, also after an exception."""
        lost = 0
        for number, (fact, simulation) in enumerate(zip(self.facts, self.expected, strict=True)):
            self.progress(number, fact.name)
            result = Result.of(fact, simulation)
            self.results.append(result)
            if self.state is not None and (done := self.state.done.get(fact.name)) is not None:
                result.take_over(done)
                continue
            self.caller.exchanges = []
            try:
                if isinstance(fact, LaterFact) and self.state is None:
                    result.later("it needs --resume STATE.json, and days")
                    continue
                if lost >= _LOST_IN_A_ROW:
                    raise NotAsked(f"the {lost} facts before it got no answer")
                if isinstance(simulation, NotAsked):
                    raise simulation
                if isinstance(fact, LaterFact):
                    self._later(fact, result)
                else:
                    result.compare(self._side.ask(fact.ask), fact.also)
                lost = 0
            except NotAsked as error:
                result.not_asked(str(error))
                lost += isinstance(error, NoAnswer)
            result.exchanges = self.caller.exchanges
            self._remember(result)

    # --- what needs days ---

    def _later(self, fact: LaterFact, result: Result) -> None:
        state = self.state
        assert state is not None
        seen = self._side.ask(lambda asking: self._begin(asking, fact, state))
        if fact.name not in state.begun:
            raise NotAsked(f"no key that waits: {seen}")
        due = state.begun[fact.name] + fact.wait.total_seconds()
        if time.time() < due:
            moment = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(due))
            result.later(f"from {moment} on")
            return
        api_id = state.kept_api or ""
        result.compare(self._side.ask(lambda asking: fact.look_now(asking, api_id)), ())

    def _begin(self, asking: Asking, fact: LaterFact, state: State) -> None:
        """Make the key of a fact, unless it already exists and waits."""
        kept = state.kept_api
        if kept is not None and asking.refusal("list_api_keys", apiId=kept).startswith("404"):
            # It no longer exists, for example because an emulator was started again.
            kept = None
            state.begun.clear()
        if kept is None:
            kept = state.kept_api = asking.api
            del self._side.made[kept]
        if fact.name not in state.begun:
            key = _make_key(asking, fact, kept)
            state.begun[fact.name] = seconds(key["expires"])

    def _remember(self, result: Result) -> None:
        if self.state is not None:
            if result.result in ("same", "differs"):
                self.state.done[result.name] = asdict(result)
            self.state.write()

    # --- the end ---

    def clean_up(self) -> list[str]:
        """Remove all that was made, but what waits for a later run.

        :returns: what could not be removed, and why.
        """
        self.caller.exchanges = []
        if self.state is not None:
            if self.state.begun.keys() <= self.state.done.keys():  # nothing waits
                self.state.kept_api = None
            self.state.write()
        return self._side.remove_made()


def _make_key(asking: Asking, fact: LaterFact, api_id: str) -> dict[str, Any]:
    """The key that waits: its description names the fact."""
    expires = asking.current_time(api_id) + _KEY_LIVES
    return asking.new_key(api_id, description=fact.name, expires=expires)
