"""The markers ``appsync`` and ``appsync_errors``: their keywords and their fixtures.

Nothing here imports boto3 or botocore until a test has one of the markers.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import pytest

from pytest_appsync.clients import import_hooks
from pytest_appsync.nearest import nearest, no_such

if TYPE_CHECKING:
    from pytest_appsync.appsync import AppSync
    from pytest_appsync.model import DocumentedError

_FIXTURES = {"appsync": "appsync", "appsync_errors": "appsync_error"}
"""The fixture that each marker asks for."""


def wanted_fixtures(item: pytest.Item) -> list[str]:
    """The fixtures that the markers of a test ask for, each once."""
    # Comparing takes 0.1 ms a name, so only names that begin alike are compared.
    begins = ("app", "aps")
    markers = (marker.name for marker in item.iter_markers())
    names = [name for name in markers if name.casefold().startswith(begins)]
    for name in names:
        if name not in _FIXTURES:
            _refuse_misspelt(item.config, name)
    return [_FIXTURES[name] for name in dict.fromkeys(names) if name in _FIXTURES]


def _refuse_misspelt(config: pytest.Config, name: str) -> None:
    """Refuse a marker that is nearly one of ours, unless the suite has registered it.

    pytest only warns of it, and the test would pass without what it asks for.
    """
    registered = {re.split("[:(]", each)[0].strip() for each in config.getini("markers")}
    # `appsync_it` and `appsec` are names of a suite's own, and no misspelt `appsync`.
    alike = [ours for ours in _FIXTURES if {*name.casefold()} <= {*ours, "_"}]
    meant = nearest(name, ["appsync_errors"] if name.startswith("appsync") else alike)
    if meant and name not in registered:
        refuse(
            f"@pytest.mark.{name} is no marker of pytest-appsync; did you mean "
            f"@pytest.mark.{meant}? A marker of your own needs a line in pytest's ini option "
            "`markers`"
        )


def register(config: pytest.Config) -> None:
    """Register the markers with pytest. Only ``pytest --markers`` shows their keywords."""
    keywords = _text(appsync_class()) if config.getoption("markers", False) else "**keywords"
    config.addinivalue_line(
        "markers",
        f"appsync({keywords}): configure the simulated AppSync of the fixture `appsync`, with "
        "the keywords of pytest_appsync.AppSync. The closest marker wins, keyword by keyword. "
        "A test with this marker runs in a simulation, whether it names the fixture or not.",
    )
    config.addinivalue_line(
        "markers",
        f"appsync_errors({_text(errors_of_marker)}): run the test once for each error that AWS "
        "documents for the operation or was seen to send, with that error armed. The fixture "
        "`appsync_error` is the error. Codes narrow it; common=True adds the errors common to "
        "all actions; observed=False leaves out what AWS does not document; times=n makes each "
        "error go away after n attempts.",
    )


def _text(function: Callable[..., Any]) -> str:
    """The parameters of a function with their defaults, where these are short."""
    texts = []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            texts.append(f"*{name}")
        elif parameter.default is inspect.Parameter.empty:
            texts.append(name)
        else:
            default = repr(parameter.default)
            texts.append(f"{name}={default if len(default) <= 30 else '...'}")
    return ", ".join(texts)


def appsync_class() -> type[AppSync]:
    """:class:`pytest_appsync.AppSync`, which is imported where it is needed first."""
    if "pytest_appsync.appsync" not in sys.modules:
        import_hooks.forget_stale_modules()
    from pytest_appsync.appsync import AppSync

    return AppSync


def keywords_of(test: pytest.Item) -> dict[str, Any]:
    """The keywords of a test's markers ``appsync``. The closest marker wins, key by key."""
    keywords: dict[str, Any] = {}
    for marker in _closest_first(test):
        if marker.args:
            refuse(f"@pytest.mark.appsync takes keywords only, not {marker.args!r}. {_allowed()}")
        check_keywords("@pytest.mark.appsync", marker.kwargs)
        keywords = {**marker.kwargs, **keywords}
    return keywords


def _closest_first(test: pytest.Item) -> list[pytest.Mark]:
    """The markers ``appsync`` of a test: of its pytest.param, its function, its class and so on.

    pytest has those of ``pytest.param`` behind those of the function.
    """
    of_parameters = getattr(getattr(test, "callspec", None), "marks", [])
    closest = [marker for marker in of_parameters if marker.name == "appsync"]
    return [*closest, *test.iter_markers("appsync")]


