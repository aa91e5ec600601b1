"""The arguments of ``create_client`` for an AppSync client that is made inside a simulation."""

from __future__ import annotations

from typing import Any

from botocore.config import Config

from pytest_appsync.clients.wrapping import Args, Kwargs

# With it all that a simulation needs is loaded when botocore is: a test may have replaced
# time.sleep() or datetime when the first simulation is entered.
from pytest_appsync.simulation.simulation import Simulation


def are_for_appsync(args: Args, kwargs: Kwargs) -> bool:
    """Whether these arguments of ``create_client`` make an AppSync client."""
    return bool((args[0] if args else kwargs.get("service_name")) == "appsync")


def inside(simulation: Simulation, session: Any, args: Args, kwargs: Kwargs) -> tuple[Args, Kwargs]:
    """The arguments with a region, where they need one, and such that botocore asks no network."""
    if not _names_region(session, args, kwargs) and (
        simulation.settings.region is not None or session.get_config_variable("region") is None
    ):
        if len(args) > 1:
            args = (args[0], simulation.region, *args[2:])
        else:
            kwargs = {**kwargs, "region_name": simulation.region}
    given = [value for value in (*args, kwargs.get("config")) if isinstance(value, Config)]
    config: Any = given[0] if given else session.get_default_client_config() or Config()
    mode = config.defaults_mode or session.get_config_variable("defaults_mode")
    if mode is not None and mode.lower() == "auto":
        # botocore asks the metadata service for the region then, and takes "standard" where
        # none answers.
        options: dict[str, Any] = {"defaults_mode": "standard"}
        standard = config.merge(Config(**options))
        if any(value is config for value in args):
            args = tuple(standard if value is config else value for value in args)
        else:
            kwargs = {**kwargs, "config": standard}
    return args, kwargs


def _names_region(session: Any, args: Args, kwargs: Kwargs) -> bool:
    """Whether the code that makes the client names a region, or a profile that has one."""
    given = (*args[2:], kwargs.get("config"), session.get_default_client_config())
    configs: list[Any] = [config for config in given if isinstance(config, Config)]
    named = session.instance_variables()
    return (
        (args[1] if len(args) > 1 else kwargs.get("region_name")) is not None
        or any(config.region_name is not None for config in configs)
        or named.get("region") is not None
        or ("profile" in named and session.get_scoped_config().get("region") is not None)
    )
