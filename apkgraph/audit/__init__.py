"""Audits of Dockerfiles, images and budgets, from solved sets and their sizes."""
