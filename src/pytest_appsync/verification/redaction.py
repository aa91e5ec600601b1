"""The names in place of secrets, and in place of values that differ between the two sides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_LONGEST = 300
"""Characters of a text in a record of exchanges."""

_PATTERNS = (
    (re.compile(r"\bda\d+-[A-Za-z0-9]+"), "<key id>"),
    (re.compile(r"arn:[\w-]+:(?:sts|iam)::\S+"), "<identity>"),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{8,}"), "<access key>"),
    (re.compile(r"(?<![\w-])\d{12}(?![\w-])"), "<account>"),
)
_IDS = {
    "apiId": "<API id>",
    "functionId": "<function id>",
    "associationId": "<association id>",
    "introspectionId": "<introspection id>",
    "nextToken": "<token>",
}
"""The members of answers that are identifiers."""
_WORD = re.compile(r"[A-Za-z0-9-]{4,}")
_HOST = re.compile(r"(?<![a-z0-9])([a-z0-9]+)\.appsync-[a-z-]+\.")


class Redaction:
    """The replacement of identifiers, accounts and credentials.

    The ids of keys are secrets: who has one can send GraphQL requests. Those of APIs and
    accounts are different on the two sides that are compared.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._others: dict[str, str] = {}

    def learn(self, value: object, name: str) -> None:
        """Replace ``value`` by ``name`` from now on."""
        if isinstance(value, str) and len(value) > 3:
            (self._names if _WORD.fullmatch(value) else self._others)[value] = name

    def learn_answer(self, answer: Mapping[str, Any]) -> None:
        """Learn all ids in an answer of AppSync."""
        for key in (answer.get("apiKey"), *(answer.get("apiKeys") or ())):
            if isinstance(key, Mapping):
                self.learn(key.get("id"), "<key id>")
        for member, value in answer.items():
            for each in value if isinstance(value, list) else [value]:
                self._learn_member(member, each)

    def _learn_member(self, member: str, value: object) -> None:
        if isinstance(value, Mapping):
            for name, each in value.items():
                self._learn_member(name, each)
        elif member in _IDS:
            self.learn(value, _IDS[member])
        elif isinstance(value, str):
            for host in _HOST.findall(value):
                self.learn(host, "<host id>")

    def text(self, text: str) -> str:
        """``text`` with all learned values replaced."""
        for pattern, name in _PATTERNS:
            text = pattern.sub(name, text)
        for value, name in self._others.items():
            text = text.replace(value, name)
        return _WORD.sub(lambda word: self._names.get(word[0], word[0]), text)

    def value(self, value: Any) -> Any:
        """A value of JSON or of boto3's answers with its texts replaced; long texts are cut."""
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.value(each) for name, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(each) for each in value]
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if isinstance(value, str):
            value = self.text(value)
            return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}..."
        if isinstance(value, int) and not isinstance(value, bool):
            text = self.text(str(value))
            return value if text == str(value) else text
        if value is None or isinstance(value, (bool, float)):
            return value
        return self.text(str(value))
