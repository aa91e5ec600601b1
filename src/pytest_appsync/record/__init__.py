"""The record of the calls to the simulated AppSync, and the reports about it."""
