"""Tests of the TUI's state."""
