"""From the words on the command line to an exit status; the one place that catches errors."""

from __future__ import annotations

import atexit
import gc
import os
import sys

from apkgraph.cli.commands import known_command, load
from apkgraph.cli.context import complain, silence, write
from apkgraph.errors import ApkgraphError, NotFoundError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_MANY_OBJECTS = 50_000  # after which the garbage collector looks for cycles: imports alone make it look a dozen times
_INTERRUPTED = 130
_PIPE_CLOSED = 141


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that `words` (by default, the process's) name; its exit status."""
    _stand_in_for_closed_streams()
    gc.set_threshold(_MANY_OBJECTS)
    atexit.register(gc.freeze)  # do not scan a million objects for cycles at exit
    try:
        return _run(list(sys.argv[1:] if words is None else words))
    except NotFoundError as error:
        complain("error", str(error) + _near(error.suggestions))
        return error.exit_status
    except ApkgraphError as error:
        complain("error", str(error))
        return error.exit_status
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        silence(sys.stdout)
        return _PIPE_CLOSED
    except MemoryError:
        complain("error", "out of memory; the input is too large for this machine")
        return ApkgraphError.exit_status
    except RecursionError:
        complain("error", "the input is nested too deeply")
        return ApkgraphError.exit_status


def _run(words: list[str]) -> int:
    name, rest = split_command(words)
    options = rest[: rest.index("--")] if "--" in rest else rest
    if "--version" in options and (name is None or name == "tui"):
        from apkgraph import __version__

        write(f"apkgraph {__version__}")
        return 0
    if "-h" in options or "--help" in options:
        from apkgraph.cli.commands.help import show_help

        return show_help(name, _asked_color(options))
    return _run_command(name or "tui", rest)


def _run_command(name: str, words: list[str]) -> int:
    from apkgraph.cli.context import Context
    from apkgraph.cli.parser import command_parser, settings_flags

    command = load(name)
    arguments = command_parser(name, command).parse(words)
    settings = command.settle(settings_flags(arguments), os.environ)
    context = Context(arguments, settings)
    try:
        return command.run(context)
    finally:
        context.close()


def split_command(words: list[str]) -> tuple[str | None, list[str]]:
    """The command's name, None where none is given, and all other words.

    Only common options are allowed before the name; which of those take a value is known without any parser.
    """
    from apkgraph.cli.parser import is_common, takes_value

    position = 0
    while position < len(words):
        word = words[position]
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            return known_command(word), words[:position] + words[position + 1 :]
        flag = word.partition("=")[0] if word.startswith("--") else word[:2]
        if not (is_common(flag) or flag in ("-h", "--help", "--version")):
            _reject_early(flag)
        position += 2 if takes_value(flag) and word == flag else 1
    return None, words


def _reject_early(flag: str) -> None:
    from apkgraph.cli.parser import COMMON, did_you_mean

    hint = did_you_mean(flag, [known for flags, _ in COMMON for known in flags])
    message = f"unknown option {flag} before a command{hint or ': options of a command follow its name'}"
    raise UsageError(message)


def _asked_color(options: list[str]) -> str:
    for position, word in enumerate(options):
        if word == "--color" and position + 1 < len(options):
            return options[position + 1]
        if word.startswith("--color="):
            return word.partition("=")[2]
    return "auto"


def _near(suggestions: tuple[str, ...]) -> str:
    return f" (did you mean {', '.join(suggestions)}?)" if suggestions else ""


def _stand_in_for_closed_streams() -> None:
    """Put the null device where the shell closed a stream (`>&-`), before another file takes its number."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 # open to the end of the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 # as stdout
