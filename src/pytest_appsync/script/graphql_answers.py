"""The scripted answers to GraphQL requests to a served API."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_appsync.protocol.http import HttpAnswer
from pytest_appsync.record.calls import shown
from pytest_appsync.script.handles import Scripted, called

if TYPE_CHECKING:
    from pytest_appsync.record.graphql_requests import GraphqlRequest

GraphqlResult = Mapping[str, Any] | HttpAnswer


@dataclass(kw_only=True, eq=False, repr=False)
class GraphqlAnswer(Scripted):
    """The handle of :meth:`AppSync.answer_graphql`.

    :ivar api_id: the API whose requests it answers.
    :ivar answer: the answer, or the callable that makes it.
    :ivar hits: how many requests it has answered.
    """

    api_id: str
    answer: GraphqlResult | Callable[[GraphqlRequest], GraphqlResult]

    def produce(self, request: GraphqlRequest) -> HttpAnswer:
        """The answer to a request whose key was accepted.

        :raises TypeError: when the callable returns an object that is not an answer.
        """
        answer = self.answer
        return checked_answer(called("answer", answer, request) if callable(answer) else answer)


def checked_answer(answer: object) -> HttpAnswer:
    """``answer`` as an HTTP answer.

    :raises TypeError: for anything but a dict that is JSON, or an HttpAnswer.
    :raises ValueError: for a dict that is not an answer to a GraphQL request.
    """
    if isinstance(answer, HttpAnswer):
        return answer
    if not isinstance(answer, Mapping):
        raise TypeError(
            f"`answer` must be a dict, a callable or an HttpAnswer, not {shown(answer)}"
        )
    if not {"data", "errors", "successful", "failed"}.intersection(answer):
        raise ValueError(
            f"`answer` must have 'data' or 'errors', as GraphQL's answers have (an Event API's "
            f"'successful' and 'failed'), and {shown(answer)} has neither: give {{'data': ...}}"
        )
    try:
        body = json.dumps(answer, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"`answer` must be JSON, and {shown(answer)} is not: {error}") from None
    return HttpAnswer(200, {"Content-Type": "application/json"}, body)
