"""The making of handles out of the arguments of a test, which are checked at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from pytest_appsync import model
from pytest_appsync.record.calls import shown, snapshot
from pytest_appsync.script.checks import (
    EVERY_OPERATION,
    Error,
    Params,
    When,
    checked_after,
    checked_burst,
    checked_codes,
    checked_error,
    checked_flag,
    checked_operations,
    checked_outage,
    checked_period,
    checked_probability,
    checked_rate,
    checked_region,
    checked_seed,
    checked_times,
    checked_when,
    with_retry_after,
)
from pytest_appsync.script.conditions import Chaos, Throttle
from pytest_appsync.script.documented_answers import denial
from pytest_appsync.script.graphql_answers import GraphqlAnswer, GraphqlResult, checked_answer
from pytest_appsync.script.handles import Delay, Denial, Fault, Outage, Response, Result
from pytest_appsync.script.period import Period
from pytest_appsync.script.results import check_result, read_streams
from pytest_appsync.service.apis import Api
from pytest_appsync.service.clock import ServiceClock

if TYPE_CHECKING:
    from pytest_appsync.record.graphql_requests import GraphqlRequest


def make_fault(
    operation: str,
    error: Error,
    *,
    times: int | None,
    after: int,
    when: When | None,
    lost: bool,
    message: str | None,
    region: str | None,
    lasting: float | timedelta | None,
    retry_after: float | None,
    simulated: Collection[str],
    clock: ServiceClock,
) -> Fault:
    """The handle of :meth:`AppSync.fail`.

    :param simulated: the operations that have an effect whose answer can get lost.
    """
    name = model.operation_name(operation)
    if checked_flag("lost", lost) and name not in simulated:
        raise ValueError(
            f"`lost` must be False for {name}: it is not simulated, so it has no effect whose "
            "answer could get lost"
        )
    return Fault(
        operation=name,
        written=_written(
            "fail",
            operation,
            error,
            times=times,
            after=after,
            when=when,
            lost=lost,
            region=region,
            lasting=lasting,
            retry_after=retry_after,
        ),
        times=checked_times(times),
        when=checked_when(name, when),
        error=with_retry_after(checked_error(name, error, message), retry_after),
        after=checked_after(after),
        lost=lost,
        region=checked_region(region),
        period=None if lasting is None else Period(clock, checked_period("lasting", lasting)),
    )


def make_outage(
    error: Error, *, lasting: float | timedelta, region: str | None, clock: ServiceClock
) -> Outage:
    """The handle of :meth:`AppSync.outage`."""
    return Outage(
        operation=EVERY_OPERATION,
        written=_written("outage", error, lasting=lasting, region=region),
        error=checked_outage(error),
        region=checked_region(region),
        period=Period(clock, checked_period("lasting", lasting)),
    )


def make_denial(
    operation: str, *, times: int | None, when: When | None, message: str | None
) -> Fault:
    """The handle of :meth:`AppSync.deny`."""
    name = model.operation_name(operation)
    kind = Denial if message is None else Fault
    return kind(
        operation=name,
        written=_written("deny", operation, times=times, when=when),
        times=checked_times(times),
        when=checked_when(name, when),
        error=checked_error(name, denial(name).code, message),
    )


def make_response(
    operation: str,
    result: Result | Callable[[Params], Result],
    *,
    times: int | None,
    when: When | None,
) -> Response:
    """The handle of :meth:`AppSync.respond`."""
    name = model.operation_name(operation)
    if not callable(result):
        check_result(model.operation_model(name), result)
        result = read_streams(snapshot(result))
    return Response(
        operation=name,
        written=_written("respond", operation, result, times=times, when=when),
        times=checked_times(times),
        when=checked_when(name, when),
        result=result,
    )


def make_delay(
    operation: str, seconds: float | timedelta, *, times: int | None, when: When | None
) -> Delay:
    """The handle of :meth:`AppSync.delay`."""
    name = model.operation_name(operation)
    return Delay(
        operation=name,
        written=_written("delay", operation, seconds, times=times, when=when),
        times=checked_times(times),
        when=checked_when(name, when),
        seconds=checked_period("seconds", seconds),
    )


def make_throttle(
    operation: str | None, *, rate: float, burst: float | None, clock: ServiceClock
) -> Throttle:
    """The handle of :meth:`AppSync.throttle`."""
    return Throttle(
        operation=EVERY_OPERATION if operation is None else model.operation_name(operation),
        written=_written("throttle", *([operation] if operation else []), rate=rate, burst=burst),
        rate=checked_rate(rate),
        burst=checked_burst(max(1.0, rate) if burst is None else burst),
        clock=clock,
    )


def make_chaos(
    rate: float,
    *,
    seed: int | str,
    operations: Iterable[str] | None,
    errors: Iterable[str] | None,
) -> Chaos:
    """The handle of :meth:`AppSync.chaos`."""
    names = checked_operations(operations)
    codes = checked_codes(names, errors)
    return Chaos(
        operation=EVERY_OPERATION,
        written=_written(
            "chaos",
            rate,
            seed=checked_seed(seed),
            operations=None if operations is None else names,
            errors=None if codes is None else sorted(codes),
        ),
        rate=checked_probability(rate),
        seed=seed,
        operations=frozenset(names),
        errors=codes,
    )


def make_graphql_answer(
    api: Api,
    answer: GraphqlResult | Callable[[GraphqlRequest], GraphqlResult],
    *,
    times: int | None,
) -> GraphqlAnswer:
    """The handle of :meth:`AppSync.answer_graphql`."""
    return GraphqlAnswer(
        operation="GraphQL",
        written=_written("answer_graphql", api.name, answer, times=times),
        times=checked_times(times),
        api_id=api.id,
        answer=answer if callable(answer) else checked_answer(answer),
    )


def _written(method: str, *args: object, **keywords: object) -> str:
    """A call of ``AppSync`` as the test wrote it, without what it left at its default."""
    said = [getattr(arg, "__name__", None) or shown(arg) for arg in args]
    said += [
        f"{name}={shown(value)}"
        for name, value in keywords.items()
        if value is not None and value is not False and (name, value) != ("after", 0)
    ]
    return f"{method}({', '.join(said)})"
