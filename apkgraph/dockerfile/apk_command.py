"""The words of one call of apk, taken apart: applet, options, arguments, in whatever order they stand.

Source: `apk(8)`, `apk-add(8)`, `apk-del(8)`, `apk-fix(8)`, `apk-upgrade(8)` of apk 3.0 and 2.14. Options and arguments
may be mixed, short options may be joined (`-Uv`, `-tNAME`), long ones shortened (`--update`), `--` ends them.
"""

from __future__ import annotations

from apkgraph.dockerfile.events import ApkCall, Choice
from apkgraph.dockerfile.shell.values import Field, Unknown
from apkgraph.solve.commands import Options

WITH_VALUE = frozenset(
    (
        "arch", "cache-dir", "cache-max-age", "keys-dir", "preupgrade-depends", "progress-fd", "repositories-config",
        "repositories-file", "repository", "root", "timeout", "virtual", "wait",
    )
)  # fmt: skip
_GLOBAL = """
    allow-untrusted cache-packages cache-predownload force force-binary-stdout force-broken-world
    force-missing-repositories force-no-chroot force-non-repository force-old-apk force-overwrite force-refresh help
    interactive legacy-info logfile
    network no-cache no-check-certificate no-interactive no-logfile no-network no-progress preserve-env pretty-print
    print-arch progress purge quiet root-tmpfs simulate sync update-cache verbose version
    clean-protected commit-hooks initramfs-diskless-boot no-commit-hooks no-scripts overlay-from-stdin scripts
"""
_OF_APPLET = {
    "add": "initdb latest no-chown upgrade usermode virtual",
    "del": "rdepends",
    "fix": "depends directory-permissions reinstall upgrade xattr",
    "upgrade": "available ignore latest no-self-upgrade preupgrade-depends preupgrade-only prune self-upgrade-only",
}
_SHORT = {
    "": {
        "X": "repository", "U": "update-cache", "f": "force", "h": "help", "i": "interactive", "p": "root",
        "q": "quiet", "s": "simulate", "v": "verbose", "V": "version",
    },
    "add": {"t": "virtual", "l": "latest", "u": "upgrade"},
    "del": {"r": "rdepends"},
    "fix": {"d": "depends", "r": "reinstall", "u": "upgrade", "x": "xattr"},
    "upgrade": {"a": "available", "l": "latest"},
}  # fmt: skip
_LONG = frozenset((*_GLOBAL.split(), *WITH_VALUE - {"virtual", "preupgrade-depends"}))
APPLETS = frozenset(
    (
        "add", "adbdump", "adbgen", "adbsign", "audit", "cache", "convmkndx", "convndx", "db", "del", "dot", "extract",
        "fetch", "fix", "index", "info", "list", "manifest", "mkndx", "mkpkg", "mkrepo", "policy", "query", "search",
        "stats", "update", "upgrade", "verify", "version",
    )
)  # fmt: skip
CHANGING = frozenset(("add", "del", "fix", "update", "upgrade"))  # the applets that change a system or its cache
_UNKNOWN_APPLET = "?"


def read_call(words: list[Field], line: int, text: str, choices: tuple[Choice, ...] = ()) -> ApkCall:
    """The call that `words`, those after `apk`, make up."""
    return _Reader(words, _applet(words)).call(line, text, choices)


def _applet(words: list[Field]) -> str:
    # The applet decides what short options mean, and is the first word that is neither an option nor its value.
    skip = False
    for word in words:
        if skip:
            skip = False
        elif isinstance(word, Unknown):
            return _UNKNOWN_APPLET
        elif not word.startswith("-") or word == "-":
            return word
        elif word.startswith("--"):
            skip = "=" not in word and _full_name(word[2:], "add") in WITH_VALUE
        else:
            skip = word[-1] in "Xpt" and not any(sign in "Xpt" for sign in word[1:-1])
    return ""


def _full_name(name: str, applet: str) -> str:
    known = [*_LONG, *_OF_APPLET.get(applet, "").split()]
    if name in known:
        return name
    near = [option for option in known if option.startswith(name)]
    return near[0] if len(near) == 1 else ""


class _Reader:
    """Goes over the words once, as getopt_long does."""

    def __init__(self, words: list[Field], applet: str) -> None:
        self._words = words
        self._applet = applet
        self._short = _SHORT[""] | _SHORT.get(applet, {})
        self._options: list[tuple[str, Field | None]] = []
        self._arguments: list[Field] = []
        self._problems: list[str] = []
        self._place = 0

    def call(self, line: int, text: str, choices: tuple[Choice, ...]) -> ApkCall:
        plain = False
        while self._place < len(self._words):
            word = self._words[self._place]
            self._place += 1
            if isinstance(word, Unknown):
                self._unknown(word, plain)
            elif plain or not word.startswith("-") or word == "-":
                self._arguments.append(word)
            elif word == "--":
                plain = True
            elif word.startswith("--"):
                self._long_option(word)
            else:
                self._short_options(word[1:])
        if self._arguments and self._arguments[0] == self._applet:
            del self._arguments[0]
        return ApkCall(
            line=line,
            text=text,
            applet=self._applet,
            arguments=tuple(self._arguments),
            options=tuple(self._options),
            choices=choices,
            problems=tuple(self._problems),
        )

    def _unknown(self, word: Unknown, plain: bool) -> None:
        # `--virtual=.deps-$X`: the option is known, its value is not.
        name, equals, value = word.source.removeprefix("--").partition("=")
        full = _full_name(name, self._applet) if not plain and equals and word.source.startswith("--") else ""
        if full in WITH_VALUE:
            self._options.append((full, Unknown(value, word.reason)))
        else:
            self._arguments.append(word)

    def _long_option(self, word: str) -> None:
        name, equals, value = word[2:].partition("=")
        full = _full_name(name, self._applet)
        if not full:
            self._problems.append(f"apk has no option --{name}")
        elif full in WITH_VALUE:
            self._options.append((full, value if equals else self._next(word)))
        elif value != "no":
            self._options.append((full, None))
        else:
            self._options.append((f"no-{full}", None))

    def _short_options(self, letters: str) -> None:
        for place, letter in enumerate(letters):
            full = self._short.get(letter, "")
            if full in WITH_VALUE:
                self._options.append((full, letters[place + 1 :] or self._next("-" + letter)))
                return
            if full:
                self._options.append((full, None))
            else:
                self._problems.append(f"apk has no option -{letter}")

    def _next(self, option: str) -> Field:
        if self._place >= len(self._words):
            self._problems.append(f"{option} needs a value")
            return ""
        self._place += 1
        return self._words[self._place - 1]


def options_of(call: ApkCall, now: str) -> Options:
    """The options of a call of apk that bear on what is selected."""
    virtual = call.value("virtual")
    only = call.has("preupgrade-only") or call.has("self-upgrade-only")
    return Options(
        upgrade=call.has("upgrade"),
        latest=call.has("latest"),
        available=call.has("available"),
        prune=call.has("prune"),
        ignore=call.has("ignore"),
        virtual=virtual if isinstance(virtual, str) else "",
        rdepends=call.has("rdepends"),
        depends=call.has("depends"),
        xattr=call.has("xattr"),
        preupgrade_only=only,
        self_upgrade=not call.has("no-self-upgrade"),
        preupgrade_depends=tuple(value for value in call.values("preupgrade-depends") if isinstance(value, str)),
        force_broken_world=call.has("force-broken-world"),
        network=not call.has("no-network"),
        now=now,
    )
