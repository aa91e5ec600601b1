"""From each fact that the simulation relies on to the tests of it.

The facts are the rows of the project's list of them, in short; sources stand in the README
("Where the simulation had to choose") and in ``errors_outside_the_model.py``. A test that is
renamed or removed fails here, so that no fact loses its test unnoticed.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

FACTS: dict[str, dict[str, tuple[str, ...]]] = {
    "Wire": {
        "REST-JSON: POST /v1/apis/{apiId}/apikeys, description and expires optional": (
            "test_on_the_wire::test_create_api_key_is_a_post_of_two_optional_members",
        ),
        "success is 200 with apiKey: id, description, expires, deletes": (
            "test_on_the_wire::test_create_api_key_is_a_post_of_two_optional_members",
            "test_key_life::test_a_new_key_is_what_aws_shows",
        ),
        "an empty description is left out of the answer": (
            "test_key_life::test_the_description_is_left_out_when_there_is_none",
        ),
        "the code is in x-amzn-ErrorType, the text in the body, x-amzn-RequestId everywhere": (
            "test_on_the_wire::test_an_errors_code_is_in_a_header_and_its_text_in_the_body",
            "test_on_the_wire::test_create_api_key_is_a_post_of_two_optional_members",
        ),
        "the HTTP codes of CreateApiKey's errors": (
            "test_model::test_the_errors_of_create_api_key",
            "test_documented_errors::test_every_documented_error_of_every_operation",
        ),
        "LimitExceededException, listed twice, is one": (
            "test_model::test_the_errors_of_create_api_key",
        ),
        "the body's member is message, which botocore shows twice": (
            "test_on_the_wire::test_an_errors_code_is_in_a_header_and_its_text_in_the_body",
        ),
        "a refused permission is 403 AccessDeniedException in IAM's words": (
            "test_denials::test_a_refused_permission_is_iams_answer",
            "test_denials::test_the_resource_is_that_of_the_request",
            "test_denials::test_the_resource_of_get_graphql_api_has_no_version",
            "test_aiobotocore_failures::test_a_denial_names_the_request",
        ),
        "throttled calls get 429": ("test_script::test_throttling_has_a_cause",),
        "the hosts of the control plane, dual-stack too": (
            "test_on_the_wire::test_the_hosts_of_the_control_plane",
        ),
        "List, Update and DeleteApiKey document fewer errors": (
            "test_model::test_the_other_operations_document_fewer",
        ),
    },
    "A key": {
        "a key's id: da2- and 26 characters of a-z2-7": (
            "test_key_life::test_a_new_key_is_what_aws_shows",
        ),
        "an API's id: 26 characters of a-z2-7": (
            "test_apis::test_a_seeded_api_is_an_api_like_any_other",
        ),
        "expires and deletes are seconds, rounded down to the hour": (
            "test_key_life::test_expires_is_rounded_down_to_the_hour",
        ),
        "by default 7 days, then rounded down": (
            "test_key_life::test_by_default_a_key_is_valid_for_seven_days",
        ),
        "1 to 365 days from the creation or the update": (
            "test_key_life::test_the_bounds_themselves_are_within_bounds",
            "test_key_life::test_less_than_a_day_is_out_of_bounds",
            "test_key_life::test_more_than_365_days_is_out_of_bounds",
            "test_key_life::test_the_bounds_of_an_update_begin_at_the_update",
        ),
        "expires of 0 counts as not given": (
            "test_deleted_keys::test_an_expiry_of_0_counts_as_not_given",
        ),
        "409 ConcurrentModificationException while a schema is altered": (
            "test_observed_errors::test_create_api_key_answers_409_while_a_schema_is_altered",
            "test_observed_errors::test_it_is_marked_and_names_its_source",
            "test_schema::test_what_appsync_refuses_meanwhile",
            "test_aiobotocore_failures::test_an_observed_error_is_a_modeled_exception",
        ),
        "the bounds hold for the value asked for, before it is rounded": (
            "test_key_life::test_the_bounds_are_exact_to_a_fraction_of_a_second",
            "test_key_life::test_a_day_asked_for_a_little_later_is_refused",
            "test_clock::test_a_build_machine_that_is_ahead_of_aws_cannot_ask_for_365_days",
        ),
        "the messages of the bounds": ("test_documented_errors::test_validity_out_of_bounds",),
        "an expired key lets nothing in, is listed and can be renewed for 60 days": (
            "test_key_life::test_a_key_is_live_then_expired_then_gone",
            "test_key_life::test_a_key_may_live_for_a_century_of_renewals",
        ),
        "a key that is gone: 404, API key not found": (
            "test_documented_errors::test_a_key_that_is_not_there",
        ),
        "an API that is not there: 404, GraphQL API ... not found": (
            "test_documented_errors::test_an_api_that_is_not_there",
            "test_on_the_wire::test_an_errors_code_is_in_a_header_and_its_text_in_the_body",
        ),
        "50 keys an API": (
            "test_key_life::test_the_51st_key_is_one_too_many",
            "test_documented_errors::test_a_key_over_the_quota",
        ),
        "UpdateApiKey changes only what is given": (
            "test_key_life::test_an_update_changes_only_what_is_given",
        ),
        "ListApiKeys is paged, and who forgets nextToken loses keys": (
            "test_paging::test_the_paginator_finds_every_key",
            "test_paging::test_who_forgets_the_token_loses_keys",
            "test_paging::test_a_page_size_out_of_bounds",
        ),
        "ListGraphqlApis and ListApis likewise": (
            "test_paging::test_graphql_apis_are_listed_in_order_of_creation",
            "test_paging::test_event_apis_have_a_list_of_their_own",
        ),
        "without maxResults a page has 10 items": (
            "test_paging::test_10_keys_are_on_a_page_when_nothing_is_said",
            "test_resources::test_every_list_has_pages",
        ),
        "25 GraphQL APIs a region": (
            "test_apis::test_25_graphql_apis_are_all_that_a_region_holds",
        ),
        "Event APIs have a quota of their own: ServiceQuotaExceededException, 402": (
            "test_resources::test_the_quotas_of_apis_are_keywords",
            "test_apis::test_event_apis_do_not_count_against_the_quota_of_graphql_apis",
        ),
        "keys work on Event APIs too": ("test_apis::test_an_event_apis_id_is_good_for_api_keys",),
        "the host in uris and dns is an id of its own": (
            "test_apis::test_a_new_graphql_api_has_what_aws_fills_in",
            "test_resources::test_an_event_apis_uris",
        ),
        "what a new GraphqlApi shows": (
            "test_apis::test_a_new_graphql_api_has_what_aws_fills_in",
            "test_apis::test_a_new_graphql_api_has_what_later_service_models_know",
        ),
        "an expired key is kept to deletes and can be deleted": (
            "test_key_life::test_a_key_is_live_then_expired_then_gone",
            "test_key_life::test_an_expired_key_counts_until_it_is_deleted",
        ),
        "an expired key can be renewed (disputed)": (
            "test_key_life::test_a_key_may_live_for_a_century_of_renewals",
            "test_api_key_rules::test_row_update_today_until_the_key_is_deleted",
        ),
    },
    "Key versions": {
        "id": ("test_api_key_rules::test_row_id",),
        "validity": (
            "test_api_key_rules::test_row_validity_seven_days_by_default",
            "test_api_key_rules::test_row_validity_da1_takes_no_expires",
            "test_api_key_rules::test_row_validity_da2_one_to_365_days",
        ),
        "unit in Create's and List's answers": (
            "test_api_key_rules::test_rows_unit_and_deletes_of_create_and_list",
        ),
        "deletes in answers": (
            "test_api_key_rules::test_rows_unit_and_deletes_of_create_and_list",
        ),
        "UpdateApiKey": (
            "test_api_key_rules::test_row_update_not_available_for_da1",
            "test_api_key_rules::test_row_update_of_2018_only_while_the_key_has_not_expired",
            "test_api_key_rules::test_row_update_today_until_the_key_is_deleted",
        ),
        "after it expires": ("test_api_key_rules::test_row_after_it_expires",),
        "accepts requests": (
            "test_api_key_rules::test_row_accepts_requests_until_it_expires",
            "test_api_key_rules::test_row_accepts_requests_after_21_february_2018",
        ),
    },
    "Errors common to all actions": {
        "sixteen codes, each with its status": (
            "test_model::test_the_errors_common_to_all_actions_come_after_the_operations_own",
            "test_documented_errors::test_every_documented_error_of_every_operation",
        ),
    },
    "What botocore does with them": {
        "429, 5xx and connection errors are retried: 5, 3 and 3 attempts": (
            "test_retries::test_exhausted_retries_are_botocores_own",
            "test_retries::test_retries_transport_errors",
            "test_script::test_transport_errors_meet_botocores_retries",
            "test_script::test_a_raw_502_is_retried",
            "test_aiobotocore::test_retries_without_sleeping",
        ),
        "400, 401, 403, 404, 409 are not, but for codes that mean throttling": (
            "test_on_the_wire::test_what_is_not_retried",
            "test_on_the_wire::test_throttling_is_retried_by_its_code_in_spite_of_its_status",
        ),
        "the default mode is botocore's own; x-amz-retry-after is honoured from 1.44 on": (
            "test_on_the_wire::test_the_default_mode_is_botocores_own",
            "test_failures_in_time::test_the_answer_says_when_to_try_again",
            "test_failures_in_time::"
            "test_botocore_waits_as_it_was_asked_but_not_much_longer_than_it_would",
            "test_aiobotocore_failures::test_the_answer_says_when_to_try_again",
        ),
        "all before-send handlers are called: moto's must not see what is ours": (
            "test_moto::test_moto_does_not_see_what_is_ours",
        ),
        "aiobotocore awaits content and needs an AioAWSResponse": (
            "test_aiobotocore::test_async_and_sync_clients_share_a_simulation",
            "test_aiobotocore::test_a_stream_is_closed_as_aiohttps_would_be",
        ),
        "choose-signer returning UNSIGNED needs no credentials": (
            "test_clients::test_simulated_calls_of_any_client_are_unsigned",
            "test_clients::test_consults_no_credential_source",
        ),
        "moto drops the default session at each mock_aws": (
            "test_moto::test_moto_around_the_simulation",
        ),
    },
}

COUNTS = {
    "Wire": 11,  # an unknown path comes with the server
    "A key": 24,
    "Key versions": 7,
    "Errors common to all actions": 1,
    "What botocore does with them": 7,
}

ROWS = [
    pytest.param(test, id=f"{section}: {fact}: {test.partition('::')[2]}")
    for section, facts in FACTS.items()
    for fact, tests in facts.items()
    for test in tests
]


@functools.cache
def names_in(module: str) -> frozenset[str]:
    """The names of the test functions in the modules of this name, in any folder."""
    return frozenset(
        node.name
        for path in TESTS.rglob(f"{module}.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize("test", ROWS)
def test_the_test_of_a_fact_is_there(test: str) -> None:
    module, _, name = test.partition("::")
    assert name in names_in(module)


def test_each_fact_has_a_test() -> None:
    assert {section: len(facts) for section, facts in FACTS.items()} == COUNTS
    assert all(tests for facts in FACTS.values() for tests in facts.values())
