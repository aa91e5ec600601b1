"""What can be the name of a region, and the partition that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from pytest_appsync import AppSync, regions


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-east-1", ("aws", "amazonaws.com")),
        ("eu-central-1", ("aws", "amazonaws.com")),
        ("ap-south-9", ("aws", "amazonaws.com")),  # not built yet
        ("cn-north-1", ("aws-cn", "amazonaws.com.cn")),
        ("cn-south-7", ("aws-cn", "amazonaws.com.cn")),
        ("us-gov-west-1", ("aws-us-gov", "amazonaws.com")),
        ("moon-base-1", ("aws", "amazonaws.com")),
    ],
)
def test_the_partition_of_a_region(region: str, partition: tuple[str, str]) -> None:
    assert regions.partition_of(region) == partition


NEW_REGIONS = [
    *("us-east-1", "us-east-11", "eu-northwest-1", "nz-central-1", "moon-base-1", "us-gov-north-1"),
    *("local", "aws-global", "a" * 63),
    # Newer than the oldest botocore, or to come.
    *("us-isof-south-1", "us-isof-east-1", "eu-isoe-west-1", "eu-isog-north-1", "us-iso-north-1"),
    *("eusc-de-east-1", "mx-central-1", "ap-southwest-1", "us-coast-1", "aws-iso-e-global"),
]


@pytest.mark.parametrize("region", NEW_REGIONS)
def test_a_region_may_be_a_new_one(region: str) -> None:
    assert regions.region_name(region) == region


@pytest.mark.parametrize(
    ("region", "meant"),
    [
        ("eu-centrall-1", "eu-central-1"),
        ("eu-centrall-77", "eu-central-77"),
        ("eur-west-1", "eu-west-1"),
        ("us-esat-1", "us-east-1"),
        ("ap-norhteast-77", "ap-northeast-77"),
        ("us-govv-west-1", "us-gov-west-1"),
        ("EU-West-1", "eu-west-1"),
        ("us-east-1a", "us-east-1"),
        ("us-east1", "us-east-1"),
        ("us_east", None),
        ("eu-west", "eu-west-1"),
        ("useast-1", "us-east-1"),
    ],
)
def test_a_misspelt_region_is_refused(region: str, meant: str | None) -> None:
    hint = "" if meant is None else f"; did you mean {meant!r}?"
    with pytest.raises(ValueError, match=re.escape(f"not {region!r}{hint}")):
        regions.region_name(region)


@pytest.mark.parametrize("use", ["client", "apis", "add_api", "AppSync"])
@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("s3", "not 's3': that is the name of a service"),
        ("appsync", "not 'appsync': that is the name of a service"),
        ("iot-data", "that is the name of a service"),
        ("eu", "not 'eu': that is only a part of a region's name"),
        ("us-gov", "that is only a part of a region's name"),
        ("central-1", "that is only a part of a region's name"),
        ("eu west-1", "not 'eu west-1'"),
        ("", "not ''"),
    ],
)
def test_what_is_no_region_is_refused(
    appsync: AppSync, use: str, given: str, complaint: str
) -> None:
    uses: dict[str, Callable[[], object]] = {
        "client": lambda: appsync.client(given),
        "apis": lambda: appsync.apis(given),
        "add_api": lambda: appsync.add_api(region=given),
        "AppSync": lambda: AppSync(region=given),
    }
    wanted = "`region` must be a region's name, such as 'eu-west-1', "
    with pytest.raises(ValueError, match=wanted) as refused:
        uses[use]()
    assert complaint in str(refused.value)


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1", "us-gov-west-1"])
def test_an_api_has_the_arn_of_its_partition(appsync: AppSync, region: str) -> None:
    partition, suffix = regions.partition_of(region)
    api = appsync.add_api(region=region)
    shown = appsync.client(region).get_graphql_api(apiId=api.id)["graphqlApi"]
    assert shown["arn"] == api.arn
    assert api.arn == f"arn:{partition}:appsync:{region}:123456789012:apis/{api.id}"
    assert shown["uris"]["GRAPHQL"].startswith("https://")
    assert shown["uris"]["GRAPHQL"].endswith(f".{region}.{suffix}/graphql")
