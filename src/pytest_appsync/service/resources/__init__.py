"""The resources of AppSync, a module for each family: how it differs from the others."""
