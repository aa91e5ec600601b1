"""GraphQL's schema definition language, read and written by graphql-core.

graphql-core comes with the extra ``graphql``. No other folder imports it, and here the first
document that must be read does. The folder knows nothing of AppSync but the scalars and the
directives that AppSync adds to the language, and its words for what is wrong with a schema.
"""
