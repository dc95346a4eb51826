"""Pins, locks and moves to another release as text, Markdown and SARIF."""
