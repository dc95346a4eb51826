"""`apkgraph completion SHELL`: the completion script of a shell."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context

HELP = "Print the completion script of a shell."
EXAMPLE = """\
apkgraph completion bash > ~/.local/share/bash-completion/completions/apkgraph
apkgraph completion zsh > ~/.zfunc/_apkgraph
apkgraph completion fish > ~/.config/fish/completions/apkgraph.fish"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The shell."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="whose completion")


def run(context: Context) -> int:
    """Print the script."""
    from apkgraph.cli.completion import script

    context.write(script(context.arguments.shell))
    return 0
