"""Channel namespaces of Event APIs.

Their ARN: go-to-k/cdk-real-drift, test corpus; `channelNamespace` is in the singular there.
50 of an API: a public dump of AWS service quotas (quota L-39784425).
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
    quota = 50, "ServiceQuotaExceededException", "An API can have at most 50 channel namespaces."

    def filled_in(self, region: Region, resource: Resource) -> Result:
        return {"apiId": resource.api_id}


OPERATIONS: dict[str, Operation] = ChannelNamespaces().operations()
