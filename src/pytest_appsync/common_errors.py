"""The errors that AWS documents as common to the actions of every service.

They are in no service model, so this is their one place in the code. Source:
the page "Common Errors" of the AWS API references.
"""

from __future__ import annotations

COMMON_ERRORS: tuple[tuple[str, int, str], ...] = (
    (
        "AccessDeniedException",
        403,
        "You do not have sufficient access to perform this action.",
    ),
    ("ExpiredTokenException", 403, "The security token included in the request is expired."),
    ("IncompleteSignature", 403, "The request signature does not conform to AWS standards."),
    (
        "InternalFailure",
        500,
        "The request processing has failed because of an unknown error, exception or failure.",
    ),
    (
        "MalformedHttpRequestException",
        400,
        "Problems with the request at the HTTP level, "
        "e.g. we can't decompress the body according to the content-encoding.",
    ),
    ("NotAuthorized", 401, "You do not have permission to perform this action."),
    ("OptInRequired", 403, "The AWS access key ID needs a subscription for the service."),
    (
        "RequestAbortedException",
        400,
        "The request was aborted before a reply was sent back, e.g. client closed connection.",
    ),
    (
        "RequestEntityTooLargeException",
        413,
        "Problems with the request at the HTTP level. The request entity is too large.",
    ),
    (
        "RequestExpired",
        400,
        "The request reached the service more than 15 minutes after the date stamp on the request.",
    ),
    (
        "RequestTimeoutException",
        408,
        "Problems with the request at the HTTP level. Reading the request timed out.",
    ),
    (
        "ServiceUnavailable",
        503,
        "The request has failed due to a temporary failure of the server.",
    ),
    ("ThrottlingException", 400, "The request was denied due to request throttling."),
    (
        "UnrecognizedClientException",
        403,
        "The X.509 certificate or AWS access key ID provided does not exist in our records.",
    ),
    ("UnknownOperationException", 404, "The action or operation requested is invalid."),
    ("ValidationError", 400, "The input fails to satisfy the constraints of an AWS service."),
)
"""The code, the HTTP status and AWS's text of each."""
