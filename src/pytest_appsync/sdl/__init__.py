"""GraphQL's schema definition language, read and written by graphql-core.

graphql-core comes with the extra ``graphql``, and no other folder imports it. It knows nothing
of AppSync but the scalars and directives that AppSync adds to the language. Import its modules
by :func:`pytest_appsync.service.schema.reader`, which says what to do where the extra is missing.
"""
