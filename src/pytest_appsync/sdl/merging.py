"""The SDL of a merged API, out of that of its sources.

AppSync developer guide, "Merging APIs in AWS AppSync", says what ``@canonical``, ``@hidden``
and ``@renamed`` do, that types have the fields of all sources, and what becomes of a field that
two sources give different types. That a canonical type stands for those of other sources, and
the words of a failure: seen on AWS in July 2026 (a public plan, "Push-free schema composition
via merged APIs", phase 0).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import graphql

from pytest_appsync.sdl import dialect
from pytest_appsync.sdl.errors import SdlError

_UNRESOLVED = "Unable to resolve conflict on object with name"
_MEMBERS = ("fields", "values", "types", "interfaces")


def merge(sources: Iterable[str]) -> str:
    """The SDL of a merged API.

    :param sources: the SDL of its sources, in the order of their association.
    :raises SdlError: where they do not fit together, in AWS's words.
    """
    merged: dict[tuple[str, str], Any] = {}
    for sdl in sources:
        parsed = dialect.parse(sdl)
        nodes = graphql.visit(parsed, _Shown(parsed)).definitions
        # An extension need not stand behind what it extends.
        for node in sorted(nodes, key=lambda node: isinstance(node, graphql.TypeExtensionNode)):
            known = merged.setdefault(node.name.value, node)
            if known is not node:
                merged[node.name.value] = _union(known, node)
    without_marks = (graphql.visit(node, _WithoutMarks()) for node in merged.values())
    return "\n\n".join(map(graphql.print_ast, without_marks))


class _Shown(graphql.Visitor):
    """Makes of a source what a merge takes: without what is hidden, under the new names.

    A field of a hidden type is hidden too. The root types get the names of the operations.
    """

    def __init__(self, source: graphql.DocumentNode) -> None:
        super().__init__()
        self._hidden: set[str] = set()
        self._new_names: dict[str, str] = {}
        for node in source.definitions:
            if isinstance(node, graphql.SchemaDefinitionNode):
                roots = {
                    root.type.name.value: root.operation.value for root in node.operation_types
                }
                self._new_names |= {name: root.title() for name, root in roots.items()}
            elif isinstance(node, graphql.TypeDefinitionNode):
                marks = _marks(node)
                self._hidden |= {node.name.value} if "hidden" in marks else set()
                if (new_name := marks.get("renamed")) is not None:
                    self._new_names[node.name.value] = new_name

    def enter(self, node: Any, *_: object) -> object:
        type = node
        while getattr(type, "type", None) is not None:
            type = type.type
        refers_to = type.name.value if isinstance(type, graphql.NamedTypeNode) else None
        is_root = isinstance(node, (graphql.SchemaDefinitionNode, graphql.SchemaExtensionNode))
        is_hidden = "hidden" in _marks(node) or refers_to in self._hidden
        return graphql.REMOVE if is_hidden or is_root else None

    def leave(self, node: Any, *_: object) -> object:
        if isinstance(node, _NAMING):
            new_name = self._new_names.get(node.name.value)
        else:
            new_name = _marks(node).get("renamed")
        return None if new_name is None else _with(node, name=graphql.NameNode(value=new_name))


class _WithoutMarks(graphql.Visitor):
    """Takes away what has done its work."""

    def enter_directive(self, node: Any, *_: object) -> object:
        done = ("canonical", "hidden", "renamed")
        return graphql.REMOVE if node.name.value in done else None


_NAMING = (graphql.NamedTypeNode, graphql.TypeDefinitionNode, graphql.TypeExtensionNode)


def _union(one: Any, other: Any) -> Any:
    """One definition of two under the same name."""
    name = one.name.value
    for node in (one, other):
        if "canonical" in _marks(node):
            return node
    if _kind(one) != _kind(other):
        kinds = "Merging is not supported for different kinds of types."
        raise SdlError(f"{_UNRESOLVED} {name}: {kinds}")
    members = {member: getattr(one, member) for member in _MEMBERS if hasattr(one, member)}
    for member, nodes in members.items():
        found = {each.name.value: each for each in nodes or ()}
        for each in getattr(other, member, None) or ():
            known = found.setdefault(each.name.value, each)
            if "canonical" in _marks(each):
                found[each.name.value] = each
            elif "canonical" not in _marks(known) and _type(known) != _type(each):
                raise SdlError(
                    f"{_UNRESOLVED} {name}.{each.name.value}: "
                    "Merging is not supported for fields with different types."
                )
        members[member] = tuple(found.values())
    return _with(one, **members)


def _marks(node: Any) -> dict[str, str | None]:
    """The directives of a definition, and for each the text that it was given, if any."""
    return {
        each.name.value: next(
            (getattr(it.value, "value", None) for it in each.arguments or ()), None
        )
        for each in getattr(node, "directives", None) or ()
    }


def _kind(node: Any) -> str:
    """Such as ``object_type``, of a definition or an extension."""
    kind: str = node.kind
    return kind.rpartition("_")[0]


def _type(field: Any) -> str:
    return graphql.print_ast(field.type) if hasattr(field, "type") else ""


def _with(node: Any, **changed: Any) -> Any:
    return type(node)(**{name: getattr(node, name) for name in node.keys} | changed)
