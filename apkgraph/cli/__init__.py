"""The command line: arguments in, text out, and the one place that catches errors."""
