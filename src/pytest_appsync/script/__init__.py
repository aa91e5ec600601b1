"""What a test told the simulated AppSync to do, and the checks of what it may tell."""
