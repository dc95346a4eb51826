"""What a Dockerfile does: its instructions, its stages, and the calls of apk that its scripts make."""
