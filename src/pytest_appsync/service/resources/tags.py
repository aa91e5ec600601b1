"""Tags, by the ARN of what has them.

The service model says that tags belong to APIs alone; channel namespaces and domain names have
them too, and their ARNs are taken (hashicorp/terraform-provider-aws, channel_namespace_tags).
The ARN of anything else that an API has: `Invalid input resource arn`, 400 (boto/boto3 #2760).
"""

from __future__ import annotations

from pytest_appsync.service.apis import Region
from pytest_appsync.service.by_model import Operation, Params, Result
from pytest_appsync.service.collection import Resource
from pytest_appsync.service.errors import ServiceError, bad_request

TAGS = 50
"""The most that a resource may have: the service model's limit of a map of tags."""


def list_tags_for_resource(region: Region, params: Params) -> Result:
    return {"tags": _resource(region, params).members.get("tags", {})}


def tag_resource(region: Region, params: Params) -> Result:
    resource = _resource(region, params)
    tags = resource.members.get("tags", {}) | params["tags"]
    if len(tags) > TAGS:
        raise ServiceError("LimitExceededException", f"A resource can have at most {TAGS} tags.")
    resource.members["tags"] = tags
    return {}


def untag_resource(region: Region, params: Params) -> Result:
    resource = _resource(region, params)
    kept = resource.members.get("tags", {}).items()
    resource.members["tags"] = {key: tag for key, tag in kept if key not in params["tagKeys"]}
    return {}


def _resource(region: Region, params: Params) -> Resource:
    arn = params["resourceArn"]
    prefix = region.arn("")
    found: Resource | None = None
    match arn.removeprefix(prefix).split("/") if arn.startswith(prefix) else ():
        case ("apis", api_id):
            found = region.apis.get(api_id)
        case ("apis", api_id, "channelNamespace", name):
            api = region.apis.get(api_id)
            found = None if api is None else api.owned("ChannelNamespace").get(name)
        case ("domainnames", name):
            found = region.domain_names.get(name)
        case (_, *_):
            raise bad_request("Invalid input resource arn")
    if found is None:
        raise ServiceError("NotFoundException", f"Resource {arn} not found.")
    return found


OPERATIONS: dict[str, Operation] = {
    "ListTagsForResource": list_tags_for_resource,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
