"""What was asked of the simulated AppSync, and how it reads in a report."""
