"""Event APIs."""

from __future__ import annotations

from typing import Any

from pytest_appsync.verification.asking import EVENT_CONFIG, NOWHERE, Asking
from pytest_appsync.verification.fact import CHOICE, CORPUS, Seen, fact
from pytest_appsync.verification.forms import form_of, host_form, lies_ahead, members_of

_HANDLERS = "export function onPublish(ctx) { return ctx.events }"


@fact("service model")
def event_api_id_form(ask: Asking) -> Seen:
    """An Event API's id is 26 characters of `a-z2-7`."""
    return form_of([ask.event_api["apiId"]])


@fact("service model")
def event_api_arn(ask: Asking) -> Seen:
    """An Event API's ARN is in `apiArn` and ends in `apis/ID`."""
    return ask.event_api["apiArn"]


@fact("service model; go-to-k/cdk-real-drift")
def event_api_dns(ask: Asking) -> Seen:
    """An Event API's `dns` has the hosts HTTP and REALTIME, with an id of their own."""
    api = ask.event_api
    return {name: host_form(host, api["apiId"]) for name, host in sorted(api["dns"].items())}


@fact("service model; stelviodev/stelvio")
def event_api_listed(ask: Asking) -> Seen:
    """ListApis has no `dns`."""
    api = ask.event_api["apiId"]
    [listed] = [each for each in ask.caller.items("list_apis", "apis") if each["apiId"] == api]
    return "dns" in listed


@fact(CORPUS + ", AWS__AppSync__ApiKey.EventsApiKey")
def event_api_key(ask: Asking) -> Seen:
    """Keys work on Event APIs: the same members."""
    return members_of(ask.new_key(ask.event_api["apiId"]))


@fact(CORPUS + ", AWS__AppSync__ApiKey.EventsApiKey", keyword="ApiKeyRules(default_validity=...)")
def event_api_key_validity(ask: Asking) -> Seen:
    """Keys of Event APIs have the same validity where none was given."""
    return lies_ahead(ask.new_key(ask.event_api["apiId"])["expires"], ask.now)


@fact(CHOICE)
def unknown_event_api(ask: Asking) -> Seen:
    """GetApi for an API that is not there is a 404."""
    return ask.refusal("get_api", apiId=NOWHERE)


@fact(CHOICE)
def unknown_event_api_deleted(ask: Asking) -> Seen:
    """DeleteApi for an API that is not there is a 404."""
    return ask.refusal("delete_api", apiId=NOWHERE)


@fact(CHOICE)
def event_api_got_as_graphql_api(ask: Asking) -> Seen:
    """GetGraphqlApi does not know an Event API."""
    return ask.refusal("get_graphql_api", apiId=ask.event_api["apiId"])


def _orders(ask: Asking) -> dict[str, Any]:
    """The parameters that name a channel namespace."""
    return {"apiId": ask.event_api["apiId"], "name": "orders"}


def _namespace(ask: Asking, **more: Any) -> Any:
    return ask.call("create_channel_namespace", **_orders(ask), **more)["channelNamespace"]


@fact(CORPUS)
def channel_namespace_arn(ask: Asking) -> Seen:
    """A channel namespace's ARN ends in `apis/ID/channelNamespace/NAME`."""
    return _namespace(ask)["channelNamespaceArn"]


@fact(CORPUS + "; hashicorp/terraform-provider-aws")
def channel_namespace_without_handlers(ask: Asking) -> Seen:
    """A channel namespace has `handlerConfigs` `{}` where nothing was said."""
    return _namespace(ask).get("handlerConfigs")


@fact("Cloud Control shows empty lists: " + CORPUS + "; " + CHOICE)
def channel_namespace_without_modes(ask: Asking) -> Seen:
    """A channel namespace does not show the ways to authorize that were not given."""
    namespace = _namespace(ask)
    return [namespace.get("publishAuthModes"), namespace.get("subscribeAuthModes")]


@fact("service model")
def channel_namespace_listed(ask: Asking) -> Seen:
    """ListChannelNamespaces has no `codeHandlers`."""
    _namespace(ask, codeHandlers=_HANDLERS)
    api = ask.event_api["apiId"]
    [listed] = ask.call("list_channel_namespaces", apiId=api)["channelNamespaces"]
    return "codeHandlers" in listed


@fact(CHOICE)
def channel_namespace_of_an_unknown_data_source(ask: Asking) -> Seen:
    """A data source that is not there: 404, as for a function's."""
    handler = {"behavior": "DIRECT", "integration": {"dataSourceName": "none"}}
    handlers = {"onPublish": handler}
    return ask.refusal("create_channel_namespace", **_orders(ask), handlerConfigs=handlers)


@fact("service model for the code; for the words " + CHOICE)
def channel_namespace_twice(ask: Asking) -> Seen:
    """A second channel namespace of a name is a ConflictException."""
    _namespace(ask)
    return ask.refusal("create_channel_namespace", **_orders(ask))


@fact("AWS service quotas for the number")
def channel_namespace_quota(ask: Asking) -> Seen:
    """An Event API has at most 50 channel namespaces."""
    api = ask.event_api["apiId"]
    for number in range(60):
        refusal = ask.refusal("create_channel_namespace", apiId=api, name=f"n{number}")
        if refusal != "accepted":
            return f"{number}, then {refusal}"
    return "60 and perhaps more"


@fact(CHOICE)
def unknown_channel_namespace(ask: Asking) -> Seen:
    """GetChannelNamespace for a name that is not there is a 404."""
    return ask.refusal("get_channel_namespace", **_orders(ask))


@fact("service model; " + CHOICE)
def channel_namespace_of_a_wrong_name(ask: Asking) -> Seen:
    """Event APIs refuse what breaks a constraint in the same words."""
    api = ask.event_api["apiId"]
    return ask.refusal("create_channel_namespace", apiId=api, name="a b")


@fact("Terraform's tests")
def channel_namespace_tags(ask: Asking) -> Seen:
    """A channel namespace has tags, by its ARN."""
    arn = _namespace(ask)["channelNamespaceArn"]
    ask.call("tag_resource", resourceArn=arn, tags={"first": "1"})
    return ask.call("list_tags_for_resource", resourceArn=arn)["tags"]


@fact("model; go-to-k/cdkd, for UpdateGraphqlApi")
def event_api_update_keeps_what_is_left_out(ask: Asking) -> Seen:
    """UpdateApi leaves a member as it was that is not given."""
    api = ask.event_api
    params = {"apiId": api["apiId"], "name": api["name"], "eventConfig": EVENT_CONFIG}
    ask.call("update_api", **params, ownerContact="owner")
    return ask.call("update_api", **params)["api"].get("ownerContact")


@fact("model; go-to-k/cdkd, for UpdateGraphqlApi")
def channel_namespace_update_keeps_what_is_left_out(ask: Asking) -> Seen:
    """UpdateChannelNamespace leaves a member as it was that is not given."""
    modes = [{"authType": "API_KEY"}]
    _namespace(ask, publishAuthModes=modes)
    answer = ask.call("update_channel_namespace", **_orders(ask), subscribeAuthModes=modes)
    return answer["channelNamespace"].get("publishAuthModes")
