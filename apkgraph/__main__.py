"""`python -m apkgraph`: the same as `apkgraph`."""

from __future__ import annotations

import sys

from apkgraph.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
