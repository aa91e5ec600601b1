"""The error coverage: which documented errors of AppSync each call site has met.

Imported only in sessions that ask for it (``--appsync-errors``), but for ``options``.

``pytest_hooks`` has ``tallies`` count what each call met, and ``suite_code`` tell the calls of
the suite itself apart. At the end ``report`` compares the tallies with what AWS documents.
``terminal``, ``json_report`` and ``html_report`` write what it found.
"""
