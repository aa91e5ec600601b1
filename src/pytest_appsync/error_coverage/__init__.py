"""The error coverage: which documented errors of AppSync each call site has met.

Imported only in sessions that ask for it (``--appsync-errors``).
"""
