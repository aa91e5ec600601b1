"""The other side: what botocore's serializer sends, and what its parser makes of an answer."""

from __future__ import annotations

from typing import Any

from botocore.awsrequest import AWSPreparedRequest, create_request_object, prepare_request_dict
from botocore.compat import HTTPHeaders
from botocore.endpoint import convert_to_response_dict
from botocore.model import OperationModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from pytest_appsync.clients.responses import to_response
from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.protocol.response import complete

HOST = "https://appsync.us-east-1.amazonaws.com"


def request(path: str, body: Any = b"", *, method: str = "POST") -> AWSPreparedRequest:
    """A request that was not written by botocore."""
    return AWSPreparedRequest(method, HOST + path, HTTPHeaders(), body, False)


def sent(
    operation: OperationModel, params: dict[str, Any], *, checked: bool = True, url: str = HOST
) -> AWSPreparedRequest:
    """The request that botocore makes of the parameters.

    :param checked: whether it validates them first.
    """
    serializer = create_serializer("rest-json", include_validation=checked)
    made = serializer.serialize_to_request(params, operation)
    prepare_request_dict(made, endpoint_url=url, context={})
    prepared: AWSPreparedRequest = create_request_object(made).prepare()
    return prepared


def parsed(operation: OperationModel, answer: HttpAnswer) -> dict[str, Any]:
    """What the client returns, or what its exception has."""
    response = to_response(complete(answer, 0.0), HOST)
    shape: Any = operation.output_shape
    found: dict[str, Any] = create_parser("rest-json").parse(
        convert_to_response_dict(response, operation), shape
    )
    return found
