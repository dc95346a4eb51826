"""The commands, one module each or a few that belong together, and the table of their names."""

from __future__ import annotations

import sys

from apkgraph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.cli.parser import Command

# name: (module under cli/commands, its line in `apkgraph --help`), in groups
ASK = {
    "cost": ("cost", "what adding packages costs, and why each one comes"),
    "why": ("sets", "why a package is in a set"),
    "why-not": ("sets", "why packages cannot be installed together"),
    "tree": ("sets", "the tree of what packages need, with sizes"),
    "rdeps": ("universe", "what depends on a name in the whole universe"),
    "show": ("universe", "everything about one package"),
    "search": ("universe", "find packages by name, description or what they provide"),
    "rank": ("universe", "every package by what it costs"),
    "compare": ("compare", "the same set on other releases or architectures, or two sets"),
    "drop": ("sets", "what can be removed, and what that frees"),
    "export": ("export", "a solution as JSON, DOT, GraphML, Mermaid or CSV"),
    "simulate": ("simulate", "what apk --simulate would print, to the letter"),
    "tui": ("tui", "browse it all; the default without a command"),
}
CHECK = {
    "dockerfile": ("audits", "what each line of a Dockerfile costs"),
    "image": ("audits", "what an image holds, and why"),
    "pins": ("pins", "pinned versions that are gone or outdated, and edits that follow the index"),
    "lock": ("lock", "a whole solution to keep in git, and whether it still holds"),
    "upgrade": ("upgrade", "what moving to another release changes, and what it breaks"),
    "check": ("check", "keep a set, a Dockerfile or an image within a budget"),
}
KEEP = {
    "fetch": ("housekeeping", "fill the cache"),
    "cache": ("housekeeping", "what the cache holds"),
    "releases": ("housekeeping", "Alpine's releases, their architectures and ends of life"),
    "config": ("housekeeping", "each setting and where it came from"),
    "help": ("help", "the help of a command"),
    "completion": ("help", "the completion script of a shell"),
}
_OTHER_NAMES = {
    "add": "cost",
    "install": "cost",
    "info": "show",
    "list": "search",
    "depends": "tree",
    "diff": "compare",
}
GROUPS = {"questions": ASK, "containers": CHECK, "housekeeping": KEEP}
COMMANDS = ASK | CHECK | KEEP


def known_command(word: str) -> str:
    """The name of a command; UsageError with near names where there is none of this name."""
    if word not in COMMANDS:
        from apkgraph.cli.parser import did_you_mean

        message = f"unknown command {word!r}{did_you_mean(word, COMMANDS, _OTHER_NAMES)} (see apkgraph --help)"
        raise UsageError(message)
    return word


def load(name: str) -> Command:
    """A command of the table."""
    home = f"apkgraph.cli.commands.{COMMANDS[name][0]}"
    __import__(home)
    command: Command = sys.modules[home].COMMANDS[name]
    return command
