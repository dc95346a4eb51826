"""Mutants of everything that is read from outside."""
