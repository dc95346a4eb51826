"""The words of the design as values: versions, dependencies, packages."""
