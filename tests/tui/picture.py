"""Take the pictures of docs/images anew, from the real indexes of ../shared: `python -m tests.tui.picture`."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from typing import Final

from apkgraph.settings import resolve
from apkgraph.tui.app import ApkgraphApp
from apkgraph.tui.run import prepare
from tests.conftest import CHECKOUT
from tests.tui.small import press, settle

PICTURES: Final = {
    "tui": ((140, 38), ("git", "python3", "nginx", "openssh"), ()),
    "tui-treemap": ((140, 38), ("git", "python3", "nginx", "openssh"), ("t",)),
    "tui-small": ((80, 24), ("git", "python3"), ("3",)),
}


async def take(name: str, cache: str) -> None:
    """One picture, without the fonts that it would fetch from elsewhere."""
    size, tokens, keys = PICTURES[name]
    flags = {"mirror": str(CHECKOUT.parent / "shared" / "mirror" / "alpine"), "release": "v3.18", "arch": "x86_64"}
    app = ApkgraphApp(prepare(resolve({**flags, "cache_dir": cache}, {}, os.devnull), tokens))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        picture = app.export_screenshot(title="apkgraph")
    picture = re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL)
    picture = picture.replace("Fira Code, monospace", "Fira Code, DejaVu Sans Mono, Menlo, Consolas, monospace")
    (CHECKOUT / "docs" / "images" / f"{name}.svg").write_text(picture)


def main() -> None:
    """All of them, or those that are named."""
    with tempfile.TemporaryDirectory() as cache:
        for name in sys.argv[1:] or PICTURES:
            asyncio.run(take(name, cache))


if __name__ == "__main__":
    main()
