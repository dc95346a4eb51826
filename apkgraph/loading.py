"""From settings to a universe with its base installed."""

from __future__ import annotations

from apkgraph.errors import NotFoundError
from apkgraph.index.build import build_universe
from apkgraph.index.installed import with_installed
from apkgraph.index.parse import parse_index
from apkgraph.index.universe import NameRow, RepositoryInfo
from apkgraph.inputs.base import read_base
from apkgraph.model.dependency import parse_dependency
from apkgraph.solve.discovery import discover_base
from apkgraph.solve.query import display_order
from apkgraph.solve.request import solve_world

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.index.parse import ParsedIndex
    from apkgraph.index.universe import Universe
    from apkgraph.inputs.base import BaseRequest
    from apkgraph.mirror.source import TrustedIndex
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.settings import Settings

    Progress = Callable[[str, int, int | None], None]
    Warn = Callable[[str], None]


def load_universe(settings: Settings, progress: Progress | None = None, warn: Warn | None = None) -> Universe:
    """The universe that the settings name, with its base installed."""
    from apkgraph.mirror.source import obtain

    indexes = obtain(settings, progress, warn=warn)
    plain = build_plain(indexes, settings.arch)
    base = read_base(settings.base, settings.base_world, [index.description for index in indexes], settings.release)
    return with_base(plain, base)


def build_plain(indexes: tuple[TrustedIndex, ...], arch: str) -> Universe:
    """The indexes as one, with nothing installed. Raises IndexFormatError for one that apk would give up."""
    memo = _Memo()
    parsed: list[tuple[RepositoryInfo, ParsedIndex]] = []
    for number, index in enumerate(indexes):
        one = parse_index(index.text, (arch,), 1 << number, memo.__getitem__)
        if one.error is not None:
            raise one.error
        parsed.append((_info(index, len(one.packages)), one))
    key = " ".join([*(index.archive_sha256 for index in indexes), arch])
    return build_universe(parsed, arches=(arch,), key=key)


class _Memo(dict[str, "Dependency"]):
    """Tokens that were read already."""

    def __missing__(self, token: str) -> Dependency:
        dependency = self[token] = parse_dependency(token)
        return dependency


def _info(index: TrustedIndex, packages: int) -> RepositoryInfo:
    return RepositoryInfo(
        index.repository.name,
        url=index.repository.url,
        tags=index.repository.tags,
        description=index.description,
        packages=packages,
        sha256=index.archive_sha256,
        signed_by=index.signed_by,
        fetched_at=index.fetched_at,
        archive_size=index.archive_size,
        stale=index.stale,
    )


def with_base(plain: Universe, base: BaseRequest) -> Universe:
    """The universe with the base installed, and with what the base's world discovers (spec D2) worked out."""
    world = tuple(sorted(base.world, key=lambda dependency: display_order(dependency.name)))
    installed = base.installed if base.installed is not None else _packages_of(plain, base, world)
    universe = with_installed(plain, installed, world)
    discovery, counters = discover_base(universe, [dependency.name for dependency in world])
    rows: dict[str, NameRow] = {
        name: universe.row(name).replaced(counter=counter) for name, counter in counters.items() if universe.knows(name)
    }
    return universe.over(rows, base_discovery=discovery)


def _packages_of(plain: Universe, base: BaseRequest, world: tuple[Dependency, ...]) -> tuple[Package, ...]:
    """What the world brings where nothing is installed, as apk writes it to the installed db: sorted by name."""
    solution = solve_world(with_installed(plain, (), world), world)
    if not solution.satisfied:
        reasons = "; ".join(reason.text for reason in solution.reasons)
        raise NotFoundError(
            f"the base {base.name} cannot be had from these repositories ({reasons}); choose another --base"
        )
    return tuple(sorted(solution.packages, key=lambda package: package.name))
