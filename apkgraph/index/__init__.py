"""From index text to a universe that can be queried."""
