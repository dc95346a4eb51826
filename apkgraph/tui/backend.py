"""What the screen asks of a universe, answered by an Explorer; nothing else in the app uses the explorer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from apkgraph.errors import DependencyError, UsageError
from apkgraph.impact.analysis import Analysis
from apkgraph.model.dependency import parse_request
from apkgraph.model.size import Size, size_of
from apkgraph.report.documents import to_json
from apkgraph.report.documents.cost import cost_document
from apkgraph.tui.state.figures import Edge, figures_of
from apkgraph.tui.state.record import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.explorer import Explorer
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Reason, Solution
    from apkgraph.tui.state.record import Wanted

MOST_DESCRIBED: Final = 60


class Price(NamedTuple):
    """What a set would cost more with one more token; `problem`: why it cannot be."""

    size: Size
    packages: int
    problem: str = ""


class Need(NamedTuple):
    """A dependency of a package: who serves it here, and who else could."""

    token: str
    chosen: str | None
    others: tuple[str, ...]
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """All that is known of one package of the universe."""

    name: str
    version: str
    arch: str
    license: str
    origin: str
    repository: str
    url: str
    description: str
    maintainer: str
    build_time: int | None
    commit: str
    own: Size
    needs: tuple[Need, ...]
    provides: tuple[str, ...]
    install_if: tuple[str, ...]


class UniverseSummary(NamedTuple):
    """Where the universe comes from, in a few words."""

    repositories: tuple[str, ...]
    packages: int
    base: str
    sample: bool
    stale: bool
    warnings: tuple[str, ...] = ()


class Backend(Protocol):
    """The questions. All are asked from one worker thread, one after the other."""

    def about(self) -> UniverseSummary:
        """Where the universe comes from."""
        ...

    def names(self) -> Sequence[str]:
        """Every name."""
        ...

    def answer(self, wanted: Wanted) -> Answer:
        """The figures of a set, or why there are none."""
        ...

    def near(self, name: str) -> tuple[str, ...]:
        """Names that are like one that is nowhere, the nearest first."""
        ...

    def without(self, wanted: Wanted, token: str) -> Size | None:
        """The true added size of a request; None: the rest cannot be."""
        ...

    def price(self, wanted: Wanted, token: str) -> Price:
        """What one more token would cost."""
        ...

    def details(self, wanted: Wanted, name: str) -> Details | None:
        """All that is known of a package; None: nothing."""
        ...

    def dependants(self, name: str) -> tuple[Edge, ...]:
        """What in the whole universe would need a package."""
        ...

    def describe(self, name: str) -> str:
        """A line about a name."""
        ...

    def described(self, query: str) -> tuple[str, ...]:
        """The packages that match a query by what is written about them, best first."""
        ...

    def total(self, wanted: Wanted) -> Size | None:
        """What a set weighs in all, base included; None: it cannot be satisfied."""
        ...

    def base_entries(self) -> tuple[str, ...]:
        """The entries of the base's world."""
        ...

    def documents(self, wanted: Wanted) -> dict[str, str]:
        """A set in the formats that are made of all of it: `json`, `dot`."""
        ...


