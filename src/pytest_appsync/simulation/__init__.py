"""One simulation: a call comes in, the script or the service answers, the record keeps it."""
