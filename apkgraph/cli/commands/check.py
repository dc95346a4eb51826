"""`apkgraph check`: keep a set, a Dockerfile or an image within a budget."""

from __future__ import annotations

from apkgraph.cli.parser import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping

    from apkgraph.audit.budget import Limits, Subject
    from apkgraph.audit.config import Config
    from apkgraph.cli.context import Context


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    """What is checked, and against which limits."""
    from apkgraph.cli.dockerfile_options import add_build_options

    parser.add_argument("request", nargs="*", metavar="PACKAGE", help="packages on top of the base")
    parser.add_argument("--dockerfile", metavar="FILE", help="the image that a Dockerfile makes")
    parser.add_argument("--image", metavar="PATH", help="an image, as for apkgraph image")
    add_build_options(parser)
    parser.add_argument("--of", choices=("total", "cost"), help="limit the total (default), or only what is added")
    parser.add_argument("--max-installed", metavar="SIZE", help="bytes on disk: 40MiB, 1.5GB, …")
    parser.add_argument("--max-download", metavar="SIZE", help="bytes over the wire")
    parser.add_argument("--max-packages", metavar="NUMBER", help="how many packages")
    parser.add_argument("--max-growth", metavar="PERCENT", help="growth on disk since --against: 5%%")
    parser.add_argument("--against", metavar="FILE", help="the JSON saved by an earlier run")
    parser.add_argument("--growth-floor", metavar="SIZE", help="growth that is always allowed (default: 1MiB)")
    parser.add_argument(
        "--forbid", action="append", metavar="NAME", help="packages that must not be installed: bash,perl*"
    )
    parser.add_argument("--allow-license", action="append", metavar="EXPR", help="licences: 'MIT OR Apache-2.0'")
    parser.add_argument(
        "--allow-incomplete", action="store_true", help="also pass what is not known exactly or would fail to build"
    )
    parser.add_argument("--config", metavar="FILE", help="the configuration (default: .apkgraph.toml, if it exists)")


def _check(context: Context) -> int:
    """Measure, check, report."""
    from apkgraph.audit.budget import check
    from apkgraph.audit.config import read_config
    from apkgraph.audit.limits import saved_size

    arguments = context.arguments
    config = read_config(arguments.config)
    limits = _limits(arguments, config)
    verdicts = []
    for subject, complete in _subjects(context, config):
        before = saved_size(arguments.against, subject.kind, limits.of) if arguments.against else None
        verdict = check(subject, limits, before, allow_incomplete=arguments.allow_incomplete)
        if verdict.violations and complete is not None:
            verdict = check(complete(), limits, before, allow_incomplete=arguments.allow_incomplete)
        verdicts.append(verdict)
    if context.json:
        from apkgraph.report.documents.audits import check_document

        context.write_json(check_document(verdicts, limits))
    else:
        from apkgraph.report.audit.check import report

        context.write_blocks(report(verdicts, limits.of))
    return int(any(verdict.violations for verdict in verdicts))


def _subjects(context: Context, config: Config) -> Iterator[tuple[Subject, Callable[[], Subject] | None]]:
    """What is checked, and where it takes long to say what would help, the same with that."""
    arguments = context.arguments
    if arguments.dockerfile is not None:
        from apkgraph.audit.budget import of_dockerfile
        from apkgraph.cli.dockerfile_options import audit

        yield of_dockerfile(*audit(context, arguments.dockerfile, config.ignore)), None
    else:
        from apkgraph.cli.dockerfile_options import refuse_build_options

        refuse_build_options(context)
    if arguments.image is not None:
        from apkgraph.audit.budget import of_image
        from apkgraph.audit.image import audit_image
        from apkgraph.image.image import read_image

        yield of_image(audit_image(read_image(arguments.image, context.settings.arch), context.progress)), None
    if arguments.request or (arguments.dockerfile is None and arguments.image is None):
        yield _packages(context)


def _packages(context: Context) -> tuple[Subject, Callable[[], Subject]]:
    from functools import partial

    from apkgraph.audit.budget import of_packages
    from apkgraph.errors import NotFoundError

    explorer = context.explorer()
    analysis = explorer.analyse(context.arguments.request)
    if not analysis.satisfied:
        reasons = "; ".join(reason.text for reason in analysis.solution.reasons)
        message = f"{' '.join(context.arguments.request)} cannot be installed: {reasons}"
        raise NotFoundError(message)
    return of_packages(analysis, None), partial(of_packages, analysis, explorer.drop)


def _limits(arguments: argparse.Namespace, config: Config) -> Limits:
    """The limits of the command line over those of the configuration."""
    from apkgraph.audit.limits import read_limits
    from apkgraph.errors import InputError, UsageError

    names = ("allow-license", "forbid", "growth-floor", "max-download", "max-growth", "max-installed", "max-packages")
    given: Mapping[str, object] = {name: getattr(arguments, name.replace("-", "_")) for name in (*names, "of")}
    chosen = {name: value for name, value in given.items() if value is not None}
    try:
        written = read_limits(config.check)
    except UsageError as error:
        message = f"{config.path}: check.{error}"
        raise InputError(message) from None
    try:
        limits = read_limits(chosen, written)
    except UsageError as error:
        message = f"--{error}"
        raise UsageError(message) from None
    if limits.is_empty:
        message = "no limit is given: give --max-installed, --max-packages, --forbid … or [check] in .apkgraph.toml"
        raise UsageError(message)
    if limits.max_growth is not None and arguments.against is None and "max-growth" in chosen:
        message = "--max-growth needs --against FILE, the JSON saved by an earlier run"
        raise UsageError(message)
    return limits


COMMANDS = {
    "check": Command(
        """\
Budgets for CI. Exits 1 where a set of packages, a Dockerfile's image or an image exceeds a limit, or is not known
exactly (--allow-incomplete accepts that), with a line for each violation and what would fix it. A size equal to its
limit is allowed. The same limits can be given in .apkgraph.toml, under [check].""",
        """\
apkgraph check git curl --max-installed 40MiB
apkgraph check --dockerfile Dockerfile --max-packages 60 --forbid 'bash,perl*'
apkgraph check --image image.tar --max-growth 5% --against last.json""",
        _check_arguments,
        _check,
    ),
}
