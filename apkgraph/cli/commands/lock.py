"""`apkgraph lock`: a whole solution to keep in git, and whether it still holds."""

from __future__ import annotations

from apkgraph.cli.parser import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from apkgraph.changes.lock import Lock, Solved
    from apkgraph.cli.context import Context
    from apkgraph.explorer import Explorer
    from apkgraph.settings import Settings

FORMATS = ("lock", "apk", "apko")
_SHOWN = 20


def _lock_arguments(parser: argparse.ArgumentParser) -> None:
    """What is locked, or which lock is checked."""
    from apkgraph.cli.dockerfile_options import add_build_options

    parser.add_argument("request", nargs="*", metavar="PACKAGE", help="packages on top of the base")
    parser.add_argument("--world-file", metavar="FILE", help="a world file or list of packages, on an empty base")
    parser.add_argument("--dockerfile", metavar="FILE", help="what a Dockerfile's stage holds")
    add_build_options(parser)
    parser.add_argument("--arches", metavar="ARCH,…", help="architectures to lock (default: that of --arch)")
    parser.add_argument(
        "--format", choices=FORMATS, default="lock", help="lock (default), an `apk add` line, or apko's lock"
    )
    parser.add_argument("--check", metavar="FILE", help="check this lock against the index")
    parser.add_argument(
        "--all", action="store_true", dest="everything", help=f"with --check: all packages, not only {_SHOWN}"
    )


def _lock(context: Context) -> int:
    """Solve and write the lock; or check one."""
    from apkgraph.errors import UsageError

    arguments = context.arguments
    sources = [arguments.request, arguments.world_file, arguments.dockerfile, arguments.check]
    if sum(bool(source) for source in sources) != 1:
        raise UsageError("lock takes packages, --world-file, --dockerfile or --check, one of them")
    if arguments.dockerfile is None:
        from apkgraph.cli.dockerfile_options import refuse_build_options

        refuse_build_options(context)
    if arguments.check is not None and (arguments.format != "lock" or arguments.arches):
        raise UsageError("--check goes without --format and --arches: the lock says which architectures")
    if arguments.everything and arguments.check is None:
        raise UsageError("--all goes with --check")
    if arguments.check is not None:
        return _check(context)
    from apkgraph.changes.lock import make_lock

    solved = []
    for settings in _settings(context):
        made = _solved(context, settings)
        if isinstance(made, int):
            return made
        solved.append(made)
    base = "none" if arguments.world_file else "dockerfile" if arguments.dockerfile else context.settings.base
    _write(context, make_lock(solved, base))
    return 0


def _settings(context: Context) -> Iterator[Settings]:
    from apkgraph.cli.commands.compare import words

    asked = context.arguments.arches
    for arch in words(asked, "--arches") if asked else [context.settings.arch]:
        yield context.settings if arch == context.settings.arch else context.settings.replace(arch=arch)


def _solved(context: Context, settings: Settings) -> Solved | int:
    """The set for one architecture, or the exit status where there is none."""
    from apkgraph.changes.lock import Solved
    from apkgraph.changes.sources import read_list
    from apkgraph.explorer import Explorer

    arguments = context.arguments
    if arguments.dockerfile is not None:
        return _of_dockerfile(context, settings)
    request = arguments.request
    if arguments.world_file is not None:
        settings = settings.replace(base="none")
        request = read_list(arguments.world_file)
    explorer = Explorer(settings, context.progress, context.warn)
    analysis = explorer.analyse(request)
    if not analysis.satisfied:
        from apkgraph.cli.answer import report_unsatisfied

        return report_unsatisfied(explorer, analysis.solution.reasons)
    base = analysis.base
    return Solved(explorer, analysis.packages, base.packages, base.world, analysis.request)


def _of_dockerfile(context: Context, settings: Settings) -> Solved:
    """What the target stage holds in the end: its own calls of apk, one after the other."""
    from apkgraph.changes.lock import Solved
    from apkgraph.cli.dockerfile_options import final_system

    arch = settings.arch if context.arguments.arches else None
    base, end, universes = final_system(context, context.arguments.dockerfile, arch)
    explorer = universes.explorer(end.coordinates)
    before = {entry.name: entry for entry in base.world}
    request = [entry for entry in end.world if before.get(entry.name) != entry]
    return Solved(explorer, end.packages, base.packages, base.world, request)


def _write(context: Context, lock: Lock) -> None:
    form = context.arguments.format
    if form == "apk":
        from apkgraph.changes.lock import add_line

        lines = {one.arch: add_line(one) for one in lock.architectures}
        if len(set(lines.values())) == 1:
            context.write(next(iter(lines.values())))
        else:
            context.write("\n".join(f"# {arch}\n{line}" for arch, line in lines.items()))
    elif form == "apko":
        from apkgraph.report.documents.changes import apko_document

        context.warn(
            "apko also needs the byte ranges and digests of each archive's signature, control and data segments, and "
            "the keyring's URLs: an index does not say these, so they are empty"
        )
        context.write_json(apko_document(lock))
    else:
        from apkgraph.report.documents.changes import lock_document

        context.write_json(lock_document(lock))


def _check(context: Context) -> int:
    from apkgraph.changes.lock_check import check_lock
    from apkgraph.changes.lock_file import read_lock

    def open_explorer(settings: Settings) -> Explorer:
        from apkgraph.explorer import Explorer

        return Explorer(settings, context.progress, context.warn)

    checked = check_lock(read_lock(context.arguments.check), context.settings, open_explorer)
    if context.json:
        from apkgraph.report.documents.changes import check_document

        context.write_json(check_document(checked))
    else:
        from apkgraph.report.changes.lock import report

        context.write_blocks(report(checked, None if context.arguments.everything else _SHOWN))
    return int(checked.breaks)


COMMANDS = {
    "lock": Command(
        """\
The whole solution of packages, a world file or a Dockerfile's stage as a lock for git: every version, checksum, size
and address, and the indexes that it was made from. The same indexes give the same bytes. --check says which locked
packages are still on the mirror, and exits 1 where a build from the lock would break.""",
        """\
apkgraph lock git curl > apk.lock.json
apkgraph lock --dockerfile Dockerfile --arches x86_64,aarch64 > apk.lock.json
apkgraph lock --check apk.lock.json
apkgraph lock git --format apk""",
        _lock_arguments,
        _lock,
    ),
}
