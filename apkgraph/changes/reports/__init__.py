"""Pins, locks and moves as text, Markdown and SARIF."""
