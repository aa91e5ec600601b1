"""The commands of ``python -m pytest_appsync``, a module each."""
