"""A type as JSON: AppSync has a form of its own, which is not that of GraphQL's introspection.

A type has a name, or is a list or non-null; what there is not is left out; the directives are
there. So it was read from AWS with ListTypes, for objects and inputs: grucloud/grucloud,
AppSyncType.js and the resources of its example aws-appsync-graphql. Other kinds are by analogy, and
so are descriptions, default values and the reason of a deprecation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphql


def type_as_json(node: Any) -> dict[str, Any]:
    """A type, by its definition."""
    return {
        **_named(node),
        "kind": node.kind.removesuffix("_type_definition").upper(),
        **_parts(node),
    }


def _parts(node: Any) -> dict[str, Any]:
    if isinstance(node, graphql.InputObjectTypeDefinitionNode):
        return {"inputFields": _each(_input, node.fields)}
    found: dict[str, Any] = {}
    if isinstance(node, graphql.ObjectTypeDefinitionNode | graphql.InterfaceTypeDefinitionNode):
        found["fields"] = _each(_field, node.fields)
    if isinstance(node, graphql.ObjectTypeDefinitionNode):
        found["interfaces"] = _each(_type, node.interfaces)
    if isinstance(node, graphql.UnionTypeDefinitionNode):
        found["possibleTypes"] = _each(_type, node.types)
    if isinstance(node, graphql.EnumTypeDefinitionNode):
        found["enumValues"] = _each(_value, node.values)
    return {**found, "directives": _each(_directive, node.directives)}


def _each(describe: Callable[[Any], dict[str, Any]], nodes: Any) -> list[dict[str, Any]]:
    return [describe(node) for node in nodes or ()]


def _named(node: Any) -> dict[str, Any]:
    found = {"name": node.name.value}
    if node.description is not None:
        found["description"] = node.description.value
    return found


def _type(node: Any) -> dict[str, Any]:
    if isinstance(node, graphql.NamedTypeNode):
        return {"name": node.name.value}
    kind = "LIST" if isinstance(node, graphql.ListTypeNode) else "NON_NULL"
    return {"kind": kind, "ofType": _type(node.type)}


def _field(node: Any) -> dict[str, Any]:
    return {
        **_named(node),
        "type": _type(node.type),
        "args": _each(_input, node.arguments),
        **_deprecation(node),
    }


def _input(node: Any) -> dict[str, Any]:
    found = {**_named(node), "type": _type(node.type)}
    if node.default_value is not None:
        found["defaultValue"] = graphql.print_ast(node.default_value)
    return found


def _value(node: Any) -> dict[str, Any]:
    return {**_named(node), **_deprecation(node)}


def _deprecation(node: Any) -> dict[str, Any]:
    """The directives, and what they say of a deprecation."""
    directives = _each(_directive, node.directives)
    found: dict[str, Any] = {"directives": directives, "isDeprecated": False}
    for each in directives:
        if each["name"] == "deprecated":
            reason = each["args"][0]["value"] if each["args"] else "No longer supported"
            found |= {"isDeprecated": True, "deprecationReason": reason}
    return found


def _directive(node: Any) -> dict[str, Any]:
    return {
        "name": node.name.value,
        "args": [
            {"name": each.name.value, "value": graphql.value_from_ast_untyped(each.value)}
            for each in node.arguments or ()
        ],
    }
