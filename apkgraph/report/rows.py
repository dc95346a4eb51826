"""What a cost's text reports show, as cells of text; how they are drawn is their own affair."""

from __future__ import annotations

from apkgraph.model.size import Amount, count, format_change, format_share, format_size
from apkgraph.report.text import clean
from apkgraph.report.words import ACTION_SIGNS, SAMPLE_NOTE, because_text, universe_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.impact.cost import Cost, RequestCost
    from apkgraph.impact.install_reason import InstallReason
    from apkgraph.solve.solution import Change


class ChangeRow:
    """One change: its cells, and what a bar or a colour needs to know. No dataclass, whose import costs too much here.

    fraction: its installed size as a part of the largest change's
    """

    __slots__ = ("download", "fraction", "installed", "name", "requested", "share", "sign", "version", "why")

    def __init__(
        self,
        *,
        sign: str,
        name: str,
        version: str,
        installed: str,
        download: str,
        share: str,
        why: str,
        fraction: float = 0.0,
        requested: bool = False,
    ) -> None:
        self.sign = sign
        self.name = name
        self.version = version
        self.installed = installed
        self.download = download
        self.share = share
        self.why = why
        self.fraction = fraction
        self.requested = requested

    def cells(self) -> tuple[str, ...]:
        """The cells of a plain row."""
        return (f"{self.sign} {self.name}", self.version, self.installed, self.download, self.share, self.why)


HEADER = ChangeRow(
    sign=" ",
    name="PACKAGE",
    version="VERSION",
    installed="INSTALLED",
    download="DOWNLOAD",
    share="SHARE",
    why="WHY",
)


def headline(cost: Cost) -> str:
    """`git on docker, Alpine v3.18 x86_64, apk 2.14`."""
    request = " ".join(str(token) for token in cost.request)
    base = "nothing" if cost.base.name == "none" else cost.base.name
    return clean(f"{request} on {base}, ") + universe_text(cost.universe)


def notes(cost: Cost) -> list[str]:
    """What one must know before the figures: where they come from, and what the base holds already."""
    there = [clean(str(token)) for token in cost.request if _is_in_base(cost, token.name)]
    found = [SAMPLE_NOTE] if cost.universe.ref.sample else []
    return [*found, f"already in the base: {', '.join(there)}"] if there else found


def _is_in_base(cost: Cost, name: str) -> bool:
    """Whether the base holds what serves a requested name, and nothing about it changes."""
    chosen = cost.solution.chosen(name)
    return (
        chosen is not None
        and chosen.package in cost.base.packages
        and not any(change.package is chosen.package for change in cost.changes)
    )


def change_rows(cost: Cost) -> list[ChangeRow]:
    """A header, then a row a change in apk's order."""
    sizes = [change.installed_size for change in cost.changes]
    largest = max(max(sizes, default=0), 1)
    whole = sum(size for size in sizes if size > 0)
    rows = [
        _change_row(change, because, size, "-" if size < 0 else format_share(size, whole), max(size, 0) / largest)
        for change, because, size in zip(cost.changes, cost.because, sizes, strict=True)
    ]
    return [HEADER, *rows]


def _change_row(change: Change, because: InstallReason, size: int, share: str, fraction: float) -> ChangeRow:
    old = "" if change.old_package is None else change.old_package.version
    version = change.package.version if old in ("", change.package.version) else f"{old} → {change.package.version}"
    return ChangeRow(
        sign=ACTION_SIGNS.get(change.action, change.action),
        name=clean(change.package.name),
        version=clean(version),
        installed=format_size(size),
        download="-" if change.action == "remove" else format_size(change.package.download_size),
        share=share,
        why=because_text(because),
        fraction=fraction,
        requested=because.kind == "requested",
    )


def request_rows(cost: Cost) -> list[tuple[str, str, str, str]]:
    """A header, then a row a request: what would truly go without it, and its fair share of the whole."""
    added = [_true_added_size(request) for request in cost.requests]
    shared = cost.installed_size - sum(added)
    together = format_size(cost.installed_size)
    return [
        ("REQUEST", "ADDED", "FAIR SHARE", ""),
        *(
            (clean(request.token), format_size(size), format_size(request.fair_share), _added_note(request))
            for request, size in zip(cost.requests, added, strict=True)
        ),
        ("shared", format_size(shared), "", _shared_note(shared)),
        ("together", together, together, ""),
    ]


def _true_added_size(request: RequestCost) -> int:
    resolved = request.resolved_added_size
    return request.added_size if resolved is None else resolved


def _added_note(request: RequestCost) -> str:
    if request.resolved_added_size is None:
        return "by the graph of this solution: the rest cannot be had without it"
    if request.resolved_added_size != request.added_size:
        return f"by solving again; by the graph of this solution {format_size(request.added_size)}"
    return ""


def _shared_note(shared: int) -> str:
    if shared < 0:
        return "counted more than once: it goes with any one of them"
    return "needed by more than one of them" if shared else ""


def amount_rows(cost: Cost) -> list[tuple[str, str, str, str]]:
    """What was there, what comes on top, and both together."""
    change = cost.amount
    sign = "+" if change.packages > 0 else ""
    return [
        ("base", *_amount_cells(cost.base.amount)),
        (
            "cost",
            sign + count(change.packages, "package"),
            format_change(change.size.installed) + " installed",
            format_change(change.size.download) + " download",
        ),
        ("total", *_amount_cells(cost.total)),
    ]


def _amount_cells(amount: Amount) -> tuple[str, str, str]:
    return (
        count(amount.packages, "package"),
        format_size(amount.size.installed) + " installed",
        format_size(amount.size.download) + " download",
    )
