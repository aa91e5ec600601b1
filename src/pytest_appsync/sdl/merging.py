"""The SDL of a merged API, made from that of its sources.

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
    """The SDL of a merged API; empty where everything is hidden.

    :param sources: the SDL of its sources, in the order of their association.
    :raises SdlError: where they do not fit together, in AWS's words.
    """
    merged: dict[str, Any] = {}
    for sdl in sources:
        source = dialect.parse(sdl)
        for node in graphql.visit(source, _Shown(source)).definitions:
            name = node.name.value
            merged[name] = _union(merged[name], node) if name in merged else node
    definitions = (dialect.without_directives(node, _is_mark) for node in merged.values())
    return "\n\n".join(map(graphql.print_ast, definitions))


class _Shown(graphql.Visitor):
    """A visitor that removes from a source what is hidden, and gives the rest its new names.

    A field of a hidden type is hidden too. The root types get the names of the operations.
    """

    def __init__(self, source: Any) -> None:
        super().__init__()
        self._hidden: set[str] = set()
        self._new_names: dict[str, str] = {}
        for node in source.definitions:
            if isinstance(node, _ROOTS):
                for root in node.operation_types or ():
                    self._new_names[root.type.name.value] = root.operation.value.title()
            else:
                marks = _marks(node)
                if "hidden" in marks:
                    self._hidden.add(node.name.value)
                if (new_name := marks.get("renamed")) is not None:
                    self._new_names[node.name.value] = new_name

    def enter(self, node: Any, *_: object) -> object:
        type = node
        while getattr(type, "type", None) is not None:
            type = type.type
        refers_to = type.name.value if isinstance(type, graphql.NamedTypeNode) else None
        is_hidden = "hidden" in _marks(node) or refers_to in self._hidden
        return graphql.REMOVE if is_hidden or isinstance(node, _ROOTS) else None

    def leave(self, node: Any, *_: object) -> object:
        if isinstance(node, _NAMING):
            new_name = self._new_names.get(node.name.value)
        else:
            new_name = _marks(node).get("renamed")
        return None if new_name is None else _with(node, name=graphql.NameNode(value=new_name))


_ROOTS = (graphql.SchemaDefinitionNode, graphql.SchemaExtensionNode)
_NAMING = (graphql.NamedTypeNode, graphql.TypeDefinitionNode)


def _is_mark(directive: str, _: graphql.Node) -> bool:
    """Whether a directive says how to merge."""
    return directive in ("canonical", "hidden", "renamed")


def _union(one: Any, other: Any) -> Any:
    """One definition of two sources' under the same name."""
    for node in (one, other):
        if "canonical" in _marks(node):
            return node
    return _joined(one, other)


def _joined(one: Any, other: Any) -> Any:
    """A definition with the members of another one as well.

    :raises SdlError: where the two are of different kinds, or have a field of different types.
    """
    name = one.name.value
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
    found: dict[str, str | None] = {}
    for each in getattr(node, "directives", None) or ():
        values = [argument.value for argument in each.arguments or ()]
        texts = [value.value for value in values if isinstance(value, graphql.StringValueNode)]
        found[each.name.value] = texts[0] if texts else None
    return found


def _kind(node: Any) -> str:
    """Such as ``object_type``, of a definition or an extension."""
    kind: str = node.kind
    return kind.rpartition("_")[0]


def _type(field: Any) -> str:
    return graphql.print_ast(field.type) if hasattr(field, "type") else ""


def _with(node: Any, **changed: Any) -> Any:
    return type(node)(**{name: getattr(node, name) for name in node.keys} | changed)
