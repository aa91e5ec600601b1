"""Parameters that the service model allows, and that the start state can meet.

hypothesis has strategies for these in tests/protocol/test_there_and_back.py. Here they are
drawn from a seeded :class:`random.Random`, which is some thirty times as fast: 100,000
inputs are to take minutes, and shrinking is easy where an input is a valid one with a few faults.
"""

from __future__ import annotations

import random
import string
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from pytest_appsync import model

from .start import API_ID, DAY, EVENT_API_ID, KEY_ID, NOW

_LETTERS = string.ascii_lowercase


def input_shape(operation: str) -> StructureShape:
    shape = model.operation_model(operation).input_shape
    assert shape is not None, f"{operation} has no input"
    return shape


def valid_params(rng: random.Random, operation: str) -> dict[str, Any]:
    """Parameters that ``operation`` must accept, each optional member being there or not."""
    params: dict[str, Any] = _structure(rng, input_shape(operation))
    params.pop("nextToken", None)
    if "apiId" in params:
        event = model.operation_model(operation).http["requestUri"].startswith("/v2/")
        params["apiId"] = EVENT_API_ID if event else API_ID
    if "id" in params:
        params["id"] = KEY_ID
    if "expires" in params:
        params["expires"] = NOW + rng.randrange(2 * DAY, 364 * DAY)
    _keep_one_lambda_authorizer(params)
    if "additionalAuthenticationProviders" in params and "userPoolConfig" in params:
        # AppSync refuses DENY beside them, which only CloudFormation's guide says.
        params["userPoolConfig"]["defaultAction"] = "ALLOW"
    return params


def _keep_one_lambda_authorizer(params: dict[str, Any]) -> None:
    """Have no second one: only the documentation of the service model forbids it."""
    others = params.get("additionalAuthenticationProviders", ())
    providers = [params, *others, *params.get("eventConfig", {}).get("authProviders", ())]
    found = [
        (provider, member)
        for provider in providers
        for member in ("authenticationType", "authType")
        if provider.get(member) == "AWS_LAMBDA"
    ]
    for provider, member in found[1:]:
        provider[member] = "API_KEY"


def _structure(rng: random.Random, shape: StructureShape) -> dict[str, Any]:
    return {
        name: _value(rng, member)
        for name, member in shape.members.items()
        if name in shape.required_members or rng.random() < 0.4
    }


def _value(rng: random.Random, shape: Shape) -> Any:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if isinstance(shape, StructureShape):
        return _structure(rng, shape)
    if isinstance(shape, ListShape):
        return [_value(rng, shape.member) for _ in range((least or 0) + rng.randrange(3))]
    if isinstance(shape, MapShape):
        count = (least or 0) + rng.randrange(3)
        return {_value(rng, shape.key): _value(rng, shape.value) for _ in range(count)}
    if shape.type_name in ("integer", "long"):
        return rng.randint(least or 0, 2**31 - 1 if most is None else most)
    if shape.type_name == "boolean":
        return rng.random() < 0.5
    if shape.metadata.get("enum"):
        return rng.choice(shape.metadata["enum"])
    # Letters meet every pattern that the simulated operations have.
    length = rng.randint(least or 1, min(most or 12, 12))
    return "".join(rng.choices(_LETTERS, k=length))
