"""`apkgraph dockerfile` and `image`: what a Dockerfile costs by line and an image by package, and what to fix."""

from __future__ import annotations

from apkgraph.cli.parser import Command
from apkgraph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.audit.against import Summary
    from apkgraph.audit.dockerfile import DockerfileAudit
    from apkgraph.audit.universes import Universes
    from apkgraph.cli.context import Context
    from apkgraph.explorer import Explorer
    from apkgraph.settings import Settings

_DOCKERFILE_FORMATS = ("text", "json", "sarif", "markdown")
_IMAGE_FORMATS = ("text", "json", "markdown")
_SHOWN_PACKAGES = 20


def _dockerfile_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and how it would be built."""
    from apkgraph.cli.dockerfile_options import add_build_options

    parser.add_argument("path", nargs="?", default="Dockerfile", metavar="PATH", help="the file, or - for stdin")
    add_build_options(parser)
    parser.add_argument("--format", choices=_DOCKERFILE_FORMATS, default="text", help="how to report (default: text)")
    parser.add_argument(
        "--against", metavar="OTHER", help="what changed since another Dockerfile or a saved answer (--json)"
    )
    parser.add_argument(
        "--fail-on", metavar="SEVERITY", help="exit 1 on a finding this severe or more: error, warning, note"
    )
    parser.add_argument("--ignore", action="append", default=[], metavar="RULE", help="ignore a rule; repeatable")
    parser.add_argument("--config", metavar="FILE", help="the configuration (default: .apkgraph.toml, if it exists)")


def _dockerfile(context: Context) -> int:
    """Read, solve, report."""
    from apkgraph.audit.config import read_config, rule_ids, severity_of
    from apkgraph.cli.dockerfile_options import audit

    arguments = context.arguments
    config = read_config(arguments.config)
    words = tuple(word for given in arguments.ignore for word in given.split(",") if word)
    fail_on = config.fail_on if arguments.fail_on is None else severity_of(arguments.fail_on)
    ignored = (*config.ignore, *rule_ids(words))
    saved = _other(context, ignored)
    result, universes = audit(context, arguments.path, ignored)
    if saved is None:
        _write_audit(context, result, universes)
    else:
        _write_change(context, saved, result, universes)
    return int(fail_on is not None and any(finding.severity >= fail_on for finding in result.findings))


def _other(context: Context, ignored: tuple[str, ...]) -> Summary | None:
    """What --against names: a saved answer, or a Dockerfile that is audited with the same options."""
    path = context.arguments.against
    if path is None:
        return None
    from apkgraph.audit.against import saved_audit, summary
    from apkgraph.cli.dockerfile_options import audit
    from apkgraph.report.documents.audits import dockerfile_document

    if context.arguments.format == "sarif":
        message = "--against has no SARIF form: give --format text, json or markdown"
        raise UsageError(message)
    document = saved_audit(path)
    return summary(dockerfile_document(*audit(context, path, ignored)) if document is None else document, path)


def _write_change(context: Context, before: Summary, result: DockerfileAudit, universes: Universes) -> None:
    from apkgraph.audit.against import change, summary
    from apkgraph.report.audit import against, markdown
    from apkgraph.report.documents.audits import change_document, dockerfile_document

    found = change(before, summary(dockerfile_document(result, universes), result.path))
    if context.json or context.arguments.format == "json":
        context.write_json(change_document(found))
    elif context.arguments.format == "markdown":
        context.write(markdown.of_blocks(against.report(found)))
    else:
        context.write_blocks(against.report(found))


def _write_audit(context: Context, result: DockerfileAudit, universes: Universes) -> None:
    form = "json" if context.json else context.arguments.format
    if form == "json":
        from apkgraph.report.documents.audits import dockerfile_document

        context.write_json(dockerfile_document(result, universes))
    elif form == "sarif":
        from apkgraph.report.audit import sarif

        context.write(sarif.report(result))
    elif form == "markdown":
        from apkgraph.report.audit import markdown

        context.write(markdown.report(result))
    else:
        from apkgraph.report.audit import dockerfile

        context.write_blocks(dockerfile.report(result))


def _image_arguments(parser: argparse.ArgumentParser) -> None:
    """The image."""
    parser.add_argument("path", metavar="PATH", help="the image: a tar or a directory")
    parser.add_argument("--upgrade", action="store_true", help="also what apk upgrade by today's index would change")
    parser.add_argument("--format", choices=_IMAGE_FORMATS, default="text", help="how to report (default: text)")
    parser.add_argument(
        "--all", action="store_true", dest="everything", help=f"all packages, not only {_SHOWN_PACKAGES}"
    )


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
        from apkgraph.report.documents.audits import image_document

        context.write_json(image_document(audit))
        return 0
    from apkgraph.report.audit import image as text

    blocks = text.report(audit, None if arguments.everything else _SHOWN_PACKAGES)
    if form == "markdown":
        from apkgraph.report.audit.markdown import of_blocks

        context.write(of_blocks(blocks))
    else:
        context.write_blocks(blocks)
    return 0


COMMANDS = {
    "dockerfile": Command(
        """\
What a Dockerfile's image will weigh, without building it: for each stage its base, for each call of apk what it adds
and removes, and what to fix. Package lists that only a running shell knows are reported, never guessed.""",
        """\
apkgraph dockerfile
apkgraph dockerfile --target runtime --build-arg VERSION=3.20 Dockerfile
apkgraph dockerfile --fail-on warning --format sarif > apkgraph.sarif
apkgraph dockerfile --against before.Dockerfile --format markdown""",
        _dockerfile_arguments,
        _dockerfile,
    ),
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
