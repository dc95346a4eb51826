"""Facts about the distributions that use apk."""
