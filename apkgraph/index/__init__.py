"""From index text to something that can be asked."""
