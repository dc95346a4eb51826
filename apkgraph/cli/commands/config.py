"""`apkgraph config`: each setting, and where its value came from."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context

HELP = "Print each setting's value and where it came from: a flag, the environment, the config file or the default."
EXAMPLE = """\
apkgraph config
APKGRAPH_RELEASE=edge apkgraph config --json"""


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(context: Context) -> int:
    """Print what was resolved."""
    from apkgraph.report import housekeeping
    from apkgraph.report.documents import housekeeping as documents

    if context.json:
        context.write_json(documents.config_document(context.settings))
    else:
        context.write_blocks(housekeeping.config(context.settings))
    return 0
