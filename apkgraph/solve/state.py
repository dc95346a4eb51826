"""What the solver knows so far of each name and package that it came to, and the names' queues (rules D2, D3).

States are made when they are first asked for: nothing is stored for the tens of thousands of names that a world
discovers and never touches. The only thing that those would have to remember, that a name they depend on has
changed, is worked out from the time of that change (`State.take_recheck_flag`).
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from heapq import heappop, heappush

from apkgraph.solve.discovery import Discovery
from apkgraph.solve.problem import UNTAGGED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from apkgraph.index.universe import Provider
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.problem import InitialName, InitialPackage, Query

URGENT, AUTO, REST = "urgent", "auto", "rest"


class PackageState:
    """What the solver knows of a package.

    `flags`, `inheritable`: the query's flags; `allowed`, `preferred`: repository tags, a bit each; `repositories`: a
    bit for each repository that it may come from; `conflicts`: constraints applied so far that it fails;
    `triggered`, `dead`: its install_if is met, can never be met; `checked_at`: how many changes there had been when all
    of its depends were last found satisfiable (-1: never); `passed_on`: the tags and flags with which its depends
    were last applied, when it was the only option.
    """

    __slots__ = (
        "allowed",
        "available",
        "checked_at",
        "conflicts",
        "dead",
        "flags",
        "has_error",
        "inheritable",
        "initial",
        "merged",
        "name_set",
        "names",
        "package",
        "passed_on",
        "preferred",
        "repositories",
        "selectable",
        "tag_ok",
        "tag_preferred",
        "triggered",
        "used",
    )

    def __init__(self, initial: InitialPackage, flags: int, inheritable: int) -> None:
        self.initial = initial
        self.package = initial.package
        self.names = initial.names
        self.name_set = initial.name_set
        self.flags = flags
        self.inheritable = inheritable
        self.allowed = UNTAGGED
        self.preferred = UNTAGGED
        self.repositories = initial.repositories
        self.available = initial.available
        self.selectable = initial.selectable
        self.tag_ok = initial.tag_ok
        self.tag_preferred = initial.tag_preferred
        self.conflicts = 0
        self.triggered = False
        self.dead = initial.dead
        self.merged = False
        self.used = False
        self.checked_at = -1
        self.passed_on: tuple[int, int] | None = None
        self.has_error = False


class NameState:
    """What the solver knows of a name.

    `required`: how many requirers it has so far; `locked`: it has its final answer, `chosen` (None: nothing);
    `has_triggered`, `has_options`, `has_auto`, `parents_done`: as the last reconsideration left them;
    `wanted`: an install_if waits for it to be locked to nothing; `recheck_depends`: something that it depends on has
    changed, marked so once the name `is_waiting`, and before that by `cleared_at`, when it last looked;
    `undecided_parent`: the first of the names that depend on it which is discovered and has no final answer, as far as
    that was last asked, and `parents` those behind it.
    """

    __slots__ = (
        "chosen",
        "cleared_at",
        "dirty",
        "has_auto",
        "has_options",
        "has_triggered",
        "install_if_dead",
        "is_discovered",
        "is_waiting",
        "locked",
        "name",
        "order",
        "packages",
        "parents",
        "parents_done",
        "providers",
        "queue",
        "rank",
        "recheck_depends",
        "recheck_install_if",
        "required",
        "row",
        "targets",
        "undecided_parent",
        "wanted",
    )

    def __init__(
        self, initial: InitialName, rank: tuple[bool, bool, int], packages: list[PackageState], *, is_discovered: bool
    ) -> None:
        row = initial.row
        self.row = row
        self.name = row.name
        self.order = row.order
        self.rank = rank
        self.providers = row.providers
        self.packages = packages
        self.targets = initial.targets
        self.is_discovered = is_discovered
        self.required = 0
        self.locked = False
        self.chosen: Provider | None = None
        self.queue: str | None = None
        self.dirty = False
        self.is_waiting = False
        self.recheck_depends = False
        self.recheck_install_if = False
        self.cleared_at = 0
        self.wanted = False
        self.has_triggered = False
        self.has_options = False
        self.has_auto = False
        self.parents_done = False
        self.parents: Iterator[str] | None = None
        self.undecided_parent: str | None = None
        self.install_if_dead = initial.install_if_dead


class State:
    """All states of one solving, and the four queues of names."""

    def __init__(self, query: Query) -> None:
        universe = query.universe
        self.query = query
        self.universe = universe
        self.tags = _bits_of_tags(query)
        self._masks = [universe.tags.get(tag, 0) for tag in self.tags]
        self._untagged = self._masks[0]
        self.initial = query.initial
        self.names: dict[str, NameState] = {}
        self.packages: dict[Package, PackageState] = {}
        roots = [dependency.name for dependency in query.constraints()]
        self.discovery = Discovery(query.initial.discovery, roots)
        self._marks = _marks_of_packages(query)
        self._changes: list[str] = []  # the names that changed, one after the other
        self.time = 0  # how many changes there have been
        self.rechecked_at: dict[str, int] = {}  # when a name last changed for those that depend on it
        self.satisfiable_at: dict[int, int] = {}  # when a dependency (its id) was last found satisfiable
        self._waiting: dict[str, list[NameState]] = {}
        self.dirty: deque[str] = deque()
        self.skipped_at: dict[str, int] = {}  # names without a state, and when their depends were last looked at
        self.pending: set[str] = set()  # those of them that are in the dirty queue
        self._urgent: deque[NameState] = deque()
        self._ranked: dict[str, list[tuple[tuple[bool, bool, int], NameState]]] = {AUTO: [], REST: []}
        self.unresolved = 0
        self.reconsiderations = 0

    # Names and packages

    def name(self, name: str) -> NameState:
        """The state of a name."""
        state = self.names.get(name)
        if state is None:
            initial = self.initial.name(name)
            counter = self.discovery.counter(name)
            rank = (name not in self.query.marks, not initial.is_owned, -counter)
            packages = [self.package(each.package) for each in initial.packages]
            state = self.names[name] = NameState(initial, rank, packages, is_discovered=counter != 0)
            self._materialise(state)
        return state

    def package(self, package: Package) -> PackageState:
        """The state of a package."""
        state = self.packages.get(package)
        if state is None:
            flags, inheritable = self._marks.get(package, (0, 0)) if self._marks else (0, 0)
            state = self.packages[package] = PackageState(self.initial.package(package), flags, inheritable)
        return state

    def holds(self, state: PackageState, tags: int) -> bool:
        """Whether a repository with one of these tags holds the package."""
        if tags == UNTAGGED:
            return state.repositories & self._untagged != 0
        return any(tags >> bit & 1 and state.repositories & mask for bit, mask in enumerate(self._masks))

    def is_discovered(self, name: str) -> bool:
        """Whether the world reaches the name at all."""
        state = self.names.get(name)
        return self.discovery.counter(name) != 0 if state is None else state.is_discovered

    def is_locked(self, name: str) -> bool:
        """Whether the name has its final answer."""
        state = self.names.get(name)
        return state is not None and state.locked

    def chosen(self, name: str) -> Provider | None:
        """The final answer for a name; None where there is none."""
        state = self.names.get(name)
        return state.chosen if state else None

    def is_satisfied(self, dependency: Dependency, by: Package) -> bool:
        """Whether the final answers so far satisfy what a package depends on, or is installed if."""
        chosen = self.chosen(dependency.name)
        return dependency.conflict if chosen is None else dependency.accepts(chosen, by)

    def can_satisfy(self, dependency: Dependency, by: Package) -> bool:
        """Whether what a package depends on can still be satisfied: by the final answer, or by what may be chosen."""
        name = self.names.get(dependency.name)
        if name is not None and name.locked:
            return dependency.conflict if name.chosen is None else dependency.accepts(name.chosen, by)
        if dependency.conflict and not (name and name.required):
            return True
        states = self.packages if dependency.name in self.rechecked_at else None
        return self.initial.can_satisfy(dependency, by, states)

    def fail(self, package: Package | None) -> None:
        """Count an error: of a package once, of nothing (a required name without an answer) each time."""
        if package is None:
            self.unresolved += 1
        else:
            self.package(package).has_error = True

    @property
    def errors(self) -> int:
        """How many errors there are."""
        return self.unresolved + sum(state.has_error for state in self.packages.values())

    # What has changed since

    def note_change(self, name: str) -> list[NameState]:
        """Remember that `name` has changed for those that depend on it; the required ones, in apk's order."""
        self._changes.append(name)
        self.time += 1
        self.rechecked_at[name] = self.time
        waiting = self._waiting.get(name, [])
        for state in waiting:
            state.recheck_depends = True
        return waiting

    def wait_for_targets(self, state: NameState) -> None:
        """From now on, a change of what this name depends on is marked here, and puts it into the dirty queue."""
        state.recheck_depends = self._has_changed_target(state)
        state.is_waiting = True
        for target in state.targets:
            insort(self._waiting.setdefault(target, []), state, key=_order)

    def take_recheck_flag(self, state: NameState) -> bool:
        """Whether anything that the name depends on has changed since this was last asked."""
        due = state.recheck_depends if state.is_waiting else self._has_changed_target(state)
        state.recheck_depends = False
        state.cleared_at = self.time
        return due

    def changes_since(self, time: int) -> list[str]:
        """The names that have changed since there had been so many changes."""
        return self._changes[time:]

    def are_parents_done(self, state: NameState) -> bool:
        """Whether every discovered name that depends on this one has its final answer, which no name loses again."""
        if state.parents is None:
            state.parents = iter(state.row.reverse_depends)
            state.undecided_parent = next(state.parents, None)
        parent = state.undecided_parent
        while parent is not None and (self.is_locked(parent) or not self.is_discovered(parent)):
            parent = next(state.parents, None)
        state.undecided_parent = parent
        return parent is None

    def _has_changed_target(self, state: NameState) -> bool:
        changes, since = self.rechecked_at, state.cleared_at
        return since != self.time and any(changes.get(target, 0) > since for target in state.targets)

    # The queues

    def enqueue_dirty(self, state: NameState) -> None:
        """Have a name reconsidered."""
        if not (state.dirty or state.locked) and (state.required or state.recheck_install_if):
            state.dirty = True
            self.dirty.append(state.name)

    def enqueue_triggered_by(self, trigger: str) -> None:
        """Have the names reconsidered that an install_if with this condition may bring."""
        names, pending = self.names, self.pending
        for name in self.initial.triggered_by(trigger):
            state = names.get(name)
            if state is not None:
                if state.is_discovered and not (state.install_if_dead or state.locked):
                    state.recheck_install_if = True
                    self.enqueue_dirty(state)
            elif name not in pending:
                pending.add(name)
                self.dirty.append(name)

    def enqueue_unresolved(self, state: NameState, *, force: bool = False) -> None:
        """Have a name decided, in the queue that its state asks for."""
        if state.locked or state.queue == URGENT:
            return
        urgent = state.parents_done and state.required > 0 and state.has_auto and not state.has_options
        if state.queue is None:
            if not (state.required or state.has_triggered or state.wanted):
                return
        elif not (urgent or force):
            return
        state.queue = URGENT if urgent else AUTO if state.has_auto else REST
        if urgent:
            self._urgent.append(state)
        else:
            heappush(self._ranked[state.queue], (state.rank, state))

    def _materialise(self, state: NameState) -> None:
        """Give a new state what was noted of its name before it had one."""
        state.recheck_install_if = state.dirty = state.is_discovered and state.name in self.pending
        state.cleared_at = self.skipped_at.get(state.name, 0)

    def next_unresolved(self) -> NameState | None:
        """Take the name to decide next."""
        while self._urgent:
            state = self._urgent.popleft()
            if state.queue == URGENT:
                return state
        for queue, heap in self._ranked.items():
            while heap:
                state = heappop(heap)[1]
                if state.queue == queue:
                    return state
        return None

    @staticmethod
    def dequeue(state: NameState) -> None:
        """Take a name out of all queues."""
        state.queue = None
        state.dirty = False


def _order(state: NameState) -> int:
    return state.order


def _bits_of_tags(query: Query) -> dict[str, int]:
    """A bit for each tag, in the order in which apk meets them; untagged comes first."""
    universe = query.universe
    found = ["", *(dependency.tag for dependency in universe.base_world)]
    found += [package.installed.tag for package in universe.installed if package.installed]
    found += [*universe.tags, *(dependency.tag for dependency in query.world)]
    return {tag: bit for bit, tag in enumerate(dict.fromkeys(found))}


def _marks_of_packages(query: Query) -> dict[Package, tuple[int, int]]:
    """The flags that marking a name puts on every package among its providers (D1.6)."""
    marks: dict[Package, tuple[int, int]] = {}
    for name, mark in query.marks.items():
        for provider in query.universe.providers(name):
            own, inheritable = marks.get(provider.package, (0, 0))
            marks[provider.package] = own | mark.own, inheritable | mark.inheritable
    return marks
