"""What an image or a root holds: archives, layers, the system in it; and what `--base` names."""
