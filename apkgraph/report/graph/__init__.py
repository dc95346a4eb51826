"""Graphs for other programs, one form a file."""
