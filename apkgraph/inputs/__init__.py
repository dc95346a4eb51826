"""Other ways to name a world: a world file, an installed db, an image, a Dockerfile."""
