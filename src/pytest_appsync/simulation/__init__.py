"""One simulation at work: a call comes in, the script or the service answers, it is recorded."""
