"""The JSON documents, each described by a schema in docs/schema: pure functions from values to dicts."""
