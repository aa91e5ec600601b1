"""Which documented errors of AppSync each call site of the application has met.

Imported only in sessions that ask for it (``--appsync-errors``).
"""
