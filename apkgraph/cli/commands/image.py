"""`apkgraph image`: what an image holds, and why."""

from __future__ import annotations

from apkgraph.cli.parser import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context
    from apkgraph.explorer import Explorer
    from apkgraph.settings import Settings

FORMATS = ("text", "json", "markdown")
_SHOWN = 20


def _image_arguments(parser: argparse.ArgumentParser) -> None:
    """The image."""
    parser.add_argument("path", metavar="PATH", help="the image: a tar or a directory")
    parser.add_argument("--upgrade", action="store_true", help="also what apk upgrade by today's index would change")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to report (default: text)")
    parser.add_argument("--all", action="store_true", dest="everything", help=f"all packages, not only {_SHOWN}")


def _image(context: Context) -> int:
    """Read, look into it, report."""
    from dataclasses import replace

    from apkgraph.audit.image import audit_image, upgrade_of
    from apkgraph.audit.universes import Universes
    from apkgraph.image.image import read_image

    def open_explorer(chosen: Settings) -> Explorer:
        from apkgraph.explorer import Explorer

        return Explorer(chosen, progress=context.progress, warn=context.warn)

    arguments = context.arguments
    universes = Universes(context.settings, open_explorer)
    image = read_image(arguments.path, context.settings.arch, contents=True)
    audit = audit_image(image, context.progress)
    if arguments.upgrade:
        audit = replace(audit, upgrade=upgrade_of(image, universes))
    form = "json" if context.json else arguments.format
    if form == "json":
        from apkgraph.report.documents.image import image_document

        context.write_json(image_document(audit))
        return 0
    from apkgraph.report.audit import image as text

    blocks = text.report(audit, None if arguments.everything else _SHOWN)
    if form == "markdown":
        from apkgraph.report.audit.markdown import of_blocks

        context.write(of_blocks(blocks))
    else:
        context.write_blocks(blocks)
    return 0


COMMANDS = {
    "image": Command(
        """\
What a container image holds: its packages by size, with what removing each would free, why it is installed and which
layer added it; what can be removed; the files that no package owns; and those that a later layer changed or deleted.
PATH is a `docker save` tar, an OCI layout (a directory or a tar), a tar of a root, or a root directory. Nothing is
unpacked. An index is needed only for --upgrade.""",
        """\
docker save myimage > image.tar && apkgraph image image.tar
apkgraph image oci-layout/ --upgrade
apkgraph image / --json""",
        _image_arguments,
        _image,
    ),
}
