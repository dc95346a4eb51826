"""Tests of the TUI's app."""
