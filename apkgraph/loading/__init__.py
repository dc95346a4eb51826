"""From settings to a universe with its base installed: compiled earlier, or obtained and compiled now."""

from __future__ import annotations

from apkgraph.loading.manifest import find_universe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection

    from apkgraph.image.base import BaseRequest
    from apkgraph.index.universe import Universe
    from apkgraph.settings import Settings

    Progress = Callable[[str, int, int | None], None]
    Warn = Callable[[str], None]


def load_universe(
    settings: Settings,
    progress: Progress | None = None,
    warn: Warn | None = None,
    *,
    base: BaseRequest | None = None,
) -> Universe:
    """The universe that the settings name, with its base installed.

    A compiled file that turns out to be damaged, now or at a later question, is rebuilt, and asked again. `base` is
    the settings' base where it was read already. Raises MirrorError, TrustError, UsageError, InputError, and
    NotFoundError where the base is not available.
    """
    warn = warn or _silent

    def rebuild(path: str, key: str) -> Connection:
        from apkgraph.loading.cold import rebuild_universe

        return rebuild_universe(settings, path, key, warn, base)

    universe = find_universe(settings, rebuild)
    if universe is None:
        from apkgraph.loading.cold import obtain_universe

        universe = obtain_universe(settings, progress, warn, rebuild, base)
    return universe.with_apk(settings.apk)


def _silent(_text: str) -> None:
    """Discard a warning."""
