"""The simulated operations: each one takes parameters, changes a region, and gives a result.

The service model of the installed botocore says which of them it knows. EvaluateCode and
EvaluateMappingTemplate run the user's code and are not here, nor is what a later botocore
brings.
"""

from __future__ import annotations

from pytest_appsync.service.by_model import Operation
from pytest_appsync.service.resources import (
    api_caches,
    api_keys,
    apis,
    channel_namespaces,
    data_sources,
    domain_names,
    functions,
    schemas,
    source_api_associations,
    tags,
)

BY_RESOURCE: dict[str, dict[str, Operation]] = {
    "APIs": apis.OPERATIONS,
    "API keys": api_keys.OPERATIONS,
    "schema and types": schemas.OPERATIONS,
    "data sources": data_sources.OPERATIONS,
    "functions and resolvers": functions.OPERATIONS,
    "API caches": api_caches.OPERATIONS,
    "channel namespaces": channel_namespaces.OPERATIONS,
    "domain names": domain_names.OPERATIONS,
    "source and merged APIs": source_api_associations.OPERATIONS,
    "tags": tags.OPERATIONS,
}
"""The simulated operations by what they are about, in the order in which a list shows them."""

OPERATIONS: dict[str, Operation] = {
    name: operation for found in BY_RESOURCE.values() for name, operation in found.items()
}
"""The simulated operations, by AWS's name."""
