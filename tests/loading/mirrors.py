"""A mirror for tests: the sample's files in a directory of the test's own, served on loopback, its requests counted."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from apkgraph import host
from tests.mirror.archives import Key, index_part, signed

if TYPE_CHECKING:
    from collections.abc import Iterator

INDEX = "v3.18/{}/x86_64/APKINDEX.tar.gz"
LATER = b"""\
C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=
P:git
V:99-r0
A:x86_64
S:5000
I:7000

"""  # an index in which git is another, and alone


class Mirror:
    """The sample, in files that a test may change; `statuses` is how each request was answered."""

    def __init__(self, directory: Path) -> None:
        shutil.copytree(host.sample_mirror(), directory)
        self.directory = directory
        self.statuses: list[int] = []
        self.url = ""

    def index(self, repository: str = "main") -> Path:
        return self.directory / INDEX.format(repository)

    def replace(self, key: Key, text: bytes, repository: str = "main") -> None:
        """Put another index there, later than the one before."""
        path = self.index(repository)
        then = path.stat().st_mtime
        path.write_bytes(signed(key, index_part(text)))
        os.utime(path, (then + 10, then + 10))

    def environ(self, cache: Path, keys: Path) -> dict[str, str]:
        """What makes a process ask this mirror; the sample's key and those in `keys` are trusted."""
        keys.mkdir(exist_ok=True)
        for name in os.listdir(host.sample_keys()):
            shutil.copy(Path(host.sample_keys()) / name, keys)
        return {
            "APKGRAPH_MIRROR": self.url or str(self.directory),
            "APKGRAPH_RELEASE": "v3.18",
            "APKGRAPH_ARCH": "x86_64",
            "APKGRAPH_KEYS_DIR": str(keys),
            "APKGRAPH_CACHE_DIR": str(cache),
        }


@contextlib.contextmanager
def served(mirror: Mirror) -> Iterator[Mirror]:
    """The mirror, with an address on loopback."""

    class Handler(SimpleHTTPRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            mirror.statuses.append(int(code))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its base's name
            """Tell nobody."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(mirror.directory)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    mirror.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield mirror
    finally:
        server.shutdown()
        server.server_close()
