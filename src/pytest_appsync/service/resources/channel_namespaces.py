"""Channel namespaces of Event APIs.

Their ARN: go-to-k/cdk-real-drift, test corpus; `channelNamespace` is in the singular there.
`handlerConfigs` is `{}` where nothing was said: the same, and terraform-provider-aws, where it is
read. A data source that is not there: as for functions, by analogy.
50 of an API: a public dump of AWS service quotas (quota L-39784425).
ListChannelNamespaces leaves out the code handlers: service model.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pytest_appsync.service.apis import Region
from pytest_appsync.service.by_model import Operation, Params, ResourceOperations
from pytest_appsync.service.collection import Resource
from pytest_appsync.service.resources.data_sources import DATA_SOURCES


class ChannelNamespaces(ResourceOperations[Resource]):
    """The channel namespaces of an Event API."""

    noun = "ChannelNamespace"
    owner = "EVENT"
    arn = "channelNamespaceArn", "apis/{apiId}/channelNamespace/{name}"
    defaults: ClassVar[dict[str, Any]] = {"handlerConfigs": {}}
    left_out_of_lists = ("codeHandlers",)
    exists_code = "ConflictException"
    quota = 50, "ServiceQuotaExceededException", "An API can have at most 50 channel namespaces."

    def check(self, region: Region, params: Params, present: Resource | None) -> None:
        for handler in params.get("handlerConfigs", {}).values():
            match handler:  # a newer service model may have other members there
                case {"integration": {"dataSourceName": name}}:
                    DATA_SOURCES.find(region, {**params, "name": name})


OPERATIONS: dict[str, Operation] = ChannelNamespaces().operations()
