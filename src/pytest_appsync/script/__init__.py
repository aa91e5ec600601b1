"""What a test scripted, and the checks of the arguments for it."""
