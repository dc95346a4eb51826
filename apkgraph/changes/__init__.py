"""How sets of packages change: pins and their edits, locks, and moves to another release."""
