"""From each choice of the simulation to the facts that ask for it, or to why none does.

The choices are the rows of ``examples/guide/rules-and-choices.md``: a row that comes or gets
another name fails here.
"""

from __future__ import annotations

from pytest_appsync.verification.facts import all_facts
from tests.verification.serving import ROOT

GUIDE = ROOT / "examples" / "guide" / "rules-and-choices.md"

NOT_AWS = "is about what a test does, not about AWS"
REQUESTS = "needs GraphQL requests, events or a cache, for which AppSync bills"
OTHERS = "needs other services of AWS, or domain names"
NEEDS_LUCK = "cannot be caused, or not at a moment of one's choice"
MERGED = "needs a merged API, and that needs a role of IAM"
UNCHECKED = "is known to differ: AWS checks it, and the simulation does not"
QUOTA = "would use up a quota of the account"

CHOICES: dict[str, str | tuple[str, ...]] = {
    # Keys
    "an expired key and the quota of 50": ("expired-key-counts",),
    "renewing an expired key": ("expired-key-renewed",),
    "the moment": NEEDS_LUCK,
    "`expires` of 0": ("key-created-with-expires-0", "key-updated-with-expires-0"),
    "`expires` as an integer of any size": (
        "key-with-expires-beyond-64-bits",
        "key-with-expires-in-milliseconds",
        "key-with-negative-expires",
        "number-of-too-many-bits",
    ),
    "validity and quota": ("key-quota-after-validity",),
    "a description": ("key-long-description",),
    "a seeded key's `expires`": NOT_AWS,
    "the rules of 2017 (`DA1`)": "AWS has no such keys any more",
    "keys that time has deleted, when time is set back": NOT_AWS,
    "`propagation`": REQUESTS,
    # Requests, answers and lists
    "the order of a list": ("list-order",),
    "a page without `maxResults`, or with 0": (
        "page-without-max-results",
        "page-with-max-results-0",
    ),
    "a `nextToken`": (
        "token-made-up",
        "token-made-up-for-apis",
        "token-of-another-list",
        "token-of-another-operation",
        "creation-between-pages",
        "deletion-between-pages",
    ),
    "an empty `apiId`": ("empty-api-id",),
    "what breaks a constraint of the service model": (
        "max-results-too-large",
        "channel-namespace-of-a-wrong-name",
        "data-source-name",
        "function-name",
        "default-action",
    ),
    "the patterns of the service model": ("tag-beyond-ascii",),
    "many mistakes in one request": ("several-mistakes", "many-mistakes"),
    "messages that were never published": (
        "key-quota-refusal",
        "token-made-up",
        "unknown-function",
        "unknown-domain-name",
    ),
    "the account, identifiers": ("api-id-form", "event-api-id-form", "function-id-form"),
    "a region that botocore does not know": OTHERS,
    "malformed requests over HTTP": ("body-without-json",),
    # Failures
    "CreateApiKey while the API's schema is altered": ("key-while-schema-in-work",),
    "a refused permission (`deny`)": NEEDS_LUCK,
    "calls that come too fast (`throttle`)": NEEDS_LUCK,
    "AccessDeniedException and IncompleteSignature": NEEDS_LUCK,
    "an outage": NOT_AWS,
    "a delay": NOT_AWS,
    # APIs
    "an unknown Event API": ("unknown-event-api", "unknown-event-api-deleted"),
    "the quota of Event APIs": QUOTA,
    "more than 50 authentication providers, 25 caching keys, 25 domain names": (
        "authentication-providers-quota",
        "caching-keys-quota",
    ),
    "an Event API in ListApis": ("event-api-listed",),
    "a channel namespace whose data source is not there": (
        "channel-namespace-of-an-unknown-data-source",
    ),
    "more than 50 channel namespaces of an API": ("channel-namespace-quota",),
    "a channel namespace for which no `publishAuthModes` and `subscribeAuthModes` were given": (
        "channel-namespace-without-modes",
    ),
    "environment variables that were all taken away": ("environment-variables-taken-away",),
    "a GraphqlApi that was created with a name and a type": (
        "api-default-limits",
        "api-default-introspection",
        "api-default-type",
        "api-default-tracing",
        "api-owner",
        "api-dns",
    ),
    "an id of an API that was deleted": NEEDS_LUCK,
    "the cache of an API": REQUESTS,
    "AssociateApi, DisassociateApi": OTHERS,
    "a domain name that has an API": OTHERS,
    "DeleteDomainName after DisassociateApi": OTHERS,
    "the certificate of a domain name": OTHERS,
    "tags of channel namespaces and domain names": (
        "channel-namespace-tags",
        "tags-of-no-arn",
        "tags-of-a-data-source",
    ),
    # Data sources, functions and resolvers
    "updates of data sources, functions and resolvers": (
        "data-source-update-replaces",
        "function-update-replaces",
        "resolver-update-replaces",
    ),
    "all other updates": (
        "update-keeps-what-is-left-out",
        "event-api-update-keeps-what-is-left-out",
        "channel-namespace-update-keeps-what-is-left-out",
    ),
    "a function's name": ("function-twice",),
    "`code` without `runtime`, `runtime` without `code`, of functions and resolvers": (
        "code-without-runtime",
        "runtime-without-code",
    ),
    "`runtimeVersion` of functions and resolvers, `functionVersion` of functions": (
        "runtime-version",
        "function-version",
    ),
    "the length of a GraphQL API's `ownerContact`, the `endpoint` of an HTTP data source": (
        "owner-contact-length",
        "http-endpoint-scheme",
        "http-endpoint-with-a-space",
    ),
    "a second Lambda authorizer": OTHERS,
    "additional providers beside a user pool whose `defaultAction` is DENY": (
        "providers-beside-deny",
    ),
    "the beginning of a caching key": ("caching-key-beginning",),
    "what is in `code` and in mapping templates": UNCHECKED,
    "the configurations of data sources and of ways to authorize": UNCHECKED,
    "what the service model leaves optional, and AWS was seen to ask for": OTHERS,
    "a blank mapping template": ("resolver-with-a-blank-template",),
    "a resolver's kind": (
        "unit-resolver-without-data-source-name",
        "pipeline-resolver-without-pipeline-config",
        "pipeline-resolver-with-data-source",
    ),
    "`ttl` of a cache and of a `cachingConfig`": ("caching-time-to-live",),
    "a data source or a function in use": ("data-source-in-use", "function-in-use"),
    "resolvers of a type that is deleted": ("resolver-of-a-deleted-type",),
    "a database's introspection": OTHERS,
    # Schemas and merged APIs
    "what is refused while a schema is being altered": (
        "data-source-while-schema-in-work",
        "schema-while-schema-in-work",
        "reading-while-schema-in-work",
    ),
    "time set back while AppSync works at a schema": NOT_AWS,
    "GetSchemaCreationStatus of an API without a schema": (
        "no-schema-status",
        "type-without-schema-status",
    ),
    "a schema with mistakes": (
        "schema-not-sdl",
        "schema-with-a-mistake",
        "schema-without-a-query",
        "schema-with-a-field-twice",
        "schema-with-a-type-as-input",
    ),
    "GraphQL that AppSync does not support": (
        "schema-with-interface-inheritance",
        "schema-with-a-directive-definition",
        "schema-with-a-definition-of-a-directive-of-appsync",
        "schema-with-a-reserved-name",
        "schema-with-a-custom-scalar",
        "schema-with-an-extension",
        "schema-with-a-subscription-to-no-list",
        "schema-with-a-subscription-to-another-type",
        "schema-with-a-subscription-to-one-of-a-union",
        "schema-with-a-long-subscription",
    ),
    "a directive that says who may ask, such as `@aws_iam`, at another place than a field or "
    "a type": ("schema-with-who-may-ask-at-a-union",),
    "a directive that neither AppSync nor GraphQL has": ("schema-with-an-unknown-directive",),
    "N in `Successfully created schema with N types.`": ("schema-created",),
    "a type's definition as SDL": ("type-definition",),
    "CreateType, UpdateType with format JSON": ("type-as-json",),
    "GetIntrospectionSchema as JSON": ("introspection-as-json",),
    "a type's definition as JSON": ("type-in-a-form-of-its-own",),
    "GetIntrospectionSchema without `includeDirectives`": ("introspection-with-directives",),
    "SDL after CreateType, UpdateType, DeleteType": ("introspection-after-create-type",),
    "a type that another one refers to": ("type-that-is-referred-to",),
    "the order of types": ("type-order",),
    "a merge": MERGED,
    "the end of an association": MERGED,
    "a merge that fails": MERGED,
    "AUTO_MERGE": MERGED,
    "a source API without types": MERGED,
    "a source API that is to be deleted": MERGED,
    "a merge for other reasons than the schemas": MERGED,
    "the environment variables of a merged API": MERGED,
    "what a merge does not look at": MERGED,
    "a merged API's schema": MERGED,
    "changes to a merged API's schema": MERGED,
    "a second association of a source API": MERGED,
    "more than 10 source APIs of a merged API": MERGED,
    "a source API where a merged API must be named, or the other way round": (
        "association-with-an-api-that-is-not-merged",
        "disassociation-from-an-api-that-is-not-merged",
        "associations-of-an-api-without-any",
    ),
    "another merge, a new or an ended association meanwhile": MERGED,
    # GraphQL requests to a served API
    "a query that is no GraphQL, or that is nested too deep to be read": REQUESTS,
    "a host of an API that is not there": REQUESTS,
    "a key in `Authorization` in place of `x-api-key`": REQUESTS,
    "a web page of another origin": REQUESTS,
    "a real-time endpoint": NOT_AWS,
    "an API of which no authentication provider is API_KEY": REQUESTS,
    "IAM's signature, or a token, and an API without an authentication provider that takes it": (
        REQUESTS
    ),
    "publishing to an Event API that the test has not scripted": REQUESTS,
    "a channel of a namespace that the Event API does not have": REQUESTS,
    "more than five events": REQUESTS,
    "a channel of more than five segments; no events; an event that is not JSON as text, or longer "
    "than 240 KB": (REQUESTS),
    "a segment of a channel that is not 1 to 50 letters, digits and dashes": REQUESTS,
    "a key and a namespace, or an API, whose ways to authorize publishing are without API_KEY": (
        REQUESTS
    ),
    "an Event API that `add_api` has seeded and that has no namespace": REQUESTS,
    "`dns`": NOT_AWS,
}


def rows() -> set[str]:
    """The first cells of the tables of choices."""
    text = GUIDE.read_text("utf-8").partition("## Where the simulation had to choose")[2]
    cells = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]
    return set(cells) - {"what", "---"}


def test_each_choice_is_asked_for_or_says_why_not() -> None:
    assert rows() == set(CHOICES)


def test_the_facts_are_there() -> None:
    named = {name for value in CHOICES.values() if isinstance(value, tuple) for name in value}
    assert named - {fact.name for fact in all_facts()} == set()
