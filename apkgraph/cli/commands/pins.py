"""`apkgraph pins`: constraints with a version, whether the index still has them, and edits that follow it."""

from __future__ import annotations

from apkgraph.cli.parser import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from apkgraph.changes.pins import Pin
    from apkgraph.changes.sources import Edited, Source
    from apkgraph.cli.context import Context
    from apkgraph.model.dependency import Dependency

FORMATS = ("text", "json", "sarif", "markdown")


def _pins_arguments(parser: argparse.ArgumentParser) -> None:
    """The files, and what to do with their pins."""
    from apkgraph.cli.dockerfile_options import add_build_options

    parser.add_argument(
        "sources",
        nargs="*",
        metavar="FILE",
        help="Dockerfiles, world files, lists of packages, - for stdin, or constraints (default: Dockerfile)",
    )
    add_build_options(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to report (default: text)")
    parser.add_argument(
        "--fail-on", choices=("gone", "outdated"), help="exit 1 where a pin is gone, or gone or outdated"
    )
    edit = parser.add_mutually_exclusive_group()
    edit.add_argument("--update", action="store_true", help="move exact and fuzzy pins to the newest version")
    edit.add_argument("--loosen", action="store_true", help="write ~MAJOR.MINOR in place of exact versions")
    edit.add_argument("--pin", action="store_true", help="write today's exact versions")
    parser.add_argument("--write", action="store_true", help="write the edit to the files")


def _pins(context: Context) -> int:
    """Read, look up; report, or edit."""
    from apkgraph.changes.sources import COMMAND_LINE, World
    from apkgraph.errors import UsageError

    arguments = context.arguments
    change = _change(context)
    if arguments.write and change is None:
        raise UsageError("--write needs --update, --loosen or --pin")
    if arguments.fail_on and change is not None:
        raise UsageError("--fail-on goes with the list of pins, not with an edit")
    files, constraints = _sources(arguments.sources or ["Dockerfile"])
    if arguments.write and (constraints or "-" in files):
        raise UsageError("--write takes files only: without it, the edit of standard input or constraints is shown")
    sources = [_file(context, path) for path in files]
    if constraints:
        sources.append(World(COMMAND_LINE, "".join(f"{word}\n" for word in constraints), context.explorer()))
    if change is None:
        _write_list(context, sources)
        _warn_of_unknown(context, sources)
        failing = {"gone": ("gone",), "outdated": ("gone", "outdated")}.get(arguments.fail_on, ())
        return int(any(pin.state in failing for source in sources for pin in source.pins))
    edits = [source.edited(change) for source in sources]
    _write_edits(context, sources, edits)
    return int(any(edited.refused for edited in edits))


def _change(context: Context) -> Callable[[Pin], Dependency | None] | None:
    from apkgraph.changes import pins

    arguments = context.arguments
    if arguments.update:
        return pins.updated
    if arguments.loosen:
        return pins.loosened
    return pins.pinned if arguments.pin else None


def _sources(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The files, and the constraints of the command line."""
    import os

    constraints = [word for word in words if any(sign in word for sign in "<>=~") and not os.path.exists(word)]
    return [word for word in words if word not in constraints], constraints


def _file(context: Context, path: str) -> Source:
    from apkgraph import limits
    from apkgraph.changes.sources import World, is_dockerfile
    from apkgraph.cli.dockerfile_options import dockerfile_source
    from apkgraph.image.files import read_file, text_of

    what = "a Dockerfile or a list of packages"
    shown = "standard input" if path == "-" else path
    text = text_of(read_file(path, limits.DOCKERFILE_BYTES, what), shown, what)
    return dockerfile_source(context, shown, text) if is_dockerfile(text) else World(shown, text, context.explorer())


def _write_list(context: Context, sources: Sequence[Source]) -> None:
    form = "json" if context.json else context.arguments.format
    if form == "json":
        from apkgraph.report.documents.changes import pins_document

        context.write_json(pins_document(sources, (), written=False))
    elif form == "sarif":
        from apkgraph.report.audit import sarif
        from apkgraph.report.changes.pins import findings

        context.write(sarif.log(findings(sources)))
    elif form == "markdown":
        from apkgraph.report.changes.pins import markdown

        context.write(markdown(sources))
    else:
        from apkgraph.report.changes.pins import report

        context.write_blocks(report(sources))


def _warn_of_unknown(context: Context, sources: Sequence[Source]) -> None:
    """A pin whose index or repository is not available does not fail; whoever relies on --fail-on must know."""
    from apkgraph.changes.pins import UNKNOWN
    from apkgraph.model.size import count

    unknown = sum(pin.state == UNKNOWN for source in sources for pin in source.pins)
    if unknown and context.arguments.fail_on:
        context.warn(f"{count(unknown, 'pin')} unknown: --fail-on does not count what could not be looked up")


def _write_edits(context: Context, sources: Sequence[Source], edits: Sequence[Edited]) -> None:
    """Make the edits where --write asks for it, and show them; what was refused goes to stderr."""
    from apkgraph.changes.edits import check, diff, write
    from apkgraph.report.text import clean

    writes = context.arguments.write
    pairs = list(zip(sources, edits, strict=True))
    changed = [(source, edited) for source, edited in pairs if writes and edited.text != source.text]
    for source, _ in changed:
        check(source.path, source.text)  # all of them before the first is written
    for source, edited in changed:
        write(source.path, source.text, edited.text)
    for source, edited in pairs:
        for pin, reason in edited.refused:
            context.warn(source.redact(f"{pin.file or 'given'}: line {pin.line}: {pin.token} is not changed: {reason}"))
    if context.json:
        from apkgraph.report.documents.changes import pins_document

        context.write_json(pins_document(sources, edits, written=writes))
    elif writes:
        from apkgraph.report.changes.pins import changes

        context.write_blocks(changes(sources, edits))
    else:
        text = "".join(
            diff(source.path or "given", source.text, edited.text, source.redact) for source, edited in pairs
        )
        text = text or "nothing to change\n"
        context.write(text if context.width is None else "\n".join(map(clean, text.split("\n"))))


COMMANDS = {
    "pins": Command(
        """\
Every constraint with a version in Dockerfiles, world files and lists of packages: what the index has for it today, the
newest version there, and how the pin will break. --update, --loosen and --pin show an edit as a diff, --write makes it:
nothing but the constraints is changed, and only where apk could still solve the set.""",
        """\
apkgraph pins Dockerfile
apkgraph pins git=2.40.1-r0 'nodejs~18'
apkgraph pins --fail-on gone --format sarif > pins.sarif
apkgraph pins Dockerfile --loosen --write""",
        _pins_arguments,
        _pins,
    ),
}
