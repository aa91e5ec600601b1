"""Whether it is true: the facts that the simulation relies on, asked of a real AppSync.

``python -m pytest_appsync verify`` is its command line. ``facts/`` declares the facts, each
with a short piece of code that asks for it. The code is the same for the simulation and for
what answers at an endpoint; ``asking`` is what it has at hand.
"""
