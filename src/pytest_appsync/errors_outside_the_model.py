"""The errors of AWS that are in no service model, each table with its source.

``COMMON_ERRORS`` are documented for every action of every service: the page "Common Errors"
of the AWS API references. ``OBSERVED_ERRORS`` are what the live service was seen to send. For
their operations AWS does not document them, or only with another text.
"""

from __future__ import annotations

from typing import NamedTuple


class CommonError(NamedTuple):
    """One row of AWS's page."""

    code: str
    http_status: int
    documentation: str


COMMON_ERRORS = (
    CommonError(
        "AccessDeniedException",
        403,
        "You do not have sufficient access to perform this action.",
    ),
    CommonError(
        "ExpiredTokenException", 403, "The security token included in the request is expired."
    ),
    CommonError(
        "IncompleteSignature", 403, "The request signature does not conform to AWS standards."
    ),
    CommonError(
        "InternalFailure",
        500,
        "The request processing has failed because of an unknown error, exception or failure.",
    ),
    CommonError(
        "MalformedHttpRequestException",
        400,
        "Problems with the request at the HTTP level, "
        "e.g. we can't decompress the body according to the content-encoding.",
    ),
    CommonError("NotAuthorized", 401, "You do not have permission to perform this action."),
    CommonError(
        "OptInRequired", 403, "The AWS access key ID needs a subscription for the service."
    ),
    CommonError(
        "RequestAbortedException",
        400,
        "The request was aborted before a reply was sent back, e.g. client closed connection.",
    ),
    CommonError(
        "RequestEntityTooLargeException",
        413,
        "Problems with the request at the HTTP level. The request entity is too large.",
    ),
    CommonError(
        "RequestExpired",
        400,
        "The request reached the service more than 15 minutes after the date stamp on the request.",
    ),
    CommonError(
        "RequestTimeoutException",
        408,
        "Problems with the request at the HTTP level. Reading the request timed out.",
    ),
    CommonError(
        "ServiceUnavailable",
        503,
        "The request has failed due to a temporary failure of the server.",
    ),
    CommonError("ThrottlingException", 400, "The request was denied due to request throttling."),
    CommonError(
        "UnrecognizedClientException",
        403,
        "The X.509 certificate or AWS access key ID provided does not exist in our records.",
    ),
    CommonError("UnknownOperationException", 404, "The action or operation requested is invalid."),
    CommonError(
        "ValidationError", 400, "The input fails to satisfy the constraints of an AWS service."
    ),
)


class ObservedError(NamedTuple):
    """An answer of the live service that AWS does not document, or only with another text.

    :ivar message: AWS's text, as it was seen.
    :ivar source: where it was seen: public issues of the named repositories, or their code.
    """

    operation: str
    code: str
    http_status: int
    message: str
    source: str


ALTERED = (
    "ConcurrentModificationException",
    409,
    "Schema is currently being altered, please wait until that is complete.",
)
"""The error while a schema is created or changed. It ends after 30 to 60 seconds."""

OBSERVED_ERRORS = (
    ObservedError(
        "CreateApiKey",
        *ALTERED,
        "hashicorp/terraform-provider-aws #16211, #18492; "
        "terraform-aws-modules/terraform-aws-appsync #4; aws-amplify/amplify-cli #5041",
    ),
    # Newer service models document these. Where the installed one does, only the message counts.
    ObservedError("StartSchemaCreation", *ALTERED, "aws-amplify/amplify-cli #5041"),
    ObservedError(
        "CreateDataSource",
        *ALTERED,
        "aws-cloudformation/cloudformation-coverage-roadmap #932",
    ),
    ObservedError(
        "CreateResolver",
        *ALTERED,
        "aws-cloudformation/cloudformation-coverage-roadmap #932",
    ),
    ObservedError("CreateFunction", *ALTERED, "terraform-aws-modules/terraform-aws-appsync #4"),
    ObservedError("UpdateFunction", *ALTERED, "aws/aws-cdk, the tests of its hotswap"),
    ObservedError(
        "UpdateResolver", *ALTERED, "aws-amplify/amplify-cli #5041; epam/aws-syndicate 1.21.3"
    ),
)
