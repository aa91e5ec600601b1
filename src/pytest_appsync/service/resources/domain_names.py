"""Custom domain names, and the API that each of them is associated with.

| what AWS does | source |
| --- | --- |
| `Domain name must be disassociated before it can be deleted.`, 400 | \
hashicorp/terraform-provider-aws #25322 |
| `Certificate must be in us-east-1.`, 400 | sid88in/serverless-appsync-plugin #587, #716 |
| `Domain name is not associated`, 404, and what follows is ours | a public deployment script |
| AssociateApi for a domain name that has an API replaces it | hashicorp/terraform-provider-aws, \
domain_name_api_association.go: its update |
| the distribution in front is CloudFront's, whose hosted zone is `Z2FDTNDATAQYW2` | AWS general \
reference, "Amazon CloudFront endpoints and quotas" |
| 25 domain names | AWS service quotas |
| a private API cannot have one; the words are the documentation's | service model |
"""

from __future__ import annotations

from pytest_appsync.service.apis import Region
from pytest_appsync.service.by_model import Operation, Params, ResourceOperations, Result
from pytest_appsync.service.collection import Collection, Resource
from pytest_appsync.service.errors import ServiceError, bad_request


class DomainNames(ResourceOperations[Resource]):
    """The domain names of a region."""

    noun = "DomainName"
    identifier = "domainName"
    arn = "domainNameArn", "domainnames/{domainName}"
    missing = "Domain name {domainName} not found."
    exists = "Domain name {domainName} already exists."
    quota = 25, "BadRequestException", "A region can have at most 25 domain names."

    def among(self, region: Region, params: Params) -> Collection[Resource]:
        return region.domain_names

    def make(self, region: Region, id: str, params: Params, members: Result) -> Resource:
        if ":acm:" in (arn := params["certificateArn"]) and ":acm:us-east-1:" not in arn:
            raise bad_request("Certificate must be in us-east-1.")
        members["appsyncDomainName"] = f"d{region.identifiers.new()[:13]}.cloudfront.net"
        return super().make(region, id, params, members)

    def check_deletion(self, region: Region, resource: Resource) -> None:
        if "apiId" in resource.members:
            raise bad_request("Domain name must be disassociated before it can be deleted.")

    def filled_in(self, region: Region, resource: Resource) -> Result:
        return {"hostedZoneId": "Z2FDTNDATAQYW2"}

    # --- the association ---

    def associate(self, region: Region, params: Params) -> Result:
        domain_name = self.find(region, params)
        api = region.api(params["apiId"])
        if api.members.get("visibility") == "PRIVATE":
            raise bad_request("Private APIs can not be associated with custom domains.")
        domain_name.members["apiId"] = api.id
        return _association(domain_name, "PROCESSING")

    def get_association(self, region: Region, params: Params) -> Result:
        return _association(self._associated(region, params), "SUCCESS")

    def disassociate(self, region: Region, params: Params) -> Result:
        del self._associated(region, params).members["apiId"]
        return {}

    def _associated(self, region: Region, params: Params) -> Resource:
        domain_name = self.find(region, params)
        if "apiId" not in domain_name.members:
            raise ServiceError("NotFoundException", "Domain name is not associated with an API.")
        return domain_name


def _association(domain_name: Resource, status: str) -> Result:
    named = {"domainName": domain_name.id, "apiId": domain_name.members["apiId"]}
    return {"apiAssociation": named | {"associationStatus": status}}


_DOMAIN_NAMES = DomainNames()

OPERATIONS: dict[str, Operation] = {
    **_DOMAIN_NAMES.operations(),
    "AssociateApi": _DOMAIN_NAMES.associate,
    "GetApiAssociation": _DOMAIN_NAMES.get_association,
    "DisassociateApi": _DOMAIN_NAMES.disassociate,
}