class ExplorerBackend:
    """The backend of a real universe. It keeps the last solution, since prices and details all start from that."""

    def __init__(self, explorer: Explorer, warnings: Sequence[str] = ()) -> None:
        """`warnings` is filled, at the latest, when the explorer is first asked."""
        self._explorer = explorer
        self._warnings = warnings
        self._last: tuple[Wanted, Solution] | None = None

    def about(self) -> UniverseSummary:
        """The universe's repositories, and what is installed before the question."""
        universe = self._explorer.universe
        return UniverseSummary(
            tuple(repository.name for repository in universe.repositories),
            sum(repository.packages for repository in universe.repositories),
            self._explorer.base.name,
            self._explorer.settings.sample,
            any(repository.stale for repository in universe.repositories),
            tuple(self._warnings),
        )

    def names(self) -> Sequence[str]:
        """Every name that a package provides, in alphabetical order."""
        return sorted(self._explorer.universe.names())

    def answer(self, wanted: Wanted) -> Answer:
        """The figures of a set, or the reasons why it cannot be."""
        try:
            request = tuple(parse_request(wanted.tokens))
        except DependencyError as error:
            return Answer(wanted, None, (str(error),))
        solution = self._solve(wanted)
        if not solution.satisfied:
            missing = tuple(reason.name for reason in solution.reasons if reason.kind == "missing")
            reasons = tuple(reason.text for reason in solution.reasons)
            return Answer(wanted, None, reasons, missing, _culprits(request, solution.reasons))
        return Answer(wanted, figures_of(self._analyse(wanted)))

    def near(self, name: str) -> tuple[str, ...]:
        """Names that are like one that is nowhere, the nearest first."""
        return self._explorer.nearest_names(name)

    def without(self, wanted: Wanted, token: str) -> Size | None:
        """The true added size of a request: the cost of the set less that of the set without it; None: cannot be."""
        now, then = self._solve(wanted), self._ask(wanted.without(token))
        if not now.satisfied or not then.satisfied:
            return None
        return _cost(now)[0] - _cost(then)[0]

    def price(self, wanted: Wanted, token: str) -> Price:
        """What one more token would cost on top of the set."""
        now = self._solve(wanted)
        try:
            then = self._ask(wanted.plus(*token.split()))
        except (DependencyError, UsageError) as error:
            return Price(Size(0, 0), 0, str(error))
        if not then.satisfied:
            return Price(Size(0, 0), 0, then.reasons[0].text if then.reasons else "cannot be satisfied")
        before, packages_before = _cost(now) if now.satisfied else (Size(0, 0), 0)
        after, packages_after = _cost(then)
        return Price(after - before, packages_after - packages_before)

    def details(self, wanted: Wanted, name: str) -> Details | None:
        """A package of the set or, where the set has none of that name, the newest of the universe."""
        solution = self._solve(wanted)
        universe = self._explorer.universe
        package = next((one for one in solution.packages if one.name == name), None) or universe.newest(name)
        if package is None:
            return None
        known = universe.details(package)
        repository = universe.repository(package)
        return Details(
            name=package.name,
            version=package.version,
            arch=package.arch,
            license=package.license,
            origin=package.origin or package.name,
            repository=repository.name if repository is not None else "",
            url=known.url,
            description=known.description,
            maintainer=known.maintainer,
            build_time=known.build_time,
            commit=known.commit,
            own=size_of(package),
            needs=tuple(self._need(solution, package, token) for token in package.depends),
            provides=tuple(str(token) for token in package.provides),
            install_if=tuple(str(token) for token in package.install_if),
        )

    def dependants(self, name: str) -> tuple[Edge, ...]:
        """What in the whole universe would need a package: by its name, by what it provides, by install_if."""
        found = self._explorer.dependents(name, install_if=True).dependents
        words = {"dependency": "", "install_if": "install_if ", "conflict": "not with "}
        return tuple(Edge(words[one.kind] + one.token.lstrip("!"), one.package.name) for one in found)

    def describe(self, name: str) -> str:
        """A line about a name: a package's description, or who provides it."""
        universe = self._explorer.universe
        package = universe.newest(name)
        if package is not None:
            return universe.details(package).description
        providers = dict.fromkeys(provider.package.name for provider in universe.providers(name))
        return "in " + ", ".join(providers) if providers else "no package provides it"

    def described(self, query: str) -> tuple[str, ...]:
        """The packages that match a query by what is written about them, best first."""
        hits = self._explorer.search(query, MOST_DESCRIBED).hits
        return tuple(hit.package.name for hit in hits if hit.match != "fuzzy")

    def total(self, wanted: Wanted) -> Size | None:
        """What a set weighs in all, base included: the base's size and its net cost, as the header shows it."""
        solution = self._ask(wanted)
        base = self._explorer.base
        return base.amount.size + _cost(solution)[0] if solution.satisfied else None

    def base_entries(self) -> tuple[str, ...]:
        """The entries of the base's world."""
        return tuple(str(token) for token in self._explorer.base.world if not token.conflict)

    def documents(self, wanted: Wanted) -> dict[str, str]:
        """The contract (not of a set with entries of the base removed: it has no words for that), and the graph."""
        from apkgraph.report.graph.dot import render

        found = {} if wanted.removed else {"json": to_json(cost_document(self._explorer.cost(wanted.tokens)))}
        return {**found, "dot": render(self._explorer.solution_graph(self._analyse(wanted)))}

    def _analyse(self, wanted: Wanted) -> Analysis:
        request = tuple(parse_request(wanted.tokens))
        return Analysis(self._explorer.universe, self._explorer.base, request, self._solve(wanted))

    def _solve(self, wanted: Wanted) -> Solution:
        if self._last is None or self._last[0] != wanted:
            self._last = (wanted, self._ask(wanted))
        return self._last[1]

    def _ask(self, wanted: Wanted) -> Solution:
        if wanted.removed:
            return self._explorer.change(wanted.tokens, wanted.removed)
        return self._explorer.add(wanted.tokens)

    def _need(self, solution: Solution, package: Package, token: Dependency) -> Need:
        if token.conflict:
            return Need(str(token), None, (), conflict=True)
        chosen = solution.chosen(token.name) if solution.satisfied else None
        name = chosen.package.name if chosen is not None else None
        others = dict.fromkeys(
            provider.package.name
            for provider in self._explorer.universe.providers(token.name)
            if provider.package.name not in (name, package.name)
        )
        return Need(str(token), name, tuple(others))


_WHY: Final = {
    "missing": "no such package",
    "virtual": "no package provides it",
    "masked": "masked by a tag",
    "uninstallable": "for another architecture",
    "conflicts": "conflicts with another",
    "breaks": "its version does not fit",
}


def _culprits(request: Sequence[Dependency], reasons: Sequence[Reason]) -> dict[str, str]:
    """The requests that make the set fail: the subject of a reason, or named in one (`world[git>=99]`)."""
    found: dict[str, str] = {}
    for reason in reasons:
        blamed = {item for label in reason.labels for item in label.items if label.word != "satisfies"}
        name = reason.package.name if reason.package is not None else reason.name
        named = [token for token in request if f"world[{token}]" in blamed]
        for token in named or [token for token in request if token.name == name and reason.kind != "satisfies"]:
            with_ = [item for item in reason.by if not item.startswith("world[")]
            why = f"conflicts with {with_[0]}" if reason.kind == "conflicts" and with_ else _WHY.get(reason.kind, "")
            found.setdefault(str(token), why or "cannot be installed")
    return found


def _cost(solution: Solution) -> tuple[Size, int]:
    return solution.amount.size, solution.amount.packages
