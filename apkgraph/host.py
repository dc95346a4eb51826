"""Facts about this machine: its architecture in Alpine's words; directories of cache, config and shipped data."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_ARCHITECTURES = {
    "amd64": "x86_64",
    "arm64": "aarch64",
    "armv6l": "armhf",
    "armv7l": "armv7",
    "armv8l": "armv7",
    "i386": "x86",
    "i486": "x86",
    "i586": "x86",
    "i686": "x86",
}


def architecture(machine: str | None = None) -> str:
    """Alpine's name of this machine's architecture; a machine that it has no name for keeps its own."""
    if machine is None:
        machine = os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "x86_64")
    return _ARCHITECTURES.get(machine.lower(), machine.lower())


def cache_directory(environ: Mapping[str, str], platform: str = sys.platform) -> str:
    """What platformdirs calls `user_cache_dir("apkgraph")`; on Linux by hand, for its import takes 30 ms."""
    if platform.startswith("linux"):
        return _xdg(environ, "XDG_CACHE_HOME", ".cache")
    import platformdirs

    return platformdirs.user_cache_dir("apkgraph", appauthor=False)


def config_file(environ: Mapping[str, str], platform: str = sys.platform) -> str:
    """`config.toml` in what platformdirs calls `user_config_dir("apkgraph")`; on Linux by hand, as above."""
    if platform.startswith("linux"):
        return os.path.join(_xdg(environ, "XDG_CONFIG_HOME", ".config"), "config.toml")
    import platformdirs

    return os.path.join(platformdirs.user_config_dir("apkgraph", appauthor=False), "config.toml")


def _xdg(environ: Mapping[str, str], variable: str, fallback: str) -> str:
    home = environ.get(variable, "").strip()
    if not os.path.isabs(home):  # the XDG base directory specification: a relative path is to be ignored
        home = environ.get("HOME") or os.path.expanduser("~")
        home = os.path.join(home if os.path.isabs(home) else "/", fallback)  # nobody's home, as in a container
    return os.path.join(home, "apkgraph")


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
