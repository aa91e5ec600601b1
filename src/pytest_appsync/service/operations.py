"""What each simulated operation does to a region: parameters in, result or refusal out.

Which of them the installed botocore knows is its service model's to say. EvaluateCode and
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

OPERATIONS: dict[str, Operation] = {
    **apis.OPERATIONS,
    **api_keys.OPERATIONS,
    **schemas.OPERATIONS,
    **data_sources.OPERATIONS,
    **functions.OPERATIONS,
    **api_caches.OPERATIONS,
    **channel_namespaces.OPERATIONS,
    **domain_names.OPERATIONS,
    **source_api_associations.OPERATIONS,
    **tags.OPERATIONS,
}
"""The simulated operations, by AWS's name."""
