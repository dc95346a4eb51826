"""`apkgraph upgrade`: a Dockerfile, a world or a system on another release."""

from __future__ import annotations

from apkgraph.cli.parser import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from apkgraph.changes.upgrade import Upgrade
    from apkgraph.cli.context import Context
    from apkgraph.explorer import Explorer
    from apkgraph.model.dependency import Dependency
    from apkgraph.settings import Settings

FORMATS = ("text", "json", "markdown")
_SHOWN = 20


def _upgrade_arguments(parser: argparse.ArgumentParser) -> None:
    """What is moved, and where to."""
    from apkgraph.cli.dockerfile_options import add_build_options

    parser.add_argument(
        "path", nargs="?", metavar="FILE", help="a Dockerfile, a world file or a list of packages (default: Dockerfile)"
    )
    targets = "a release, an index file, a directory or a URL"
    parser.add_argument("--to", required=True, metavar="TARGET", help=targets)
    parser.add_argument("--from", dest="before", metavar="TARGET", help="like --to (default: the current release)")
    add_build_options(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to report (default: text)")
    parser.add_argument("--all", action="store_true", dest="everything", help=f"all rows, not only {_SHOWN} of a table")


def _upgrade(context: Context) -> int:
    """Read, ask both, report."""
    from apkgraph.errors import UsageError
    from apkgraph.image.base import read_base

    arguments, base = context.arguments, context.settings.base
    given = base != "docker"
    if given and arguments.path is not None:
        raise UsageError("upgrade takes a FILE or --base, not both")
    if base.startswith(("installed:", "image:")):
        upgrade = _of_system(context, base.partition(":")[2])
    elif given:
        settings = context.settings
        world = read_base(base, settings.base_world, (), settings.release, settings.distro).world
        upgrade = _of_world(context, base, [(0, token) for token in world])
    else:
        upgrade = _of_file(context, arguments.path or "Dockerfile")
    _write(context, upgrade)
    return int(upgrade.breaks)


def _of_file(context: Context, path: str) -> Upgrade:
    from apkgraph import limits
    from apkgraph.changes.sources import is_dockerfile, list_of
    from apkgraph.image.files import read_file, text_of

    what = "a Dockerfile or a list of packages"
    shown = "standard input" if path == "-" else path
    text = text_of(read_file(path, limits.DOCKERFILE_BYTES, what), shown, what)
    return (
        _of_dockerfile(context, shown, text) if is_dockerfile(text) else _of_world(context, shown, list_of(text, shown))
    )


def _of_world(context: Context, subject: str, world: Sequence[tuple[int, Dependency]]) -> Upgrade:
    from apkgraph.audit.findings.end_of_life import ends_of_life
    from apkgraph.changes.upgrade import move_world

    before, after = (_explorer(context, settings.replace(base="none")) for settings in _targets(context))
    return move_world(subject, world, before, after, ends_of_life(context.settings))


def _of_system(context: Context, path: str) -> Upgrade:
    from apkgraph.audit.findings.end_of_life import ends_of_life
    from apkgraph.audit.universes import Universes
    from apkgraph.changes.targets import settings_at
    from apkgraph.changes.upgrade import move_system
    from apkgraph.image.base import own_settings
    from apkgraph.image.image import read_image

    arch = None if context.settings.sources["arch"] == "default" else context.settings.arch
    image = read_image(path, arch)
    settings = own_settings(context.settings, image.system.distro).replace(arch=arch or image.system.arch or "x86_64")
    settings = settings_at(settings.replace(base="none"), context.arguments.to)
    universes = Universes(settings, lambda chosen: _explorer(context, chosen))
    ref = universes.coordinates(settings.release, settings.arch)
    return move_system(image, universes, ref, ends_of_life(settings))


def _of_dockerfile(context: Context, path: str, text: str) -> Upgrade:
    from apkgraph.audit.findings.end_of_life import ends_of_life
    from apkgraph.changes.upgrade import MovedUniverses, move_dockerfile, releases_of
    from apkgraph.cli.dockerfile_options import build_arguments, build_of, given_base, universes_of
    from apkgraph.dockerfile.parse import parse_dockerfile
    from apkgraph.redaction import Redactor

    build_args = build_arguments(context)
    dockerfile = parse_dockerfile(text, path)
    redact = Redactor({**dockerfile.secrets, **build_args})
    with redact.errors():
        build = build_of(context, dockerfile, build_args)
        before, after = (
            MovedUniverses(settings, lambda chosen: _explorer(context, chosen), releases_of(build))
            for settings in _targets(context)
        )
        arch = build.stages[build.final].arch
        after.universe(after.coordinates(None, arch))
        old = universes_of(context, redact)
        if context.arguments.before is not None:
            old = before
            old.universe(old.coordinates(None, arch))
        base = given_base(context, old)
        return move_dockerfile(build, old, after, base=base, redact=redact, ends=ends_of_life(context.settings))


def _targets(context: Context) -> tuple[Settings, Settings]:
    from apkgraph.changes.targets import settings_at

    arguments, settings = context.arguments, context.settings
    before = settings if arguments.before is None else settings_at(settings, arguments.before)
    return before, settings_at(settings, arguments.to)


def _explorer(context: Context, settings: Settings) -> Explorer:
    from apkgraph.explorer import Explorer

    return Explorer(settings, context.progress, context.warn)


def _write(context: Context, upgrade: Upgrade) -> None:
    from datetime import UTC, datetime

    today = datetime.now(UTC).date()
    form = "json" if context.json else context.arguments.format
    if form == "json":
        from apkgraph.report.documents.changes import upgrade_document

        context.write_json(upgrade_document(upgrade))
    elif form == "markdown":
        from apkgraph.report.changes.upgrade import markdown

        context.write(markdown(upgrade, today))
    else:
        from apkgraph.report.changes.upgrade import report

        context.write_blocks(report(upgrade, today, None if context.arguments.everything else _SHOWN))


COMMANDS = {
    "upgrade": Command(
        """\
What moving to another release changes, before trying: names that are gone and what replaces them, pins that break,
packages that are added or removed and why, libraries and commands that are no longer provided, and sizes line by
line. Takes a Dockerfile, a world file, or with --base an installed system, an image or packages. Exits 1 where
it would break.""",
        """\
apkgraph upgrade Dockerfile --to v3.22
apkgraph upgrade --base installed:/ --to v3.21
apkgraph upgrade --base pkg:git,curl --from v3.18 --to v3.22
apkgraph upgrade Dockerfile --to ./mirror/v3.21""",
        _upgrade_arguments,
        _upgrade,
    ),
}
