"""REST-JSON from the server's side, by botocore's service model.

::

    method, path --routing.operation_of-----> the operation and the labels of its path
    HttpRequest  --request.read_request-----> parameters, or BadRequestException
    result       --response.result_answer---> HttpAnswer
    refusal      --response.refusal_answer--> HttpAnswer
    either       --response.complete--------> HttpAnswer, with the headers of every answer

Of the protocol's traits it knows those that AppSync's service models use. An operation
with another one is refused: :class:`~pytest_appsync.protocol.model.UnsupportedTraitError`.
"""
