"""What a request costs on a base: its changes, why each comes, and what each request has in it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.impact.analysis import Analysis, Base
    from apkgraph.impact.install_reason import InstallReason
    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.size import Amount
    from apkgraph.solve.solution import Change, Reason, Solution

    Add = Callable[[tuple[Dependency, ...]], Solution]


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


class Cost:
    """The cost of a request. Sizes are bytes; `installed_size` is net, `download_size` what is fetched.

    `because` runs in step with `changes`; both are empty where the request cannot be satisfied. `add` answers what the
    solution would be for another request on the same base; it is asked when `requests` is first read.
    """

    __slots__ = ("_add", "_requests", "analysis")

    def __init__(self, analysis: Analysis, add: Add) -> None:
        self.analysis = analysis
        self._add = add
        self._requests: tuple[RequestCost, ...] | None = None

    @property
    def universe(self) -> Universe:
        """The universe that was asked."""
        return self.analysis.universe

    @property
    def base(self) -> Base:
        """What is there before."""
        return self.analysis.base

    @property
    def request(self) -> tuple[Dependency, ...]:
        """What is added, each name once."""
        return self.analysis.request

    @property
    def solution(self) -> Solution:
        """Apk's answer."""
        return self.analysis.solution

    @property
    def because(self) -> tuple[InstallReason, ...]:
        """Why each change comes."""
        return self.analysis.because

    @property
    def amount(self) -> Amount:
        """The sum of the changes, net."""
        return self.analysis.amount

    @property
    def satisfied(self) -> bool:
        """Whether apk could do it."""
        return self.solution.satisfied

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why apk could not."""
        return self.solution.reasons

    @property
    def changes(self) -> tuple[Change, ...]:
        """What apk would do, in its order."""
        return self.solution.changes

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
        return self.analysis.total

    @property
    def requests(self) -> tuple[RequestCost, ...]:
        """Each request's part; with several requests, each is solved without, once."""
        if self._requests is None:
            self._requests = self._weigh_requests()
        return self._requests

    def _weigh_requests(self) -> tuple[RequestCost, ...]:
        return tuple(
            RequestCost(str(token), share.added_size, self._resolved_added_size(token), share.fair_share)
            for token, share in zip(self.request, self.analysis.shares, strict=True)
        )

    def _resolved_added_size(self, token: Dependency) -> int | None:
        if not self.satisfied:
            return 0
        if len(self.request) == 1:
            return self.installed_size
        without = self._add(tuple(other for other in self.request if other is not token))
        return self.installed_size - without.amount.size.installed if without.satisfied else None
