"""How a Dockerfile would be built: the options that say it, and the audit that they lead to."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping

    from apkgraph.audit.dockerfile import DockerfileAudit
    from apkgraph.audit.system_state import SystemState
    from apkgraph.audit.universes import Universes
    from apkgraph.changes.sources import DockerfileSource
    from apkgraph.cli.context import Context
    from apkgraph.dockerfile.parse import Dockerfile
    from apkgraph.dockerfile.stages import Build
    from apkgraph.explorer import Explorer
    from apkgraph.redaction import Redactor
    from apkgraph.settings import Settings

    Progress = Callable[[str, int, int | None], None]
    Warn = Callable[[str], None]

_DEFAULT_BASE = "docker"


def add_build_options(parser: argparse.ArgumentParser) -> None:
    """What `docker build` takes and decides what is built."""
    parser.add_argument(
        "--target", "--stage", metavar="STAGE", help="the stage that becomes the image (default: the last)"
    )
    parser.add_argument(
        "--build-arg",
        action="append",
        default=[],
        metavar="NAME[=VALUE]",
        help="the value of an ARG; without one, the environment's; repeatable",
    )
    parser.add_argument("--platform", metavar="PLATFORM", help="linux/arm64, … (default: that of --arch)")


def refuse_build_options(context: Context) -> None:
    """Raise UsageError for an option that decides how a Dockerfile is built, where there is none."""
    from apkgraph.errors import UsageError

    arguments = context.arguments
    if arguments.target is not None or arguments.build_arg or arguments.platform is not None:
        raise UsageError("--target, --build-arg and --platform go with a Dockerfile")


def audit(context: Context, path: str, ignore: Iterable[str]) -> tuple[DockerfileAudit, Universes]:
    """The audit of the Dockerfile at `path`, and the universes that it asked."""
    from apkgraph.dockerfile.parse import read_dockerfile
    from apkgraph.redaction import Redactor

    build_args = build_arguments(context)
    dockerfile = read_dockerfile(path)
    redact = Redactor({**dockerfile.secrets, **build_args})
    with redact.errors():
        return _audit(context, dockerfile, build_args, ignore, redact)


def _audit(
    context: Context, dockerfile: Dockerfile, build_args: Mapping[str, str], ignore: Iterable[str], redact: Redactor
) -> tuple[DockerfileAudit, Universes]:
    from datetime import UTC, datetime

    from apkgraph.audit.dockerfile import audit_dockerfile
    from apkgraph.audit.findings.end_of_life import ends_of_life

    universes = universes_of(context, redact)
    result = audit_dockerfile(
        build_of(context, dockerfile, build_args),
        universes,
        today=datetime.now(UTC).date(),
        ends=ends_of_life(context.settings),
        ignore=ignore,
        base=given_base(context, universes),
        redact=redact,
        progress=context.progress,
    )
    return result, universes


def build_of(context: Context, dockerfile: Dockerfile, build_args: Mapping[str, str], arch: str | None = None) -> Build:
    """A Dockerfile's stages, built as the options say, or for another architecture."""
    from apkgraph import host
    from apkgraph.dockerfile.build import read_build

    settings = context.settings
    return read_build(
        dockerfile,
        arch=arch or _arch(context),
        build_arch=settings.arch if settings.sample else host.architecture(),
        build_args=build_args,
        target=context.arguments.target,
    )


def universes_of(context: Context, redact: Redactor, settings: Settings | None = None) -> Universes:
    """The universes that stages ask, by these settings or the run's own; their warnings are redacted."""
    from apkgraph.audit.universes import Universes

    def open_explorer(chosen: Settings) -> Explorer:
        from apkgraph.explorer import Explorer

        return Explorer(chosen, progress=context.progress, warn=lambda text: context.warn(redact(text)))

    return Universes(settings or context.settings, open_explorer)


def final_system(context: Context, path: str, arch: str | None) -> tuple[SystemState, SystemState, Universes]:
    """What the image of the Dockerfile at `path` starts from, and what it ends with; warned of what is not known.

    Raises NotFoundError where apk would refuse one of its calls.
    """
    from apkgraph.audit.dockerfile import replay
    from apkgraph.dockerfile.parse import read_dockerfile
    from apkgraph.errors import NotFoundError
    from apkgraph.redaction import Redactor

    build_args = build_arguments(context)
    dockerfile = read_dockerfile(path)
    redact = Redactor({**dockerfile.secrets, **build_args})
    with redact.errors():
        universes = universes_of(context, redact)
        build = build_of(context, dockerfile, build_args, arch)
        reports = replay(build, universes, given_base(context, universes), context.progress)
        for report in (reports[index] for index in build.lineage(build.final)):
            for call in (call for step in report.steps for call in step.calls):
                if call.transaction.problems:
                    message = (
                        f"{path}: line {call.transaction.call.line}: apk would refuse: {call.transaction.problems[0]}"
                    )
                    raise NotFoundError(message)
        for doubt in reports[build.final].claim.doubts:
            context.warn(redact(f"{path}: line {doubt.line}: {doubt.reason}"))
        return reports[build.lineage(build.final)[0]].base, reports[build.final].end, universes


