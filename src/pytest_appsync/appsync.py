"""``AppSync``: what a test uses. It only hands on to the parts that do the work."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_appsync import model, regions
from pytest_appsync.clients import botocore_wrapping, handlers
from pytest_appsync.clients.new_client import make_client, shared_client
from pytest_appsync.clients.region import default_region
from pytest_appsync.keywords import keywords_checked
from pytest_appsync.model import DocumentedError
from pytest_appsync.record.calls import Calls
from pytest_appsync.script import scripting
from pytest_appsync.script.checks import Error, Params, When
from pytest_appsync.script.conditions import Chaos, Throttle
from pytest_appsync.script.graphql_answers import GraphqlAnswer, GraphqlResult
from pytest_appsync.script.handles import Delay, Fault, Response, Result
from pytest_appsync.service.api_key_rules import ApiKeyRules
from pytest_appsync.service.api_keys import ApiKey
from pytest_appsync.service.apis import Api, Kind
from pytest_appsync.service.rules import ServiceRules
from pytest_appsync.simulation import seeding
from pytest_appsync.simulation.clock import Clock
from pytest_appsync.simulation.decoration import decorate
from pytest_appsync.simulation.lifecycle import Lifecycle
from pytest_appsync.simulation.settings import Settings, Unsimulated
from pytest_appsync.simulation.simulation import Simulation

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_appsync import AppSyncClient

    from pytest_appsync.record.graphql_requests import GraphqlRequest
    from pytest_appsync.server.server import Server

T = TypeVar("T", bound=Callable[..., Any])

# A test may mock ``open``, ``json.loads`` or ``os.path`` while it works with a simulation.
model.service_model()
regions.known_regions()


@keywords_checked
class AppSync:
    """A simulated AppSync that answers every boto3 AppSync client of this process.

    ::

        with AppSync() as appsync:
            api = appsync.add_api("orders")
            boto3.client("appsync").create_api_key(apiId=api.id)
            [key] = appsync.api_keys(api)

    A context manager (``with``, ``async with``) and a decorator for functions,
    coroutine functions and classes of tests. Each entry begins with an empty
    service; the first one also has what was seeded before it. Where several are
    entered, the last one answers, in every thread. After it was left, a simulation
    can still be looked at, but not changed.

    :param region: the region of clients that are made without one, and of the APIs
        that are seeded without one. If it is not given, a client gets the region that
        botocore finds for it (environment, configuration, profile). The simulation then
        has, from the moment it is entered, the one that ``boto3.client("appsync")`` would
        have at that moment, or ``us-east-1`` where botocore finds none.
    :param key_rules: the rules of API keys; see :class:`ApiKeyRules`.
    :param schema_creation: how long AppSync works at a schema, in simulated time.
    :param page_size: how many items a page of a list has where the request names no ``maxResults``.
    :param graphql_api_quota: how many GraphQL APIs a region may have.
    :param event_api_quota: how many Event APIs a region may have.
    :param unsimulated: what an operation gets that has neither a simulation nor a
        scripted answer: ``"error"`` raises :class:`UnsimulatedOperation`,
        ``"passthrough"`` lets it go on to the next handler (moto) or the network.
    :param strict: whether leaving the simulation raises what the application has
        swallowed (:class:`UnsimulatedOperation`, what a callable of the test raised), or
        an ``AssertionError`` for scripted failures and answers that no call has met. Where
        the block ends with an exception, leaving raises nothing else.
    :param seed: makes all identifiers the same in every run, for tests that compare
        snapshots; a whole number or text.
    :raises ValueError: for a region, a number or ``unsimulated`` that is not allowed.
    :raises TypeError: for any other value of another type.
    """

    def __init__(
        self,
        *,
        region: str | None = None,
        key_rules: ApiKeyRules = ApiKeyRules.DA2,
        schema_creation: timedelta = timedelta(),
        page_size: int = 10,
        graphql_api_quota: int = 25,
        event_api_quota: int = 25,
        unsimulated: Unsimulated = "error",
        strict: bool = True,
        seed: int | str | None = None,
    ) -> None:
        self._settings = Settings(
            region=region,
            key_rules=key_rules,
            rules=ServiceRules(
                schema_creation=schema_creation,
                page_size=page_size,
                graphql_api_quota=graphql_api_quota,
                event_api_quota=event_api_quota,
                seed=seed,
            ),
            unsimulated=unsimulated,
            strict=strict,
        )
        self._lifecycle = Lifecycle(
            self._settings, prepare=botocore_wrapping.install, find_region=default_region
        )

    @property
    def region(self) -> str:
        """The region of APIs and clients that are made without one.

        Without ``AppSync(region=...)`` it is found out at each entry. Before the first one it is
        the region that the simulation would have if it were entered now.
        """
        return self._lifecycle.region

    @property
    def key_rules(self) -> ApiKeyRules:
        """The rules of API keys."""
        return self._settings.key_rules

    @property
    def unsimulated(self) -> Unsimulated:
        """What an operation gets that has neither a simulation nor a scripted answer."""
        return self._settings.unsimulated

    @property
    def strict(self) -> bool:
        """Whether leaving the simulation checks what was scripted and what was swallowed."""
        return self._settings.strict

    @property
    def schema_creation(self) -> timedelta:
        """How long AppSync works at a schema."""
        return self._settings.rules.schema_creation

    @property
    def page_size(self) -> int:
        """How many items a page of a list has where the request does not say."""
        return self._settings.rules.page_size

    @property
    def graphql_api_quota(self) -> int:
        """How many GraphQL APIs a region may have."""
        return self._settings.rules.graphql_api_quota

    @property
    def event_api_quota(self) -> int:
        """How many Event APIs a region may have."""
        return self._settings.rules.event_api_quota

    @property
    def seed(self) -> int | str | None:
        """What makes all identifiers the same in every run, or ``None``."""
        return self._settings.rules.seed

    @property
    def clock(self) -> Clock:
        """The service's time: ``now()``, ``advance(days=1)``, ``set(moment)``, ``sleep(3)``."""
        return self._simulation.users_clock

    @property
    def calls(self) -> Calls:
        """The calls that the application made, in order."""
        return self._simulation.calls

    @property
    def _simulation(self) -> Simulation:
        simulation = self._lifecycle.simulation
        # What the test itself does comes after the calls that have ended.
        simulation.time_lines.meet()
        return simulation

    # --- entering and leaving ---

    def __enter__(self) -> AppSync:
        self._lifecycle.enter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        __tracebackhide__ = True
        try:
            self._lifecycle.leave()
        except BaseException:  # Ctrl-C, before leave() had begun
            self._lifecycle.forget()
            raise
        if kind is None:
            self._lifecycle.check()
        else:
            self._simulation.mistakes.take()

    async def __aenter__(self) -> AppSync:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        __tracebackhide__ = True
        self.__exit__(kind, error, traceback)

    def __call__(self, target: T) -> T:
        """Decorate a function, a coroutine function or a class of tests.

        A parameter named ``appsync`` of the function, or of the class's tests, is given
        this simulation. Each call of a function begins with what was seeded before the first
        entry, and each test of a class with a copy of the state that ``setUpClass`` or
        ``setup_class`` left.
        """
        return decorate(self._lifecycle, target, self)

    def __repr__(self) -> str:
        state = "active" if self._lifecycle.is_entered else "not active"
        return f"<AppSync in {self.region}, {state}, {len(self.calls)} calls>"

    # --- clients ---

    def client(self, region: str | None = None, **client_kwargs: Any) -> AppSyncClient:
        """A boto3 AppSync client, without credentials.

        A plain ``boto3.client("appsync")``, made anywhere, is answered too.

        :param region: the simulation's where it is not given.
        :param client_kwargs: as for ``boto3.client``, such as ``config``. Without
            them the simulation makes one client for each region and returns it again. Later
            simulations reuse it, unless a test has changed its attributes, event handlers or
            configuration.
        :raises ValueError: for what is not a region's name.
        :raises TypeError: for a parameter that ``boto3.client`` does not have, and for
            ``region_name``: the region is ``region`` here.
        """
        region = self._region(region)
        if client_kwargs:
            return make_client(region, self._simulation, **client_kwargs)
        return shared_client(region, self._simulation)

    def attach(self, client: BaseClient) -> None:
        """Take over an AppSync client that was made before this package was imported.

        :raises TypeError: for what is not an AppSync client.
        """
        handlers.attach(client)

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
        :raises ValueError: for what is not a region's name, an id that the region has
            already or that a URL cannot carry, an unknown kind, or an Event API where the
            installed botocore does not know them.
        """
        service = self._simulation_for("add_api").service
        return seeding.add_api(service, self._region(region), name, api_id=api_id, kind=kind)

    def add_api_key(
        self,
        api: Api | str,
        *,
        id: str | None = None,
        description: str | None = None,
        expires: datetime | float | None = None,
    ) -> ApiKey:
        """Seed a key in any state that it could have on AWS. No bound or quota is applied.

        :param api: what :meth:`add_api` returned, or an API's id.
        :param id: ``da2-`` or ``da1-`` and anything; AWS's form where it is not given.
        :param expires: seconds since the epoch (UTC) or an aware ``datetime``, in the
            past too. AppSync stores whole hours, so it is rounded down to the hour. A moment
            in the future that this would move into the past stays as it is: so a key that
            has a minute left can be seeded at any time.
        :raises LookupError: for an API that does not exist.
        :raises ValueError: for an id without a version, or one that the API has already;
            for ``expires`` after the year 9999, which milliseconds would be.
        """
        return seeding.add_api_key(
            self._simulation_for("add_api_key").service,
            api,
            id=id,
            description=description,
            expires=expires,
            first_region=self.region,
        )

    def apis(self, region: str | None = None) -> list[Api]:
        """The APIs of a region now, oldest first.

        ``api in appsync.apis()`` goes by the id, also where the API has changed since. ``in``
        takes no id and no name.

        :param region: the simulation's where it is not given.
        :raises ValueError: for what is not a region's name.
        """
        return seeding.apis(self._simulation.service, self._region(region))

    def api_keys(self, api: Api | str) -> list[ApiKey]:
        """The keys that an API has now, expired ones among them, oldest first.

        ``key in appsync.api_keys(api)`` goes by the id, also where the key has changed or
        expired since. ``in`` takes no id.

        :param api: an :class:`Api` or its id.
        :returns: an empty list for an :class:`Api` that has been deleted.
        :raises LookupError: for an id that no API has.
        """
        return seeding.api_keys(self._simulation.service, api, self.region)

    def accepts(self, api: Api | str, key_id: str | ApiKey) -> bool:
        """Whether AppSync would let a GraphQL request with this key in, now.

        :param api: an :class:`Api` or its id.
        :param key_id: an :class:`ApiKey` or its id; an id that the API does not have is
            not accepted.
        :raises LookupError: for an id that no API has.
        """
        return seeding.accepts(self._simulation.service, api, key_id, self.region)

    def _region(self, region: str | None) -> str:
        return self.region if region is None else regions.region_name(region)

    # --- scripting ---

    def errors(
        self, operation: str, *, common: bool = False, observed: bool = True
    ) -> tuple[DocumentedError, ...]:
        """The errors of an operation: those of the installed botocore's service model, and others.

        :param common: also the errors common to the actions of every service.
        :param observed: also what AWS was seen to send and does not document; such an
            error says ``observed`` and names its ``source``.
        :raises ValueError: for an operation that AppSync does not have.
        """
        return model.errors(operation, common=common, observed=observed)

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
        region: str | None = None,
        lasting: float | timedelta | None = None,
        retry_after: float | None = None,
    ) -> Fault:
        """Make AppSync fail, exactly when the test says.

        ::

            appsync.fail("CreateApiKey", "LimitExceededException", times=2)
            appsync.fail("DeleteApiKey", ReadTimeoutError, lost=True)
            with appsync.fail("ListApiKeys", HttpAnswer(502, body="<h1>Bad gateway</h1>")):
                ...

        Failures of one operation form a queue. A call meets the first one that is not used
        up. While that one lets calls through (``after``), so do those behind it.
        Any operation of AppSync can fail, simulated or not.

        :param operation: ``"CreateApiKey"`` or ``"create_api_key"``.
        :param error: a code that AWS documents for the operation or for all actions, or was
            seen to send for the operation; an exception that botocore's HTTP layer raises,
            class, instance or name; or a raw :class:`HttpAnswer`. A client of another process
            (see :meth:`serve`) never gets an answer for ReadTimeoutError and
            ConnectTimeoutError. For any other exception its connection is closed without an
            answer: also for SSLError and the errors of proxies, which a server cannot cause.
        :param times: how many attempts it meets (botocore's retries are attempts of
            their own); ``None`` for every one until it is withdrawn.
        :param after: how many calls it lets through first.
        :param when: which calls it meets: a dict that their parameters must contain, or
            a callable of their parameters.
        :param lost: each attempt takes effect, and then the client sees the error in place of
            the answer.
        :param message: the text in place of AWS's, for an error code.
        :param region: only the clients of this region meet it; all where it is not given.
        :param lasting: seconds or a ``timedelta``: it ends when so much simulated time has
            passed from now on. Then it has ended, also if the clock is set back.
        :param retry_after: seconds, sent in whole milliseconds in the header
            ``x-amz-retry-after``. botocore 1.44 and newer honours it in the retry modes
            standard and adaptive: it waits that long, but at least its own delay and at most
            5 seconds more than that.
        :returns: a handle with ``hits``; as a context manager it withdraws the failure.
        :raises ValueError: for an unknown operation, code or parameter, what is not a
            region's name, a number out of range, ``retry_after`` where no answer comes.
        :raises TypeError: for an object that is not an error.
        """
        return self._simulation_for("fail").script.add(
            scripting.make_fault(
                operation,
                error,
                times=times,
                after=after,
                when=when,
                lost=lost,
                message=message,
                region=region,
                lasting=lasting,
                retry_after=retry_after,
                simulated=self._simulation.simulated,
                clock=self._simulation.clock,
            )
        )

    def outage(
        self,
        error: Error = "ServiceUnavailable",
        *,
        lasting: float | timedelta,
        region: str | None = None,
    ) -> Fault:
        """Make every operation fail for a period of simulated time.

        What botocore waits between its attempts moves the clock. So an application that
        tries long enough succeeds, and the test takes milliseconds. All else that was scripted
        comes after the outage.

        :param error: a code common to all actions; an exception that botocore's HTTP layer
            raises, class, instance or name; or a raw :class:`HttpAnswer`.
        :param lasting: seconds or a ``timedelta``, from now on. After that it has ended, also
            if the clock is set back.
        :param region: only the clients of this region meet it; all where it is not given.
        :returns: a handle with ``hits``; as a context manager it withdraws the outage.
        :raises ValueError: for a code that is not common to all actions, what is not a
            region's name, ``lasting`` out of range.
        :raises TypeError: for an object that is not an error.
        """
        return self._simulation_for("outage").script.add(
            scripting.make_outage(
                error, lasting=lasting, region=region, clock=self._simulation.clock
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

        The answer is IAM's: AccessDeniedException, 403, with a message that names the
        caller, the action and the resource. For AppSync's own UnauthorizedException, 401,
        use :meth:`fail`.

        :param times: how many attempts it meets; ``None`` for every one.
        :param when: which calls it meets; see :meth:`fail`.
        :param message: the text in place of IAM's.
        :raises ValueError: as :meth:`fail`.
        """
        return self._simulation_for("deny").script.add(
            scripting.make_denial(operation, times=times, when=when, message=message)
        )

    def respond(
        self,
        operation: str,
        result: Result | Callable[[Params], Result],
        *,
        times: int | None = None,
        when: When | None = None,
    ) -> Response:
        """Give a canned answer, for any operation of AppSync.

        :param result: what the client returns, or a callable of the parameters
            that makes it. It is checked against the operation's output shape, a dict at
            once and a callable's when it is made.
        :param times: how many attempts it answers; ``None`` for every one.
        :param when: which calls it answers; see :meth:`fail`.
        :raises ValueError: for a result that AppSync could not have sent, naming the
            member; for an unknown operation or parameter, ``times`` below 1.
        """
        return self._simulation_for("respond").script.add(
            scripting.make_response(operation, result, times=times, when=when)
        )

    def delay(
        self,
        operation: str,
        seconds: float | timedelta,
        *,
        times: int | None = None,
        when: When | None = None,
    ) -> Delay:
        """Make an answer take some simulated time. No thread waits.

        Where that is longer than the client's ``read_timeout``, botocore sees a
        ReadTimeoutError, and the operation has taken effect: the server did the work.

        :param seconds: seconds or a ``timedelta``, more than 0.
        :param times: how many attempts it delays; ``None`` for every one.
        :param when: which calls it delays; see :meth:`fail`.
        :raises ValueError: for an unknown operation or parameter, for ``seconds`` out of
            range, ``times`` below 1.
        """
        return self._simulation_for("delay").script.add(
            scripting.make_delay(operation, seconds, times=times, when=when)
        )

    def throttle(
        self, operation: str | None = None, *, rate: float, burst: float | None = None
    ) -> Throttle:
        """Refuse calls that come too fast, by a token bucket on the simulation's clock.

        The refusal is LimitExceededException (429) where the operation models it and
        ThrottlingException elsewhere.

        :param operation: ``None`` for one bucket that all operations share.
        :param rate: calls a second, more than 0.
        :param burst: how many calls may come at once. If it is not given, it is ``rate``, but at
            least 1.
        :raises ValueError: for an unknown operation, rate or burst out of range.
        """
        return self._simulation_for("throttle").script.add(
            scripting.make_throttle(operation, rate=rate, burst=burst, clock=self._simulation.clock)
        )

    def chaos(
        self,
        rate: float,
        *,
        seed: int | str,
        operations: Iterable[str] | None = None,
        errors: Iterable[str] | None = None,
    ) -> Chaos:
        """Let attempts fail at random, reproducibly.

        :param rate: the probability that an attempt fails, 0 to 1.
        :param seed: the same seed gives the same run; the failure report shows it.
        :param operations: all where it is not given.
        :param errors: codes to choose from, documented or observed; the retryable ones that
            AWS documents for the operation where it is not given. An operation that has none of
            them does not fail, but one of the operations has each.
        :raises ValueError: for an unknown operation or code, a rate out of range, an operation
            for which AWS documents no retryable error where no codes are given.
        """
        return self._simulation_for("chaos").script.add(
            scripting.make_chaos(rate, seed=seed, operations=operations, errors=errors)
        )

    # --- other processes ---

    def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> Server:
        """A server of this simulation, for other processes and other languages.

        ::

            with appsync.serve() as server:
                subprocess.run(["node", "deploy.mjs"], env=server.environment, check=True)

        They share this simulation's state, script, clock and record with the clients of
        this process. While it is served, the ``uris`` of APIs lead to the server.

        :param host: the address to listen at. With any other than a loopback address, other
            machines can connect.
        :param port: 0 for any that is free.
        :returns: a :class:`Server`, which listens while it is entered.
        :raises ValueError: for a host or port that is not allowed.
        :raises OSError: when the server is entered and cannot listen there, such as at a port
            that is in use.
        """
        # The standard library's HTTP server takes 10 ms to import, and few tests need it.
        from pytest_appsync.server.server import Server

        return Server(self, self._lifecycle, host=host, port=port)

    def answer_graphql(
        self,
        api: Api | str,
        answer: GraphqlResult | Callable[[GraphqlRequest], GraphqlResult],
        *,
        times: int | None = None,
    ) -> GraphqlAnswer:
        """Script the answer to GraphQL requests to the served API whose key was accepted.

        ::

            appsync.answer_graphql(api, {"data": {"orders": []}})

        Without it such a request gets ``{"data": None}``.

        :param api: an :class:`Api` or its id. For an Event API this answers publishing requests.
        :param answer: a dict with ``data`` or ``errors``, an :class:`HttpAnswer`, or a
            callable of the request (see :attr:`graphql_requests`) that makes one of them.
        :param times: how many requests it answers; ``None`` for every one.
        :returns: a handle with ``hits``; as a context manager it withdraws the answer.
        :raises LookupError: for an API that does not exist.
        :raises TypeError: for an object that is not an answer, or that JSON cannot hold.
        :raises ValueError: for a dict that is not an answer, ``times`` below 1.
        """
        simulation = self._simulation_for("answer_graphql")
        region, stored = seeding.find(simulation.service, api, self.region)
        return simulation.script.add(
            scripting.make_graphql_answer(region.snapshot(stored), answer, times=times)
        )

    @property
    def graphql_requests(self) -> list[GraphqlRequest]:
        """The GraphQL requests to the served APIs, oldest first: ``api``, ``key``, ``query``,
        ``variables``, ``status``, and ``note``, which says what was not simulated."""
        return list(self._simulation.graphql_requests)

    def _simulation_for(self, method: str) -> Simulation:
        """The simulation, for a method that changes it.

        :raises RuntimeError: after it was left.
        """
        if self._lifecycle.has_ended:
            raise RuntimeError(
                f"AppSync.{method}() after this simulation was left changes nothing that a call "
                f"could meet; call it inside: with AppSync() as appsync: appsync.{method}(...)"
            )
        return self._simulation


def lifecycle_of(appsync: AppSync) -> Lifecycle:
    """The :class:`Lifecycle` of an :class:`AppSync`, for the fixture and the command line."""
    return appsync._lifecycle
