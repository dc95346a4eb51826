"""What is found in a Dockerfile: a file for each family, with its rules, their documentation and their checks."""
