"""The façade: one universe with its base, and all queries on them.

The command line, the TUI and scripts call only this.
"""

from __future__ import annotations

import os

from apkgraph.errors import UsageError
from apkgraph.impact.analysis import Analysis, Base
from apkgraph.impact.cost import Cost
from apkgraph.model.dependency import Dependency, parse_request
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.settings import Settings, resolve
from apkgraph.solve.problem import InitialState
from apkgraph.solve.solver import add, solve_world

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from apkgraph.errors import NotFoundError
    from apkgraph.image.base import BaseRequest
    from apkgraph.image.system import System
    from apkgraph.impact.compare import Column, Comparison, Difference
    from apkgraph.impact.drop import Drop
    from apkgraph.impact.graph import PackageGraph
    from apkgraph.impact.rank import OriginRow, RankRow
    from apkgraph.impact.rdeps import Dependents
    from apkgraph.impact.search import Hits
    from apkgraph.impact.show import PackageDetails
    from apkgraph.impact.tree import Tree
    from apkgraph.impact.why import Why, WhyNot
    from apkgraph.index.universe import Universe
    from apkgraph.mirror.cache import Metadata, Sizes
    from apkgraph.mirror.releases import Release, Releases
    from apkgraph.mirror.trust import TrustedIndex
    from apkgraph.model.package import Package
    from apkgraph.simulation import Simulation
    from apkgraph.solve import Solution
    from apkgraph.solve.commands import Options
    from apkgraph.solve.solution import Outcome

    Progress = Callable[[str, int, int | None], None]
    Warn = Callable[[str], None]


def open(**options: object) -> Explorer:  # noqa: A001  # apkgraph.open reads well
    """An explorer for these settings (`mirror`, `release`, `arch`, `repositories`, `base`, `cache_dir`, `sample`, …).

    What is not given comes from `APKGRAPH_…` variables, the config file, and the defaults, as on the command line.
    Raises UsageError for a setting that means nothing; faults of the mirror are raised by the first question.
    """
    return Explorer(resolve(options, os.environ))


def compare(columns: Sequence[Column]) -> Comparison:
    """Costs side by side, with what moves from each to the next."""
    from apkgraph.impact.compare import compare_costs

    return compare_costs(columns)


def difference(before: Analysis, after: Analysis) -> Difference:
    """From one set to another: packages, and tokens that only one of them provides."""
    from apkgraph.impact.compare import difference

    return difference(before, after)


def difference_from(packages: Sequence[Package], after: Analysis) -> Difference:
    """From packages of which only names, versions, builds and sizes are known, so without tokens."""
    from apkgraph.impact.compare import difference_from

    return difference_from(packages, after)


def nearest_names(universe: Universe, name: str) -> tuple[str, ...]:
    """The names that resemble an unknown one, best first."""
    from apkgraph.impact.search import nearest_names

    return nearest_names(universe, name)


def analyse_system(system: System) -> Analysis:
    """An installed system as a set of packages, satisfied or not, in a universe of its own packages alone."""
    from apkgraph.index.build import build_universe
    from apkgraph.index.parse import ParsedIndex
    from apkgraph.index.universe import Warnings

    arch = system.arch or ""
    universe = build_universe(
        [],
        installed=ParsedIndex(system.packages, Warnings(), {}, None),
        world=system.world,
        arches=(arch,) if arch else (),
        key=system.path,
    )
    universe.ref = UniverseRef(system.release or "", arch)
    base = Base(f"image:{system.path}", system.world, system.packages)
    return Analysis(universe, base, (), solve_world(universe, system.world))


def drop(analysis: Analysis, progress: Callable[[int, int], None]) -> Drop:
    """What can be removed from a set that no explorer holds."""
    from apkgraph.impact.drop import find_droppable

    return find_droppable(analysis, progress)


