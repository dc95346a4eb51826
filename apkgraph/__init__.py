"""What a set of Alpine Linux packages costs, and why: the version, and the public API, loaded when first used.

explorer = apkgraph.open(release="v3.18", arch="x86_64")
cost = explorer.cost(["git"])
print(cost.installed_size, [str(change.package) for change in cost.changes])
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.errors import (
        ApkgraphError,
        ArchiveError,
        DependencyError,
        IndexFormatError,
        InputError,
        MirrorError,
        NotFoundError,
        SignatureError,
        TrustError,
        UsageError,
    )
    from apkgraph.explorer import Explorer, open  # noqa: A004 # the design's name; `apkgraph.open` reads well
    from apkgraph.impact.cost import Cost
    from apkgraph.report.documents import document
    from apkgraph.solve.solution import Solution

_HOME = {
    "Cost": "apkgraph.impact.cost",
    "Explorer": "apkgraph.explorer",
    "document": "apkgraph.report.documents",
    "Solution": "apkgraph.solve.solution",
    "open": "apkgraph.explorer",
}

__all__ = [
    "ApkgraphError",
    "ArchiveError",
    "Cost",
    "DependencyError",
    "Explorer",
    "IndexFormatError",
    "InputError",
    "MirrorError",
    "NotFoundError",
    "SignatureError",
    "Solution",
    "TrustError",
    "UsageError",
    "__version__",
    "document",
    "open",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        message = f"module 'apkgraph' has no attribute {name!r}"
        raise AttributeError(message)
    home = _HOME.get(name, "apkgraph.errors")
    value: object = getattr(__import__(home, fromlist=[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
