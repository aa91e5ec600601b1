"""The simulated AppSync. It knows no HTTP, no botocore client and no pytest."""