def check_keywords(where: str, keywords: Iterable[object]) -> None:
    """Refuse a keyword that :class:`AppSync` does not have."""
    allowed = list(inspect.signature(appsync_class()).parameters)
    for name in keywords:
        if name not in allowed:
            refuse(no_such(where, "keyword", name, allowed))


def keywords_of_parameter(test: pytest.Item, param: object) -> dict[str, Any]:
    """The keywords that one set of ``parametrize("appsync", ..., indirect=True)`` gives.

    Without such a marker the parameter is one of a suite's own fixture ``appsync`` that asks
    for ours: pytest hands it to both.
    """
    allowed = list(inspect.signature(appsync_class()).parameters)
    if isinstance(param, Mapping) and all(name in allowed for name in param):
        return dict(param)
    if any("appsync" in _argnames(marker) for marker in test.iter_markers("parametrize")):
        where = '@pytest.mark.parametrize("appsync", ..., indirect=True)'
        check_keywords(where, param if isinstance(param, Mapping) else ())
        refuse(f"{where} takes dicts of the keywords of AppSync, not {param!r}. {_allowed()}")
    return {}


def _argnames(parametrize: pytest.Mark) -> list[str]:
    names = parametrize.kwargs.get("argnames") or parametrize.args[0]
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)


def _allowed() -> str:
    return f"Allowed: {', '.join(inspect.signature(appsync_class()).parameters)}"


class ArmedError(NamedTuple):
    """The error of one run of a test with the marker ``appsync_errors``."""

    error: DocumentedError
    times: int | None


def parametrize_errors(metafunc: pytest.Metafunc) -> None:
    """Have a test with the marker ``appsync_errors`` run once for each error."""
    markers = list(metafunc.definition.iter_markers("appsync_errors"))
    if not markers:
        return
    if "appsync_error" not in metafunc.fixturenames:
        metafunc.fixturenames.append("appsync_error")
    # Where a class and its test name the same error, the test's `times` counts.
    armed = {
        (armed.error.operation, armed.error.code): armed
        for marker in reversed(markers)
        for armed in _checked_errors(metafunc.definition.nodeid, marker)
    }.values()
    ids = [f"{error.operation}-{error.code}-{error.http_status}" for error, _ in armed]
    metafunc.parametrize("appsync_error", armed, ids=ids, indirect=True)


def _checked_errors(test: str, marker: pytest.Mark) -> Sequence[ArmedError]:
    where = "@pytest.mark.appsync_errors"
    parameters = inspect.signature(errors_of_marker).parameters.values()
    allowed = [each.name for each in parameters if each.kind is inspect.Parameter.KEYWORD_ONLY]
    for name in marker.kwargs:
        if name not in allowed:
            refuse(f"{test}: {no_such(where, 'keyword', name, allowed)}")
    if not marker.args:
        refuse(f"{test}: {where} needs an operation, such as {where}('CreateApiKey')")
    import_hooks.forget_stale_modules()
    try:
        return errors_of_marker(*marker.args, **marker.kwargs)
    except (TypeError, ValueError) as error:
        refuse(f"{test}: {where}: {error}")


def errors_of_marker(
    operation: str,
    *codes: str,
    common: bool = False,
    observed: bool = True,
    times: int | None = None,
) -> Sequence[ArmedError]:
    """The errors that the marker ``appsync_errors`` arms. Its keywords are the marker's.

    :raises TypeError: for a keyword's value of another type.
    :raises ValueError: for an operation, code or keyword's value that is not allowed.
    """
    from pytest_appsync import model
    from pytest_appsync.script.checks import checked_flag, checked_times

    times = checked_times(times)
    common = checked_flag("common", common)
    observed = checked_flag("observed", observed)
    errors: Iterable[DocumentedError] = model.errors(operation, common=common, observed=observed)
    if codes:
        errors = [model.find_error(operation, code) for code in codes]
    return [ArmedError(error, times) for error in errors]


def refuse(message: str) -> NoReturn:
    """End the test, or its collection, with a message that has no traceback."""
    raise pytest.fail.Exception(message, pytrace=False) from None
