"""``AppSync``: one simulation, which ties the parts of this package together."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import botocore

from pytest_appsync import botocore_patches, interception, model
from pytest_appsync.arguments import (
    check_result,
    checked_after,
    checked_burst,
    checked_codes,
    checked_error,
    checked_flag,
    checked_operations,
    checked_probability,
    checked_rate,
    checked_seconds,
    checked_seed,
    checked_times,
    checked_when,
    read_streams,
)
from pytest_appsync.call_in_flight import CallInFlight
from pytest_appsync.call_site import CallSite, call_site
from pytest_appsync.calls import Call, Calls, shown, snapshot
from pytest_appsync.clients import make_client, shared_client
from pytest_appsync.decoration import decorate
from pytest_appsync.failure_report import describe
from pytest_appsync.model import DocumentedError
from pytest_appsync.nearest import no_such
from pytest_appsync.script import (
    EVERY_OPERATION,
    Chaos,
    Delay,
    Error,
    Fault,
    Params,
    Response,
    Result,
    Throttle,
    When,
    denial,
)
from pytest_appsync.service.api_keys import (
    ApiKey,
    ApiKeyRules,
    StoredKey,
    rounded_down_to_the_hour,
    rules_of_version,
)
from pytest_appsync.service.apis import Api, Kind, Region, StoredApi
from pytest_appsync.service.clock import Clock, epoch_seconds
from pytest_appsync.service.identifiers import new_identifier
from pytest_appsync.service.operations import OPERATIONS, present_keys
from pytest_appsync.service.service import Service
from pytest_appsync.strictness import explain_unmet
from pytest_appsync.wire import ToResponse
from pytest_appsync.world import World

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_appsync import AppSyncClient

Unsimulated = Literal["error", "passthrough"]
T = TypeVar("T", bound=Callable[..., Any])


class AppSync:
    """A simulated AppSync that answers every boto3 AppSync client of this process.

    ::

        with AppSync() as appsync:
            api = appsync.add_api("orders")
            boto3.client("appsync").create_api_key(apiId=api.id)
            [key] = appsync.api_keys(api)

    A context manager (``with``, ``async with``) and a decorator for functions,
    coroutine functions and classes of tests. Each entry begins with an empty
    service, but for what was seeded before the first one. Of several that are
    entered the last one answers, in every thread. After it was left, a simulation
    can still be looked at, but not changed.

    :param region: the region of clients that are made without one, and of the APIs
        that are seeded without one.
    :param key_rules: what becomes of API keys; see :class:`ApiKeyRules`.
    :param unsimulated: what an operation gets that has neither a simulation nor a
        scripted answer: ``"error"`` raises :class:`UnsimulatedOperation`,
        ``"passthrough"`` lets it go on to the next handler (moto) or the network.
    :param strict: whether leaving the simulation raises an ``AssertionError`` for
        scripted failures and answers that no call has met. An exception that is
        already on its way is not replaced.
    :raises ValueError: for a region or ``unsimulated`` that makes no sense.
    :raises TypeError: for ``key_rules`` that are no :class:`ApiKeyRules`.
    """

    clock: Clock
    """The service's time: ``now()``, ``advance(days=1)``, ``set(moment)``."""

    calls: Calls
    """What the application asked, in order."""

    def __init__(
        self,
        *,
        region: str = "us-east-1",
        key_rules: ApiKeyRules = ApiKeyRules.DA2,
        unsimulated: Unsimulated = "error",
        strict: bool = True,
    ) -> None:
        if not isinstance(region, str) or not region:
            raise ValueError(f"region={region!r}: it is a region's name, such as 'eu-west-1'")
        if not isinstance(key_rules, ApiKeyRules):
            raise TypeError(
                f"key_rules={key_rules!r}: they are an ApiKeyRules, such as ApiKeyRules.DA2 "
                "or dataclasses.replace(ApiKeyRules.DA2, quota=3)"
            )
        if unsimulated not in ("error", "passthrough"):
            raise ValueError(no_such("way of unsimulated=", unsimulated, ("error", "passthrough")))
        self.region = region
        self.key_rules = key_rules
        self.unsimulated: Unsimulated = unsimulated
        self.strict = checked_flag("strict", strict)
        self._has_ended = False
        self._begin_anew()

    def _begin_anew(self) -> None:
        clock = Clock()
        service = Service(clock, self.key_rules, model.partition_of)
        self._world = World(service, clock, _simulated())
        self.clock = clock
        self.calls = self._world.calls
        self._has_ended = False
        self._shared_clients: set[str] = set()

    # --- entering and leaving ---

    def enter(self) -> None:
        """Become the simulation that answers.

        :raises RuntimeError: when it does already.
        """
        if self._has_ended:
            self._begin_anew()
        botocore_patches.install()
        interception.enter(self)

    def leave(self) -> None:
        """Answer no more. Unlike the end of a ``with``, this asks nothing of the script.

        :raises RuntimeError: when it is not active, or another one that was entered
            after it still is.
        """
        try:
            self._has_ended = self._has_ended or interception.is_entered(self)
            interception.leave(self)
        except BaseException:  # Ctrl-C
            interception.forget(self)
            raise

    @property
    def is_entered(self) -> bool:
        """Whether it is active, be it the one that answers or one around that."""
        return interception.is_entered(self)

    def check_script(self) -> None:
        """What ``strict`` means: nothing was scripted in vain.

        :raises AssertionError: naming what no call has met, and what was called instead.
        """
        unmet = self._world.script.unmet()
        if self.strict and unmet:
            raise AssertionError(explain_unmet(unmet, self.calls))

    def describe(self) -> str:
        """The calls, the script and the clock, as a failed test's report shows them."""
        return describe(self.calls, self._world.script, self.clock)

    def __enter__(self) -> AppSync:
        self.enter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.leave()
        except BaseException:  # Ctrl-C, before leave() could do anything about it
            interception.forget(self)
            raise
        if kind is None:
            self.check_script()

    async def __aenter__(self) -> AppSync:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, traceback)

    def __call__(self, target: T) -> T:
        """Decorate a function, a coroutine function or a class of tests."""
        return decorate(self, target)

    def begin(
        self,
        operation: str,
        params: Mapping[str, Any],
        region: str,
        read_timeout: float | None,
        to_response: ToResponse,
        site: CallSite | None,
    ) -> CallInFlight:
        """A client begins a call; :mod:`pytest_appsync.interception` says so.

        :param site: where the application made it, if that is known already.
        """
        return CallInFlight(
            self._world,
            Call(operation, params, region, site=site or call_site(ours=3)),
            passthrough=self.unsimulated == "passthrough",
            read_timeout=read_timeout,
            to_response=to_response,
        )

    def __repr__(self) -> str:
        state = "active" if interception.is_entered(self) else "not active"
        return f"<AppSync in {self.region}, {state}, {len(self.calls)} calls>"

    # --- clients ---

    def client(self, region: str | None = None, **client_kwargs: Any) -> AppSyncClient:
        """A boto3 AppSync client, without credentials.

        A plain ``boto3.client("appsync")``, made anywhere, is answered just as well.

        :param region: the simulation's where it is not given.
        :param client_kwargs: as for ``boto3.client``, such as ``config``; with none,
            the client is made once in the process and reused, and each simulation finds
            it as it was made: event handlers and Stubbers of others are gone.
        """
        region = region or self.region
        if client_kwargs:
            return make_client(region, **client_kwargs)
        is_first = region not in self._shared_clients
        self._shared_clients.add(region)
        return shared_client(region, as_made=is_first)

    def attach(self, client: BaseClient) -> None:
        """Take over an AppSync client that was made before this package was imported.

        :raises TypeError: for what is not an AppSync client.
        """
        if not hasattr(client, "meta") or not interception.is_appsync(client):
            raise TypeError(f"{client!r} is not an AppSync client")
        interception.attach(client)

    # --- seeding and looking ---

    def add_api(
        self,
        name: str = "api",
        *,
        api_id: str | None = None,
        region: str | None = None,
        kind: Kind = "GRAPHQL",
    ) -> Api:
        """Seed an API. The quota of APIs is not applied.

        :param api_id: AWS's form of id where it is not given.
        :param region: the simulation's where it is not given.
        :param kind: ``"EVENT"`` for an Event API.
        :raises ValueError: for an id that the region has already, an unknown kind, or
            an Event API where the installed botocore does not know them.
        """
        self._refuse_change_after_end("add_api")
        _refuse_no_text("name", name)
        if api_id is not None:
            _refuse_no_text("api_id", api_id)
        if kind not in ("GRAPHQL", "EVENT"):
            raise ValueError(no_such("kind of API", kind, ("GRAPHQL", "EVENT")))
        if kind == "EVENT" and "CreateApi" not in self._world.simulated:
            raise ValueError(
                f"kind='EVENT': the installed botocore {botocore.__version__} does not know "
                "Event APIs (it has no operation CreateApi); a newer one does"
            )
        with self._world.service.lock:
            home = self._world.service.region(region or self.region)
            if api_id is not None and home.apis.get(api_id) is not None:
                raise ValueError(f"api_id={api_id!r}: {home.name} has an API of this id already")
            return home.snapshot(home.add(name, kind, {}, id=api_id))

    def add_api_key(
        self,
        api: Api | str,
        *,
        id: str | None = None,
        description: str | None = None,
        expires: datetime | float | None = None,
    ) -> ApiKey:
        """Seed a key in a state that could have come about; no bound or quota is applied.

        :param api: what :meth:`add_api` returned, or an API's id.
        :param id: ``da2-`` or ``da1-`` and anything; AWS's form where it is not given.
        :param expires: seconds since the epoch (UTC) or an aware ``datetime``, in the
            past too. AppSync stores whole hours, so it is rounded down to the hour, but
            for a moment to come that would lie in the past then: so a key that has a
            minute left can be seeded at any time of the hour.
        :raises LookupError: for an API that is not there.
        :raises ValueError: for an id without a version, or one that the API has already.
        """
        self._refuse_change_after_end("add_api_key")
        version = self.key_rules.version
        if id is None:
            id = f"{version}-{new_identifier()}"
        elif not isinstance(id, str) or not id.startswith((f"{version}-", "da1-", "da2-")):
            raise ValueError(f"id={id!r}: a key's id begins with its version, 'da2-' or 'da1-'")
        if description is not None and not isinstance(description, str):
            raise TypeError(f"description={description!r}: it is text")
        with self._world.service.lock:
            region, stored = self._find(api)
            if stored.keys.get(id) is not None:
                raise ValueError(f"id={id!r}: API {stored.id} has a key of this id already")
            rules = rules_of_version(id.partition("-")[0], self.key_rules)
            key = StoredKey(id, rules, next(region.positions), description, 0)
            if expires is None:
                validity = rules.default_validity
                moment = self.clock.now() + validity.total_seconds()
            else:
                moment = epoch_seconds(expires)
            now = self.clock.now()
            key.expires = rounded_down_to_the_hour(moment)
            if key.expires < now < moment:
                key.expires = math.ceil(moment)
            stored.keys.add(key)
            return key.snapshot(now)

    def apis(self, region: str | None = None) -> list[Api]:
        """The APIs of a region now, oldest first.

        :param region: the simulation's where it is not given.
        """
        with self._world.service.lock:
            home = self._world.service.region(region or self.region)
            return [home.snapshot(api) for api in home.apis]

    def api_keys(self, api: Api | str) -> list[ApiKey]:
        """The keys that an API has now, expired ones among them, oldest first.

        :param api: an :class:`Api` or its id.
        :returns: an empty list for an :class:`Api` that was deleted meanwhile.
        :raises LookupError: for an id that no API has.
        """
        with self._world.service.lock:
            found = self._find_if_there(api)
            if found is None:
                return []
            now = self.clock.now()
            return [key.snapshot(now) for key in present_keys(*found)]

    def accepts(self, api: Api | str, key_id: str | ApiKey) -> bool:
        """Whether AppSync would let a GraphQL request with this key in, now.

        :param api: an :class:`Api` or its id.
        :param key_id: an :class:`ApiKey` or its id; an id that the API does not have is
            not accepted.
        :raises LookupError: for an id that no API has.
        """
        if isinstance(key_id, ApiKey):
            key_id = key_id.id
        if not isinstance(key_id, str):
            raise TypeError(f"{key_id!r} is neither an ApiKey nor a key's id")
        with self._world.service.lock:
            found = self._find_if_there(api)
            key = None if found is None else found[1].keys.get(key_id)
            return key is not None and key.lets_in(self.clock.now())

    def _find(self, api: Api | str) -> tuple[Region, StoredApi]:
        if isinstance(api, Api):
            region = self._world.service.region(api.region)
            stored = region.apis.get(api.id)
            if stored is not None:
                return region, stored
            raise LookupError(f"{api!r} is not there: deleted, or of another simulation")
        if not isinstance(api, str):
            raise TypeError(f"{api!r} is neither an Api nor an API's id")
        found = self._world.service.find(api, first=self.region)
        if found is None:
            ids = [known.id for region in self._world.service.regions() for known in region.apis]
            raise LookupError(no_such("API", api, ids))
        return found

    def _find_if_there(self, api: Api | str) -> tuple[Region, StoredApi] | None:
        try:
            return self._find(api)
        except LookupError:
            if isinstance(api, Api):
                return None
            raise

    # --- scripting ---

    def errors(self, operation: str, *, common: bool = False) -> tuple[DocumentedError, ...]:
        """The errors that AWS documents for an operation, in the installed botocore's words.

        :param common: also the errors common to the actions of every service.
        :raises ValueError: for an operation that AppSync does not have.
        """
        return model.errors(operation, common=common)

    def fail(
        self,
        operation: str,
        error: Error,
        *,
        times: int | None = None,
        after: int = 0,
        when: When | None = None,
        lost: bool = False,
        message: str | None = None,
    ) -> Fault:
        """Make AppSync fail, exactly when the test says.

        ::

            appsync.fail("CreateApiKey", "LimitExceededException", times=2)
            appsync.fail("DeleteApiKey", ReadTimeoutError, lost=True)
            with appsync.fail("ListApiKeys", HttpAnswer(502, body="<h1>Bad gateway</h1>")):
                ...

        Failures of one operation are met in the order in which they were scripted, one
        after the other is used up; while one lets calls through, so do those behind it.
        Any operation of AppSync can fail, simulated or not.

        :param operation: ``"CreateApiKey"`` or ``"create_api_key"``.
        :param error: a code that AWS documents for the operation or for all actions; an
            exception that botocore's HTTP layer raises, class or instance; or a raw
            :class:`HttpAnswer`.
        :param times: how many attempts it meets (botocore's retries are attempts of
            their own); ``None`` for every one until it is withdrawn.
        :param after: how many calls it lets through first.
        :param when: which calls it meets: a dict that their parameters must contain, or
            a callable of their parameters.
        :param lost: the operation takes effect, once an attempt, and only then the
            client sees the error: the answer got lost.
        :param message: instead of the documented text, for an error code.
        :returns: a handle with ``hits``; as a context manager it withdraws the failure.
        :raises ValueError: for an unknown operation, code or parameter, ``times`` below 1.
        :raises TypeError: for what is no error.
        """
        self._refuse_change_after_end("fail")
        name = model.operation_name(operation)
        if checked_flag("lost", lost) and name not in self._world.simulated:
            raise ValueError(
                f"lost=True: {name} is not simulated, so it has no effect whose answer could "
                "get lost"
            )
        written = _written("fail", operation, error, times=times, after=after, when=when, lost=lost)
        return self._world.script.add(
            Fault(
                name,
                checked_times(times),
                checked_when(name, when),
                written,
                checked_error(name, error, message),
                checked_after(after),
                lost,
            )
        )

    def deny(
        self,
        operation: str,
        *,
        times: int | None = None,
        when: When | None = None,
        message: str | None = None,
    ) -> Fault:
        """Take away the permission for an operation, until the handle is withdrawn.

        :returns: a :class:`Fault` of UnauthorizedException (401) or
            AccessDeniedException (403), whichever the operation models.
        :raises ValueError: as :meth:`fail`.
        """
        self._refuse_change_after_end("deny")
        error = denial(model.operation_name(operation))
        return self.fail(operation, error.code, times=times, when=when, message=message)

    def respond(
        self,
        operation: str,
        result: Result | Callable[[Params], Result],
        *,
        times: int | None = None,
        when: When | None = None,
    ) -> Response:
        """Give a canned answer, for any operation of AppSync.

        :param result: what the client shall return, or a callable of the parameters
            that makes it. It is checked against the operation's output shape, a dict at
            once and a callable's when it is made.
        :param times: how many attempts it answers; ``None`` for every one.
        :param when: which calls it answers; see :meth:`fail`.
        :raises ValueError: for a result that AppSync could not have sent, naming the
            member; for an unknown operation or parameter, ``times`` below 1.
        """
        self._refuse_change_after_end("respond")
        name = model.operation_name(operation)
        if not callable(result):
            check_result(model.operation_model(name), result)
            result = read_streams(snapshot(result))
        written = _written("respond", operation, result, times=times, when=when)
        return self._world.script.add(
            Response(
                name, checked_times(times), checked_when(name, when), written, result, check_result
            )
        )

    def delay(
        self,
        operation: str,
        seconds: float,
        *,
        times: int | None = None,
        when: When | None = None,
    ) -> Delay:
        """Make an answer take so long, in simulated time; nobody waits.

        Over the client's ``read_timeout`` botocore sees a ReadTimeoutError instead,
        and the operation has taken effect: the server did the work.

        :param seconds: over 0, and no more than a ``timedelta`` holds.
        :param times: how many attempts it delays; ``None`` for every one.
        :param when: which calls it delays; see :meth:`fail`.
        :raises ValueError: for an unknown operation or parameter, for ``seconds`` out of
            range, ``times`` below 1.
        """
        self._refuse_change_after_end("delay")
        name = model.operation_name(operation)
        written = _written("delay", operation, seconds, times=times, when=when)
        return self._world.script.add(
            Delay(
                name,
                checked_times(times),
                checked_when(name, when),
                written,
                checked_seconds(seconds),
            )
        )

    def throttle(
        self, operation: str | None = None, *, rate: float, burst: float | None = None
    ) -> Throttle:
        """Refuse what comes too fast, by a token bucket on the simulation's clock.

        The refusal is LimitExceededException (429) where the operation models it and
        ThrottlingException elsewhere.

        :param operation: ``None`` for one bucket that all operations share.
        :param rate: calls a second, over 0.
        :param burst: how many calls may come at once; ``rate``, but at least 1, where it
            is not given.
        :raises ValueError: for an unknown operation, rate or burst out of range.
        """
        self._refuse_change_after_end("throttle")
        name = EVERY_OPERATION if operation is None else model.operation_name(operation)
        allowed = checked_burst(max(1.0, checked_rate(rate)) if burst is None else burst)
        written = _written("throttle", *([operation] if operation else []), rate=rate, burst=burst)
        return self._world.script.add(Throttle(name, written, rate, allowed, self.clock))

    def chaos(
        self,
        rate: float,
        *,
        seed: int | str,
        operations: Iterable[str] | None = None,
        errors: Iterable[str] | None = None,
    ) -> Chaos:
        """Let attempts fail by chance, reproducibly.

        :param rate: the probability that an attempt fails, 0 to 1.
        :param seed: the same seed gives the same run; the failure report shows it.
        :param operations: all where it is not given.
        :param errors: codes to choose from; the retryable ones that AWS documents for
            the operation where it is not given.
        :raises ValueError: for an unknown operation or code, a rate out of range.
        """
        self._refuse_change_after_end("chaos")
        names = checked_operations(operations)
        codes = checked_codes(names, errors)
        written = _written(
            "chaos",
            rate,
            seed=checked_seed(seed),
            operations=None if operations is None else names,
            errors=None if codes is None else sorted(codes),
        )
        return self._world.script.add(
            Chaos(
                EVERY_OPERATION,
                written,
                checked_probability(rate),
                seed,
                frozenset(names),
                codes,
            )
        )

    def _refuse_change_after_end(self, method: str) -> None:
        if self._has_ended:
            raise RuntimeError(
                f"AppSync.{method}() after this simulation was left changes nothing that anybody "
                f"would see; call it inside: with AppSync() as appsync: appsync.{method}(...)"
            )


@functools.cache
def _simulated() -> frozenset[str]:
    """The operations that the service can carry out, of those that botocore knows."""
    return frozenset(OPERATIONS).intersection(model.service_model().operation_names)


def _refuse_no_text(name: str, value: object) -> None:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}={value!r}: it is text, and not empty")


def _written(method: str, *args: object, **keywords: object) -> str:
    """A call of ours as the test wrote it, without what it left at its default."""
    said = [getattr(arg, "__name__", None) or shown(arg) for arg in args]
    said += [
        f"{name}={shown(value)}"
        for name, value in keywords.items()
        if value is not None and value is not False and (name, value) != ("after", 0)
    ]
    return f"{method}({', '.join(said)})"
