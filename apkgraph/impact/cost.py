"""What a request costs on a base: its changes, why each comes, and what each request has in it."""

from __future__ import annotations

from apkgraph.impact.document import amount_dict, base_dict, change_dict, reason_dicts
from apkgraph.impact.install_reason import changed_graph, explain_changes
from apkgraph.impact.shares import fair_shares_of
from apkgraph.model.size import Amount, Size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apkgraph.impact.base import Base
    from apkgraph.impact.document import Document, Place
    from apkgraph.impact.install_reason import InstallReason
    from apkgraph.model.dependency import Dependency
    from apkgraph.solve.solution import Change, Reason, Solution

    Add = Callable[[tuple[Dependency, ...]], Solution]

SCHEMA = "apkgraph.cost/1"


class RequestCost:
    """One request's part of a cost, in bytes on disk.

    `added_size` is what would go by the graph of this solution; `resolved_added_size` what would truly go, by solving
    again without the request (None: without it the others cannot be satisfied); `fair_share` adds up to the cost.
    """

    __slots__ = ("added_size", "fair_share", "resolved_added_size", "token")

    def __init__(self, token: str, added_size: int, resolved_added_size: int | None, fair_share: int) -> None:
        self.token = token
        self.added_size = added_size
        self.resolved_added_size = resolved_added_size
        self.fair_share = fair_share

    def to_dict(self) -> Document:
        """The contract's form."""
        return {
            "token": self.token,
            "added_size": self.added_size,
            "resolved_added_size": self.resolved_added_size,
            "fair_share": self.fair_share,
        }


class Cost:
    """The cost of a request. Sizes are bytes; `installed_size` is net, `download_size` what is fetched.

    `because` runs in step with `changes`; both are empty where the request cannot be satisfied. `add` answers what the
    solution would be for another request on the same base; it is asked when `requests` is first read.
    """

    __slots__ = ("_add", "_requests", "amount", "base", "because", "place", "request", "solution")

    def __init__(self, place: Place, base: Base, request: Iterable[Dependency], solution: Solution, add: Add) -> None:
        self.place = place
        self.base = base
        self.request = tuple({token.name: token for token in request}.values())
        self.solution = solution
        self.amount = amount_of_changes(self.changes)
        self.because: tuple[InstallReason, ...] = (
            explain_changes(solution, self.request, changed_graph(solution)) if self.changes else ()
        )
        self._add = add
        self._requests: tuple[RequestCost, ...] | None = None

    @property
    def satisfied(self) -> bool:
        """Whether apk could do it."""
        return self.solution.satisfied

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why apk could not."""
        return tuple(self.solution.reasons)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What apk would do, in its order."""
        return tuple(self.solution.changes) if self.satisfied else ()

    @property
    def packages(self) -> int:
        """How many packages more there are."""
        return self.amount.packages

    @property
    def installed_size(self) -> int:
        """Net bytes on disk."""
        return self.amount.size.installed

    @property
    def download_size(self) -> int:
        """Bytes fetched."""
        return self.amount.size.download

    @property
    def total(self) -> Amount:
        """The base and the cost together."""
        return self.base.amount + self.amount

    @property
    def requests(self) -> tuple[RequestCost, ...]:
        """Each request's part; with several requests, each is solved without, once."""
        if self._requests is None:
            self._requests = self._weigh_requests()
        return self._requests

    def _weigh_requests(self) -> tuple[RequestCost, ...]:
        if not self.changes:
            return tuple(RequestCost(str(token), 0, self._resolved_added_size(token), 0) for token in self.request)
        shares = fair_shares_of(self.solution, self.request, changed_graph(self.solution), self.because)
        return tuple(
            RequestCost(str(token), share.added_size, self._resolved_added_size(token), share.fair_share)
            for token, share in zip(self.request, shares, strict=True)
        )

    def _resolved_added_size(self, token: Dependency) -> int | None:
        if not self.satisfied:
            return 0
        if len(self.request) == 1:
            return self.installed_size
        without = self._add(tuple(other for other in self.request if other is not token))
        return self.installed_size - amount_of_changes(without.changes).size.installed if without.satisfied else None

    def to_dict(self) -> Document:
        """The JSON contract, `docs/schema/apkgraph.cost-1.json`."""
        universe = self.place.universe
        return {
            "schema": SCHEMA,
            "universe": self.place.to_dict(),
            "apk": self.place.universe.apk,
            "base": base_dict(self.base),
            "request": [str(token) for token in self.request],
            "satisfied": self.satisfied,
            "reasons": reason_dicts(self.reasons),
            "changes": [
                change_dict(universe, change, because)
                for change, because in zip(self.changes, self.because, strict=True)
            ],
            "requests": [request.to_dict() for request in self.requests],
            "cost": amount_dict(self.amount),
            "total": amount_dict(self.total),
        }


def amount_of_changes(changes: Iterable[Change]) -> Amount:
    """The sum of changes: net packages, net bytes on disk, bytes fetched."""
    packages = installed_size = download_size = 0
    for change in changes:
        packages += -1 if change.action == "remove" else change.old_package is None
        installed_size += change.installed_size
        download_size += change.download_size
    return Amount(packages, Size(installed_size, download_size))
