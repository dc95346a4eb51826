"""Indexes that a layer leaves behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from apkgraph.audit.findings.finding import Finding, Rule, Severity
from apkgraph.dockerfile.events import ApkCall
from apkgraph.index.universe import Universe
from apkgraph.model.package import Key, Package
from apkgraph.solve.solution import REMOVE, Change

INDEX_LEFT = Rule(
    "index-left",
    Severity.WARNING,
    "The index of a repository is left in /var/cache/apk",
    """
`apk update`, and `apk add`, `apk upgrade` and `apk fix` without `--no-cache`, keep the archives of the indexes that
they fetch. Where `/etc/apk/cache` is linked to that directory, they keep the packages, too.

```dockerfile
RUN apk add bash
```

**What it costs.** The bytes of the index archives. They are counted once, in the layer that fetched them first.

**What to do.** Give `--no-cache`; or `rm -rf /var/cache/apk/*` at the end of the same `RUN`; or mount a cache there
(`--mount=type=cache,target=/var/cache/apk`).

**Beside hadolint.** DL3019 asks for `--no-cache` in every `apk add`. This rule looks at what the layer holds at its
end: a cache mount, or `rm -rf /var/cache/apk/*` in the same `RUN`, satisfies it.
""",
)

NEEDLESS_UPDATE = Rule(
    "needless-update",
    Severity.WARNING,
    "An index is fetched by apk update that apk add --no-cache does not use",
    """
`apk add --no-cache` fetches the indexes by itself and keeps none; those that `apk update` fetched before are fetched
for nothing, and stay in the layer. `apk --no-cache update` keeps nothing at all.

```dockerfile
RUN apk update && apk add --no-cache bash
```

**What it costs.** The bytes of the index archives, once in the image and once over the wire. Where the same `RUN`
clears the cache, or nothing was kept, only the download is wasted, and the finding is a note.

**What to do.** Leave `apk update` out.

The same bytes are not reported as [index-left](index-left.md) again.

**Beside hadolint.** DL3019 does not look at `apk update`. Here the call is followed: an update whose indexes a later
call reads is left alone.
""",
)
_FETCHING = ("add", "fix", "upgrade")


class Fetch(NamedTuple):
    """A call that leaves the indexes in apk's cache; `used`: a later call reads them there."""

    call: ApkCall
    size: int
    layer: int
    is_update: bool


class Kept(NamedTuple):
    """A call whose packages stay in apk's cache, as apk fetched them."""

    call: ApkCall
    size: int
    layer: int


