"""Channel namespaces of Event APIs.

Their ARN: go-to-k/cdk-real-drift, test corpus; `channelNamespace` is in the singular there.
"""

from __future__ import annotations

from pytest_appsync.service.apis import Region
from pytest_appsync.service.by_model import Operation, ResourceOperations, Result
from pytest_appsync.service.collection import Resource


class ChannelNamespaces(ResourceOperations[Resource]):
    """The channel namespaces of an Event API."""

    noun = "ChannelNamespace"
    owner = "EVENT"
    arn = "channelNamespaceArn", "apis/{apiId}/channelNamespace/{name}"
    exists_code = "ConflictException"

    def filled_in(self, region: Region, resource: Resource) -> Result:
        return {"apiId": resource.api_id}


OPERATIONS: dict[str, Operation] = ChannelNamespaces().operations()
