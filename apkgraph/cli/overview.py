"""`apkgraph --help`: what there is, in groups, and the options that every command takes."""

from __future__ import annotations

from apkgraph.cli.options import add_common
from apkgraph.cli.parser import Parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DESCRIPTION = "What does a set of Alpine Linux packages cost, and why?"
EXAMPLE = """\
apkgraph cost git               what adding git to the official image costs
apkgraph --sample cost git      the same without a network, from the sample
apkgraph why libcurl git        why git brings libcurl
apkgraph                        browse it all"""


def overview(groups: Mapping[str, Mapping[str, tuple[str, str]]], *, color: bool, width: int) -> str:
    """The help text of apkgraph itself."""
    parser = Parser("apkgraph", DESCRIPTION, EXAMPLE)
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    for title, commands in groups.items():
        group = parser.add_argument_group(title)
        for name, (_, line) in commands.items():
            group.add_argument(name, help=line)
    add_common(parser)
    return parser.help(color=color, width=width, usage="apkgraph [OPTIONS] [COMMAND …]")