class Explorer:
    """Queries on one universe with a base installed.

    The indexes are obtained when the first question needs them. `progress(label, done, total)` reports how far that
    is, `warn(text)` what went not quite well.
    """

    def __init__(self, settings: Settings, progress: Progress | None = None, warn: Warn | None = None) -> None:
        self._installed_base: BaseRequest | None = None
        if settings.base.startswith(("installed:", "image:")):
            from apkgraph.image.base import read_installed_base

            self._installed_base, settings = read_installed_base(settings)
        self.settings = settings
        self._progress = progress
        self._warn = warn
        if warn is not None and settings.keys_dir is not None and not _has_keys(settings.keys_dir):
            warn(f"--keys-dir {settings.keys_dir}: no key in it (*.pub, *.pem), so it makes nothing trusted")
        self._universe: Universe | None = None
        self._plain: Universe | None = None
        self._base: Base | None = None
        self._initial: InitialState | None = None

    @classmethod
    def of(cls, settings: Settings, universe: Universe) -> Explorer:
        """An explorer of a universe that is already loaded."""
        explorer = cls(settings)
        explorer._universe = universe
        return explorer

    def with_installed(self, packages: Sequence[Package], world: Sequence[Dependency]) -> Explorer:
        """An explorer of this universe, in which nothing is installed, with these packages and this world."""
        from apkgraph.index.installed import with_installed

        return Explorer.of(self.settings, with_installed(self.universe, packages, world))

    @property
    def ref(self) -> UniverseRef:
        """The universe that queries use."""
        settings = self.settings
        return UniverseRef(
            settings.release,
            settings.arch,
            settings.repositories,
            settings.extra_repositories,
            mirror=_shown(settings.mirror),
            sample=settings.sample,
            distro=settings.distro.name,
            title=settings.distro.title,
        )

    @property
    def universe(self) -> Universe:
        """The indexes as one, with the base installed.

        Raises MirrorError, TrustError, UsageError, InputError, and NotFoundError where the base is not available.
        """
        if self._universe is None:
            self._universe = self._load(self.settings)
        return self._universe

    def _load(self, settings: Settings) -> Universe:
        from apkgraph.loading import load_universe

        base = self._installed_base if settings.base == self.settings.base else None
        universe = load_universe(settings, self._progress, self._warn, base=base)
        universe.ref = self.ref
        return universe

    @property
    def plain(self) -> Universe:
        """The same indexes with nothing installed."""
        if self._plain is None:
            bare = not (self.universe.installed or self.universe.base_world)
            plain = self.universe if bare else self._load(self.settings.replace(base="none"))
            self._plain = plain.with_apk(self.universe.apk)
        return self._plain

    @property
    def base(self) -> Base:
        """The installed packages of the base."""
        if self._base is None:
            self._base = Base(self.settings.base, self.universe.base_world, self.universe.installed)
        return self._base

    def solve(self, world: Sequence[str | Dependency], installed: Sequence[Package] | None = None) -> Solution:
        """What apk would do for a whole world, from nothing or where these packages are installed.

        Raises DependencyError for a malformed dependency; a world that cannot be satisfied is a Solution, too.
        """
        from apkgraph.index.installed import with_installed

        wanted = _dependencies(world)
        _check_tags(self.plain, wanted)
        return solve_world(with_installed(self.plain, installed or (), wanted), wanted)

    def add(self, request: Sequence[str | Dependency]) -> Solution:
        """What `apk add REQUEST` would do where the base is installed.

        Raises DependencyError, and UsageError for a tag that no repository has.
        """
        wanted = _dependencies(request)
        _check_tags(self.universe, wanted)
        return add(self._initial_state(), self.universe.base_world, wanted)

    def change(self, request: Sequence[str | Dependency], removed: Sequence[str | Dependency]) -> Solution:
        """What adding a request and removing entries of the base's world would do together.

        Raises what `add` raises.
        """
        from apkgraph.solve.solver import change

        wanted = _dependencies(request)
        _check_tags(self.universe, wanted)
        return change(self._initial_state(), self.universe.base_world, wanted, _dependencies(removed))

    def _initial_state(self) -> InitialState:
        if self._initial is None:
            self._initial = InitialState(self.universe)
        return self._initial

    def cost(self, request: Sequence[str | Dependency]) -> Cost:
        """What a request costs on top of the base.

        Raises DependencyError for a malformed dependency; a request that cannot be satisfied is a Cost, too.
        """
        return Cost(self.analyse(request), self.add)

    def analyse(self, request: Sequence[str | Dependency]) -> Analysis:
        """The analysis of a request on the base, satisfied or not."""
        wanted = _dependencies(request)
        return Analysis(self.universe, self.base, wanted, self.add(wanted))

    def why(self, analysis: Analysis, target: str, *, every: bool = False, limit: int = 20) -> Why:
        """Why a target is in a set. Raises NotFoundError where it is not."""
        from apkgraph.impact.why import explain

        def add(name: str) -> Solution:
            return self.add([*analysis.request, name])

        return explain(analysis, target, add, every=every, limit=limit)

    def tree(
        self, analysis: Analysis, *, inverted: bool = False, of: Sequence[str] = (), depth: int | None = None
    ) -> Tree:
        """What a set's packages need, or with `inverted` what needs them. NotFoundError for an `of` not in the set."""
        from apkgraph.impact.tree import grow

        return grow(analysis, inverted=inverted, of=of, depth=depth)

    def why_not(self, analysis: Analysis) -> WhyNot:
        """Why a request cannot be satisfied."""
        from apkgraph.impact.why import explain_failure

        return explain_failure(analysis, self.add)

    def dependents(self, name: str, *, recursive: bool = False, install_if: bool = False) -> Dependents:
        """Who depends on a name, over the whole universe. Raises NotFoundError for a name that is nowhere."""
        from apkgraph.impact.rdeps import find_dependents

        return find_dependents(self.universe, name, recursive=recursive, install_if=install_if)

    def search(self, query: str, limit: int | None = None) -> Hits:
        """The packages that match, best first."""
        from apkgraph.impact.search import search

        return search(self.universe, query, limit=limit)

    def run(self, applet: str, arguments: Sequence[str], options: Options) -> Outcome:
        """What one call of apk would do where the base is installed."""
        from apkgraph.solve.commands import run

        return run(self.universe, self.universe.base_world, applet, arguments, options)

    def reach(self) -> Solution:
        """What `apk add` without arguments would do where the base is installed."""
        return solve_world(self.universe, self.universe.base_world)

    def simulate(
        self,
        words: Sequence[str],
        world: str | None = None,
        installed: str | None = None,
        cache: str | None = None,
        *,
        now: str,
    ) -> Simulation:
        """What `apk WORDS` would do to a root with these files, or to the base where the settings name one."""
        from apkgraph.simulation import Root, simulate

        root = Root(world, installed, cache)
        return simulate(root, words, self.settings, now, progress=self._progress, warn=self._warn)

    def no_such_name(self, name: str) -> NotFoundError:
        """The error for an unknown name, with near names."""
        from apkgraph.impact.search import no_such_name

        return no_such_name(self.universe, name)

    def nearest_names(self, name: str) -> tuple[str, ...]:
        """The names that resemble an unknown one, best first."""
        return nearest_names(self.universe, name)

    def archive_directories(self) -> tuple[str, ...]:
        """Where the archives of each repository of the universe lie, as it may be shown, in apk's order."""
        from apkgraph.mirror.repositories import repositories

        return tuple(_shown(one.index.partition("?")[0].rpartition("/")[0]) for one in repositories(self.settings))

    def offered_releases(self) -> list[str]:
        """The releases that the mirror has."""
        from apkgraph.mirror.diagnose import offered_releases

        return offered_releases(self.settings)

    def elsewhere(self, name: str) -> tuple[str, ...]:
        """The release's repositories that are not used here and hold a package of this name."""
        from apkgraph.loading.elsewhere import repositories_with

        return repositories_with(self.settings, name)

    def show(self, name: str) -> PackageDetails:
        """Everything about one package. Raises NotFoundError for a name that is nowhere."""
        from apkgraph.impact.show import describe, find_package

        package = find_package(self.universe, name)
        return describe(self.analyse([package.name]), package, self.cost)

    def drop(self, analysis: Analysis) -> Drop:
        """What can be removed from a set: each entry of its world is tried."""
        from functools import partial

        from apkgraph.impact.drop import find_droppable

        return find_droppable(analysis, partial(self.progress, "solving without"), self._initial_state())

    def rank(self, jobs: int = 1, *, by: str | None = None) -> list[RankRow]:
        """What every name of the universe costs: from the cache, or else computed by `jobs` processes.

        In load order, or `by` one of `impact.rank.ORDERS`, the largest first.
        """
        from apkgraph.impact.rank import ordered
        from apkgraph.loading.ranks import ranks

        def progress(done: int, total: int) -> None:
            self.progress("ranking", done, total)

        rows = ranks(self.settings, self.universe, jobs, progress, self.warn)
        return rows if by is None else ordered(rows, by)

    def rank_origins(self) -> list[OriginRow]:
        """What each origin builds, the largest first."""
        from apkgraph.impact.rank import by_origin

        return by_origin(self.universe)

    def solution_graph(self, analysis: Analysis) -> PackageGraph:
        """A set as a graph; `to_networkx` gives networkx's."""
        from apkgraph.impact.graph import solution_graph

        return solution_graph(analysis)

    def universe_graph(self) -> PackageGraph:
        """The whole universe: every token with its provider and the alternatives."""
        from apkgraph.impact.graph import universe_graph

        return universe_graph(self.universe, lambda token: self.add([token]).chosen(token.name))

    def fetch(self, each: Sequence[Settings]) -> tuple[TrustedIndex, ...]:
        """Fetch the indexes of several settings concurrently, and compile the universe of each."""
        from apkgraph.loading.cold import check_index
        from apkgraph.mirror.repositories import repositories
        from apkgraph.mirror.source import obtain

        wanted = tuple(dict.fromkeys(repository for settings in each for repository in repositories(settings)))
        indexes = obtain(self.settings, self._progress, wanted, warn=self._warn, check=check_index)
        for settings in each:
            Explorer(settings.replace(refresh=False), self._progress, self._warn).universe  # noqa: B018  # compiled so
        return indexes

    def cached(self) -> tuple[list[Metadata], Sizes]:
        """The archives that the cache holds, and bytes of all that is in it."""
        from apkgraph.mirror.cache import ArchiveCache, sizes

        with ArchiveCache(self.settings, self._warn) as cache:
            entries = list(cache.entries())
        return entries, sizes(self.settings)

    def clear_cache(self) -> int:
        """Empty the cache; bytes that were freed."""
        from apkgraph.mirror.cache import clear

        return clear(self.settings)

    def releases(self) -> Releases:
        """The distribution's releases: as cached, as fetched, or put together from the cache."""
        from apkgraph.mirror.releases import releases

        return releases(self.settings, self._warn)

    def cached_releases(self) -> tuple[Release, ...]:
        """What the distribution's own list says of its releases, where it is at hand; nothing is fetched."""
        from apkgraph.mirror.directory import may_hold
        from apkgraph.mirror.layout import local_path

        url = self.settings.releases_url
        if local_path(url) is None and not may_hold(self.settings, url):
            return ()
        from apkgraph.errors import ApkgraphError
        from apkgraph.mirror.releases import releases

        try:
            return releases(self.settings.replace(offline=True, refresh=False)).releases
        except ApkgraphError:
            return ()

    def warn(self, text: str) -> None:
        """Forward a warning."""
        if self._warn is not None:
            self._warn(text)

    def progress(self, label: str, done: int, total: int | None) -> None:
        """Forward progress."""
        if self._progress is not None:
            self._progress(label, done, total)


def _dependencies(tokens: Iterable[str | Dependency]) -> tuple[Dependency, ...]:
    return tuple(token if isinstance(token, Dependency) else next(parse_request([token])) for token in tokens)


def _check_tags(universe: Universe, wanted: Iterable[Dependency]) -> None:
    """What apk refuses before it solves (spec D1.7)."""
    for dependency in wanted:
        if dependency.tag and not universe.tags.get(dependency.tag, 0) & universe.opened:
            message = (
                f"{dependency}: no repository has the tag @{dependency.tag}; add one with -X '@{dependency.tag} URL'"
            )
            raise UsageError(message)


def _shown(mirror: str) -> str:
    from apkgraph.redaction import shown

    return shown(mirror)


def _has_keys(directory: str) -> bool:
    try:
        return any(name.endswith((".pub", ".pem")) for name in os.listdir(directory))
    except OSError:
        return False
