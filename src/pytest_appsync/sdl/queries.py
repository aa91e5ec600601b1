"""Queries to an API: whether a text is GraphQL, by graphql-core."""

from __future__ import annotations


def is_graphql(text: str) -> bool:
    """Whether a text follows GraphQL's grammar. What is in it does not matter.

    Without the extra ``graphql`` every text does.
    """
    try:
        # Names of it: a project's own folder `graphql` can be imported too.
        from graphql import GraphQLSyntaxError, parse
    except ImportError:
        return True
    try:
        parse(text, no_location=True)
    except (GraphQLSyntaxError, RecursionError):  # nested too deep to be read
        return False
    return True
