"""The mistakes in a schema that AppSync finds by graphql-java, in the words of graphql-java.

| what AppSync says | source |
| --- | --- |
| `Found 2 problem(s) with the schema:`, and a line for each | aws-amplify/amplify-cli #3141; \
panther-labs/panther #1675 |
| `The input value type 'X' is not present when resolving type 'T' [@LINE:COLUMN].`, the place of \
`T` | aws-amplify/amplify-cli #3141; amplify-category-api #26 |
| `The type 'T' [@LINE:COLUMN] has declared an input field with a non unique name 'x'.` | \
panther-labs/panther #1675; of a field: aws-amplify/amplify-hosting #259 |
| the same of interfaces, fields, arguments, members of unions and values of enums | \
graphql-java, SchemaTypeChecker.java, as is the order of the lines |
| `There is no top level schema object defined.`, without a type Query; `A schema MUST have a \
'query' operation defined.` | aws/aws-appsync-community #345; beneath the line above: \
aws-amplify/amplify-cli, the test of a schema with two functions |
| `Internal Failure while saving the schema.`, where an object takes the place of an input | \
aws-amplify/amplify-category-api #458, #1362; amplify-cli #10172, #12851 |
| the same, where an input takes the place of an object | by analogy: graphql-java finds both in \
SchemaGeneratorHelper.java |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import graphql

from pytest_appsync.sdl.dialect import KNOWN_TYPES
from pytest_appsync.sdl.errors import SchemaError

_IN_ORDER = (
    graphql.ObjectTypeDefinitionNode,
    graphql.InterfaceTypeDefinitionNode,
    graphql.UnionTypeDefinitionNode,
    graphql.EnumTypeDefinitionNode,
    graphql.InputObjectTypeDefinitionNode,
)
_INPUTS, _OUTPUTS = _IN_ORDER[-1:], _IN_ORDER[:3]
_NOUNS = {
    "object_type_definition": "a field",
    "interface_type_definition": "a field",
    "enum_type_definition": "an enum value",
    "input_object_type_definition": "an input field",
}


def refuse(document: graphql.DocumentNode) -> None:
    """Refuse a schema with such mistakes. No type of it is there twice, or is extended.

    :raises SchemaError: for such a document, in AWS's words.
    """
    kinds: dict[str, type | None] = dict.fromkeys([*KNOWN_TYPES, *graphql.specified_scalar_types])
    defined = [node for node in document.definitions if isinstance(node, _IN_ORDER)]
    kinds |= {node.name.value: type(node) for node in defined}
    in_order = [node for kind in _IN_ORDER for node in defined if type(node) is kind]
    references = [(node, *each) for node in in_order for each in _references(node)]
    found = [
        f"The {place} type '{name}' is not present when resolving type '{node.name.value}' "
        f"{_place(node)}"
        for node, place, name in references
        if name not in kinds
        or (place == "interface" and kinds[name] is not graphql.InterfaceTypeDefinitionNode)
    ]
    found += _without_query(document)
    found += (each for node in in_order for each in _names_twice(node))
    if found:
        lines = [f"Found {len(found)} problem(s) with the schema:", *(f"{it}." for it in found)]
        raise SchemaError("\n".join(lines))
    if any(kinds[name] in _MISPLACED.get(place, ()) for _, place, name in references):
        raise SchemaError("Internal Failure while saving the schema.")


_MISPLACED = {"field": _INPUTS, "field input": _OUTPUTS, "input value": _OUTPUTS}
"""The kinds of types that cannot be at a place."""


def _references(node: Any) -> Iterator[tuple[str, str]]:
    """The types that a definition refers to: graphql-java's word for the place, and the name."""
    fields = _parts(node, "fields")
    if isinstance(node, _INPUTS):
        found = [("input value", each.type) for each in fields]
    else:
        found = [("interface", each) for each in _parts(node, "interfaces")]
        found += [("union member", each) for each in _parts(node, "types")]
        found += [("field", each.type) for each in fields]
        found += [("field input", it.type) for each in fields for it in _parts(each, "arguments")]
    for place, type in found:
        while not isinstance(type, graphql.NamedTypeNode):
            type = type.type
        yield place, type.name.value


def _without_query(document: graphql.DocumentNode) -> Iterator[str]:
    kinds = (graphql.SchemaDefinitionNode, graphql.SchemaExtensionNode)
    roots: list[Any] = [it for it in document.definitions if isinstance(it, kinds)]
    operations = {each.operation.value for root in roots for each in root.operation_types}
    types = (it for it in document.definitions if isinstance(it, graphql.TypeDefinitionNode))
    if roots and "query" not in operations:
        yield "A schema MUST have a 'query' operation defined"
    if not roots and all(each.name.value != "Query" for each in types):
        yield "There is no top level schema object defined"


def _names_twice(node: Any) -> Iterator[str]:
    said = f"has declared {_NOUNS.get(node.kind)} with a non unique name"
    fields = _parts(node, "fields")
    for name in _again([*fields, *_parts(node, "values")]):
        yield f"The type '{node.name.value}' {_place(node)} {said} '{name}'"
    for field in fields:
        for name in _again(_parts(field, "arguments")):
            yield (
                f"The type '{node.name.value}' with field '{field.name.value}' {_place(node)} "
                f"has declared an argument with a non unique name '{name}'"
            )


def _again(nodes: Any) -> Iterator[str]:
    """Each name that one of the nodes in front has as well."""
    names = set()
    for node in nodes:
        if (name := node.name.value) in names:
            yield name
        names.add(name)


def _parts(node: Any, member: str) -> Any:
    """The nodes in a member, which a definition of another kind does not have."""
    return getattr(node, member, None) or ()


def _place(node: Any) -> str:
    """Where a definition begins, or its description."""
    return f"[@{node.loc.start_token.line}:{node.loc.start_token.column}]"
