"""Which packages could serve a dependency, over a whole universe."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package


def able_providers(universe: Universe, token: Dependency, by: Package | None = None) -> list[Package]:
    """Every package that could serve a token, in apk's load order, without `by` itself."""
    return list(
        dict.fromkeys(
            provider.package
            for provider in universe.providers(token.name)
            if provider.package is not by and token.satisfied_by(provider.package, provider.version, by)
        )
    )


class AbleProviders:
    """The same for many packages of one universe: each token is looked up once. Not for conflicts."""

    __slots__ = ("_known", "_universe")

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._known: dict[Dependency, list[Package]] = {}

    def of(self, token: Dependency, by: Package) -> list[Package]:
        """Every package that could serve a token, in apk's load order, without `by` itself."""
        known = self._known.get(token)
        if known is None:
            known = self._known[token] = able_providers(self._universe, token)
        return [package for package in known if package is not by] if by in known else known
