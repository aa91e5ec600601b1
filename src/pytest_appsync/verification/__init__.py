"""The comparison of the simulation with a real AppSync, fact by fact.

``python -m pytest_appsync verify`` is its command line. ``facts/`` declares the facts, each
with a short piece of code that asks for it. The code is the same for the simulation and for
what answers at an endpoint. It uses ``asking``.

``running`` runs that code for both sides. ``sides`` makes a ``Caller`` (``calling``) for each,
``cleaning`` removes what was made, and ``report`` shows where the two differ.
"""
