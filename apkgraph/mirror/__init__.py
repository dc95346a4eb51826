"""From a mirror to trusted index text."""
