"""Where the files that ship with apkgraph lie: inside the wheel, or at the top of a checkout."""

from __future__ import annotations

import os


def data_directory() -> str:
    """The directory of `keys/` (public keys, a folder a distribution) and `sample/` (the sample's mirror)."""
    package = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(package, "data")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "data")


def keys_directory(distribution: str) -> str:
    """Public signing keys of one distribution; a file's name is the key's name."""
    return os.path.join(data_directory(), "keys", distribution)


def sample_mirror() -> str:
    """The mirror of the sample, a plain path: `SAMPLE/v3.18/main/x86_64/APKINDEX.tar.gz`."""
    return os.path.join(data_directory(), "sample")


def sample_keys() -> str:
    """The sample's own public key, trusted for the sample only."""
    return os.path.join(data_directory(), "sample", "keys")
