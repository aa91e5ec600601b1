"""API keys, but for their times."""

from __future__ import annotations

from pytest_appsync.verification.asking import NO_KEY, Asking
from pytest_appsync.verification.calling import Refused
from pytest_appsync.verification.fact import CHOICE, Seen, fact
from pytest_appsync.verification.forms import DAY, form_of, members_of


@fact("aws-amplify/amplify-category-api #1407", keyword="ApiKeyRules(version=...)")
def key_id_form(ask: Asking) -> Seen:
    """A key's id is `da2-` and 26 characters of `a-z2-7`."""
    return form_of([ask.common_key()["id"] for _ in range(4)])


@fact("seeds 000, 001; service model", keyword="ApiKeyRules(answers_deletes=...)")
def key_members(ask: Asking) -> Seen:
    """CreateApiKey answers `id`, `expires`, `deletes`, and `description` where one was given."""
    return members_of(ask.common_key(description="with"))


@fact("seen on AWS: go-to-k/cdk-real-drift #274")
def key_without_description(ask: Asking) -> Seen:
    """An answer has no `description` where none was given."""
    return "description" in ask.common_key()


@fact("seen on AWS: go-to-k/cdk-real-drift #274")
def key_with_empty_description(ask: Asking) -> Seen:
    """An answer has no `description` where an empty one was given."""
    return "description" in ask.common_key(description="")


@fact("service model")
def key_description(ask: Asking) -> Seen:
    """A description is answered and listed as it was given, with any characters."""
    text = "a <b> & 'c' \u00e4 \u65e5\u672c"
    return [ask.key(description=text)["description"], ask.all_keys()[0]["description"]]


@fact(CHOICE)
def key_long_description(ask: Asking) -> Seen:
    """A description of 10,000 characters is accepted."""
    return ask.refusal("create_api_key", apiId=ask.common_api, description="x" * 10_000)


@fact("service model")
def key_listed_as_created(ask: Asking) -> Seen:
    """ListApiKeys shows a key as CreateApiKey answered it."""
    return ask.key(description="one") == ask.all_keys()[0]


@fact("service model")
def update_keeps_the_description(ask: Asking) -> Seen:
    """UpdateApiKey leaves the description as it was where none is given."""
    key = ask.common_key(description="before")
    expires = int(ask.now) + 10 * DAY
    return ask.update_common_key(key, expires=expires)["description"]


@fact("service model")
def update_keeps_the_expiry(ask: Asking) -> Seen:
    """UpdateApiKey leaves `expires` as it was where none is given."""
    key = ask.common_key()
    updated = ask.update_common_key(key, description="after")
    return [updated["expires"] == key["expires"], updated["description"]]


@fact("service model; " + CHOICE)
def update_with_nothing(ask: Asking) -> Seen:
    """UpdateApiKey with neither member answers the key as it is."""
    key = ask.common_key(description="as it is")
    return ask.update_common_key(key) == key


@fact(CHOICE)
def update_with_empty_description(ask: Asking) -> Seen:
    """UpdateApiKey with an empty description takes the description away."""
    key = ask.common_key(description="before")
    return ask.update_common_key(key, description="").get("description")


@fact("sid88in/serverless-appsync-plugin #503; amplify-category-api #1407")
def unknown_key_updated(ask: Asking) -> Seen:
    """UpdateApiKey for a key that is not there: 404, `API key not found: da2-...`."""
    return ask.refusal("update_api_key", apiId=ask.common_api, id=NO_KEY)


@fact("sid88in/serverless-appsync-plugin #503; amplify-category-api #1407")
def unknown_key_deleted(ask: Asking) -> Seen:
    """DeleteApiKey for a key that is not there: 404, `API key not found: da2-...`."""
    return ask.refusal("delete_api_key", apiId=ask.common_api, id=NO_KEY)


@fact("service model")
def deleted_key(ask: Asking) -> Seen:
    """A deleted key is not listed, and cannot be deleted again."""
    key = ask.key()
    ask.call("delete_api_key", apiId=ask.api, id=key["id"])
    return [len(ask.all_keys()), ask.refusal("delete_api_key", apiId=ask.api, id=key["id"])]


@fact("service model: a key lives in its API")
def key_of_another_api(ask: Asking) -> Seen:
    """A key cannot be deleted by way of another API."""
    key = ask.key()
    other = ask.make_api()["apiId"]
    return [ask.refusal("delete_api_key", apiId=other, id=key["id"]), len(ask.all_keys())]


def full_api(ask: Asking) -> dict[str, object]:
    """An API with as many keys as it may have, at most 60, and how one more is refused."""
    ids: list[str] = []
    refusal = "accepted"
    while len(ids) < 60 and refusal == "accepted":
        try:
            ids.append(ask.key()["id"])
        except Refused as refused:
            refusal = str(refused)
    return {"api": ask.api, "ids": ids, "refusal": refusal}


@fact("AWS service quotas for AppSync; seed 001", keyword="ApiKeyRules(quota=...)")
def key_quota(ask: Asking) -> Seen:
    """An API has at most 50 keys."""
    return len(ask.shared(full_api)["ids"])


@fact("seed 001 for the code; for the message " + CHOICE)
def key_quota_refusal(ask: Asking) -> Seen:
    """One key more is 400 ApiKeyLimitExceededException, with the documented text."""
    return ask.shared(full_api)["refusal"]


@fact(CHOICE)
def key_quota_after_validity(ask: Asking) -> Seen:
    """CreateApiKey checks the validity before the quota."""
    api = ask.shared(full_api)["api"]
    return ask.refusal("create_api_key", apiId=api, expires=ask.current_time(api) + 60)


@fact("service model")
def key_quota_after_deletion(ask: Asking) -> Seen:
    """A deleted key makes room for another one at once."""
    full = ask.shared(full_api)
    ask.call("delete_api_key", apiId=full["api"], id=full["ids"][-1])
    full["ids"].pop()  # not before: where the call is refused the key is still there
    full["ids"].append(ask.new_key(full["api"])["id"])
    return "accepted"
