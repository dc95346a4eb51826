"""Audits as text: one format a file, each a pure function."""
