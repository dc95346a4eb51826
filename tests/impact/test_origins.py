"""What each origin builds: a package counts for its origin though a newer one of its name comes from another."""

from __future__ import annotations

from apkgraph.impact.rank import by_origin
from tests.impact.worlds import World, record


def test_an_origin_keeps_what_another_builds_newer() -> None:
    index = (
        record("sdk", 500, origin="build6", version="6-r0")
        + record("sdk", 700, origin="build7", version="7-r0")
        + record("sdk", 400, origin="build6", version="5-r0")
        + record("runtime", 30, origin="build6")
    )
    rows = by_origin(World(index, "").universe)
    assert [(row.origin, row.packages, row.own_size, row.largest) for row in rows] == [
        ("build7", 1, 700, "sdk"),
        ("build6", 2, 530, "sdk"),
    ]