@dataclass(slots=True)
class IndexCache:
    """apk's cache in the image while its layers are made: which call filled it, and what became of that.

    `left` are the fetches whose indexes are in a layer for good, `cleared` those that were cleared away in time,
    `used` those that a later call made use of, `discarded` those that apk was told not to keep. Where /etc/apk/cache is
    linked, apk `keeps` packages, too: `kept` for good or until they are cleared, `packages` those that are there now.
    """

    present: Fetch | None = None
    left: list[Fetch] = field(default_factory=list)
    cleared: list[Fetch] = field(default_factory=list)
    discarded: list[Fetch] = field(default_factory=list)
    used: dict[int, str] = field(default_factory=dict)  # and by which applet first
    unused: set[int] = field(default_factory=set)
    keeps: bool = False
    kept: list[Kept] = field(default_factory=list)
    packages: set[Key] = field(default_factory=set)

    def copy(self) -> IndexCache:
        """The cache for a stage that is built on this one: what lies in lower layers is there, and reported already."""
        return IndexCache(
            self.present,
            used=dict(self.used),
            unused=set(self.unused),
            keeps=self.keeps,
            packages=set(self.packages),
        )

    def follow(self, call: ApkCall, universe: Universe, layer: int, changes: Iterable[Change]) -> None:
        """Record a call in the image's own root."""
        if call.has("simulate"):
            return
        if call.applet in _FETCHING:
            uncached = call.has("no-cache")
            if self.present is not None:
                if uncached:
                    self.unused.add(id(self.present))
                else:
                    self.used.setdefault(id(self.present), call.applet)
            if self.keeps and not uncached and not call.has("cache-dir"):
                self._keep(call, layer, [change.package for change in changes if change.action != REMOVE])
            if uncached or call.has("no-network"):
                return
        elif call.applet != "update":
            return
        size = sum(repository.archive_size for repository in universe.repositories)
        if call.has("no-cache"):
            self.discarded.append(Fetch(call, size, layer, is_update=True))
            return
        if call.has("cache-dir") or self.present is not None:
            return
        self.present = Fetch(call, size, layer, call.applet == "update")

    def _keep(self, call: ApkCall, layer: int, packages: Iterable[Package]) -> None:
        new = [package for package in packages if package.key not in self.packages and not package.virtual]
        self.packages.update(package.key for package in new)
        self.kept.append(Kept(call, sum(package.download_size for package in new), layer))

    def clear(self, layer: int) -> None:
        """The cache is emptied: what this layer fetched leaves no trace, what a lower one holds stays in it."""
        if self.present is not None and self.present.layer == layer:
            self.cleared.append(self.present)
        self.present = None
        self.kept = [one for one in self.kept if one.layer != layer]
        self.packages.clear()

    def seal(self, layer: int) -> int:
        """A layer is done; the bytes of the indexes, and of packages as they were fetched, that it holds."""
        packages = sum(one.size for one in self.kept if one.layer == layer)
        if self.present is None or self.present.layer != layer:
            return packages
        self.left.append(self.present)
        return self.present.size + packages

    def findings(self, stage: str) -> list[Finding]:
        """The findings, each fetch reported once."""
        found = [self._finding(fetch, stage, kept=True) for fetch in self.left]
        found += [self._finding(fetch, stage, kept=False) for fetch in self.cleared if self._is_needless(fetch)]
        found += [_kept(one, stage) for one in self.kept if one.size]
        found += [_discarded(fetch, stage) for fetch in self.discarded]
        return sorted(found, key=lambda finding: finding.line)

    def _is_needless(self, fetch: Fetch) -> bool:
        return fetch.is_update and id(fetch) in self.unused and id(fetch) not in self.used

    def _finding(self, fetch: Fetch, stage: str, *, kept: bool) -> Finding:
        size = fetch.size if kept else 0
        if self._is_needless(fetch):
            return NEEDLESS_UPDATE.finding(
                fetch.call.line,
                stage,
                "apk update fetches the indexes, and apk add --no-cache fetches them again"
                + (", while the first ones stay in the image" if kept else ""),
                "leave apk update out",
                severity=None if kept else Severity.NOTE,
                size=size,
                download_size=fetch.size,
            )
        return INDEX_LEFT.finding(
            fetch.call.line,
            stage,
            f"apk {fetch.call.applet} leaves the indexes in /var/cache/apk",
            f"leave apk update out, and {self._uncached(fetch)}" if fetch.is_update else "give it --no-cache",
            size=size,
        )

    def _uncached(self, fetch: Fetch) -> str:
        applet = self.used.get(id(fetch), "add")
        return "write apk upgrade --no-cache" if applet == "upgrade" else f"give apk {applet} --no-cache"


def _kept(kept: Kept, stage: str) -> Finding:
    return INDEX_LEFT.finding(
        kept.call.line,
        stage,
        f"apk {kept.call.applet} keeps the packages that it fetches in /var/cache/apk",
        "give it --no-cache, or leave out the link /etc/apk/cache",
        size=kept.size,
    )


def _discarded(fetch: Fetch, stage: str) -> Finding:
    return NEEDLESS_UPDATE.finding(
        fetch.call.line,
        stage,
        "apk update with --no-cache fetches the indexes, and keeps nothing of them",
        "leave it out",
        severity=Severity.NOTE,
        download_size=fetch.size,
    )
