"""Audits as text, Markdown and SARIF."""
