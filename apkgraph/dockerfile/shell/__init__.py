"""A piece of shell, followed without running it."""