def stage_reader(context: Context, path: str) -> Callable[[Progress, Warn], tuple[str, SystemState, SystemState]]:
    """What follows the Dockerfile at `path`, when it is called, to what its target starts from and what it ends with.

    It answers the start as `--base` has it, the start, and the end.

    Raises at once what is wrong with the file. What is not known and what apk would refuse is warned of.
    """
    from apkgraph.audit.dockerfile import replay
    from apkgraph.audit.universes import Universes
    from apkgraph.dockerfile.parse import read_dockerfile
    from apkgraph.redaction import Redactor

    build_args = build_arguments(context)
    dockerfile = read_dockerfile(path)
    redact = Redactor({**dockerfile.secrets, **build_args})
    with redact.errors():
        build = build_of(context, dockerfile, build_args)

    def follow(progress: Progress, warn: Warn) -> tuple[str, SystemState, SystemState]:
        def open_explorer(chosen: Settings) -> Explorer:
            from apkgraph.explorer import Explorer

            return Explorer(chosen, progress, lambda text: warn(redact(text)))

        with redact.errors():
            universes = Universes(context.settings, open_explorer)
            reports = replay(build, universes, given_base(context, universes), progress)
        for report in (reports[index] for index in build.lineage(build.final)):
            for transaction in (call.transaction for step in report.steps for call in step.calls):
                for problem in transaction.problems:
                    warn(redact(f"line {transaction.call.line}: apk would refuse: {problem}"))
        for doubt in reports[build.final].claim.doubts:
            warn(redact(f"line {doubt.line}: {doubt.reason}"))
        start, end = reports[build.lineage(build.final)[0]].base, reports[build.final].end
        base = "pkg:" + ",".join(map(str, start.world)) if start.world else "none"
        return base if (start.world, start.packages) != universes.docker(end.coordinates) else "docker", start, end

    return follow


def dockerfile_source(context: Context, path: str, text: str) -> DockerfileSource:
    """A Dockerfile with its pins, built as the options say."""
    from apkgraph.changes.sources import DockerfileSource
    from apkgraph.dockerfile.parse import parse_dockerfile
    from apkgraph.redaction import Redactor

    build_args = build_arguments(context)
    redact = Redactor({**parse_dockerfile(text, path).secrets, **build_args})
    with redact.errors():
        universes = universes_of(context, redact)
        base = given_base(context, universes)
        return DockerfileSource(
            path,
            text,
            lambda changed: build_of(context, parse_dockerfile(changed, path), build_args),
            universes,
            base=base,
            redact=redact,
        )


def _arch(context: Context) -> str:
    """The architecture that is built for: --platform wins over --arch."""
    from apkgraph.errors import InputError, UsageError
    from apkgraph.image.platforms import parse_platform

    if context.arguments.platform is None:
        return context.settings.arch
    try:
        platform = parse_platform(context.arguments.platform, 0)
    except InputError as error:
        message = f"--platform: {str(error).removeprefix('line 0: ')}"
        raise UsageError(message) from None
    if platform.arch is None:
        message = f"--platform: Alpine is not built for {platform}"
        raise UsageError(message)
    return platform.arch


def build_arguments(context: Context) -> dict[str, str]:
    """The values of `--build-arg`; one without a value has the environment's, as for docker."""
    found: dict[str, str] = {}
    for word in context.arguments.build_arg:
        name, equals, value = word.partition("=")
        if equals:
            found[name] = value
        elif name in os.environ:
            found[name] = os.environ[name]
    return found


def given_base(context: Context, universes: Universes) -> SystemState | None:
    """What `--base` says of images that are not plain Alpine."""
    from apkgraph.audit.system_state import SystemState

    settings = context.settings
    if settings.base == _DEFAULT_BASE:
        return None
    universe = context.explorer().universe
    coordinates = universes.coordinates(settings.release, settings.arch)
    return SystemState(coordinates, universe.installed, universe.base_world)
