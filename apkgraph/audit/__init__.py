"""What Dockerfiles, images and budgets say once they are solved and weighed."""
