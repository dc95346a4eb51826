"""Read and check one setting from text or from a Python value; ValueError or TypeError says what is wrong."""

from __future__ import annotations

import os

BASES = "docker, none, world:FILE, installed:PATH, image:PATH or pkg:A,B,…"
COLORS = ("auto", "always", "never")
APK_FLAVOURS = ("auto", "3", "2.14")


def text(given: object) -> str:
    """One line of text."""
    line = os.fspath(given) if isinstance(given, os.PathLike) else given
    if not isinstance(line, str) or not line.strip() or not line.isprintable():
        value = "" if isinstance(given, str) and given.strip() else f" {given!r}"  # an address may hold a password
        message = f"invalid value{value}: give a word or a line of text{quotes(given)}"
        raise ValueError(message)
    return line.strip()


def quotes(given: object) -> str:
    """`, in quotes: "3.18"` for a number of a config file that was meant as text."""
    return f', in quotes: "{given}"' if isinstance(given, int | float) and not isinstance(given, bool) else ""


def base(given: object) -> str:
    """The name of a base; its file or its packages are read when the universe is."""
    word = text(given)
    kind, _, rest = word.partition(":")
    if word not in ("docker", "none") and not (kind in ("world", "installed", "image", "pkg") and rest):
        message = f"invalid base {word!r}: give {BASES}"
        raise ValueError(message)
    return word


def address(given: object) -> str:
    """A URL or a path without its last slash. No error quotes it: it may hold a password."""
    try:
        return text(given).rstrip("/") or "/"
    except ValueError:
        message = "invalid address: give a URL or a path without control characters"
        raise ValueError(message) from None


def path(given: object) -> str:
    """An absolute path."""
    return os.path.abspath(os.path.expanduser(text(given)))


def name(given: object) -> str:
    """The name of a release or an architecture: nothing that could lead elsewhere in a URL or a path."""
    word = text(given)
    if not word.isascii() or not all(letter.isalnum() or letter in "._-" for letter in word) or word.startswith("."):
        message = f"invalid release or architecture {word!r}"
        raise ValueError(message)
    return word


_DOCKER_ARCHITECTURES = {
    "386": "x86",
    "amd64": "x86_64",
    "arm/v6": "armhf",
    "arm/v7": "armv7",
    "arm64": "aarch64",
    "arm64/v8": "aarch64",
}


def architecture(given: object) -> str:
    """An architecture, by apk's name or by Docker's (`arm64`, `linux/arm/v7`)."""
    word = text(given)
    return _DOCKER_ARCHITECTURES.get(word.lower().removeprefix("linux/")) or name(word)


def release(given: object) -> str:
    """A release; `3.18` is `v3.18`."""
    word = name(given)
    return "v" + word if word.replace(".", "", 1).isdigit() and "." in word else word


def lines(given: object) -> tuple[str, ...]:
    """Lines, from text or from a sequence."""
    if isinstance(given, str):
        given = given.split("\n")
    if not isinstance(given, list | tuple):
        message = f"invalid value {given!r}: give a list of words, or a string"
        raise TypeError(message)
    spaced = (" ".join(line.split()) if isinstance(line, str) else line for line in given)
    return tuple(text(line) for line in spaced if line != "")


def words(given: object) -> tuple[str, ...]:
    """Words, from text with commas or from a sequence."""
    found = lines(given.replace(",", "\n") if isinstance(given, str) else given)
    if not found:
        message = "needs at least one name"
        raise ValueError(message)
    return found


def switch(given: object) -> bool:
    """A yes or a no."""
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if isinstance(given, bool):
        return given
    if not isinstance(given, str) or given.strip().lower() not in known:
        message = f"invalid value {given!r}: give true or false"
        raise ValueError(message)
    return known[given.strip().lower()]


def duration(given: object) -> int:
    """Whole seconds from `90`, `90s`, `30m`, `4h`, `2d`, `1w` or a chain of these (`1h30m`); ValueError otherwise."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
    written = str(given).strip().lower() if isinstance(given, int | str) and not isinstance(given, bool) else ""
    total, number = 0, ""
    for letter in written if written[-1:].isalpha() else written + "s":
        if letter in units and number:
            total, number = total + int(number) * units[letter], ""
        elif letter in "0123456789" and len(number) < 12:
            number += letter
        else:
            message = f"invalid duration {given!r}: write 90s, 30m, 4h, 2d or a number of seconds"
            raise ValueError(message)
    return total


def timeout(given: object) -> int:
    """A duration from a second to a day: larger numbers overflow the system's clocks."""
    return min(max(1, duration(given)), 86400)


def apk(given: object) -> str:
    """The flavour of apk's solver."""
    word = str(given) if isinstance(given, int | float) and not isinstance(given, bool) else given
    if word not in APK_FLAVOURS:
        message = f"invalid value {given!r}: give one of {', '.join(APK_FLAVOURS)}"
        raise ValueError(message)
    return str(word)


def color(given: object) -> str:
    """When to use colour."""
    if given not in COLORS:
        message = f"invalid value {given!r}: give one of {', '.join(COLORS)}"
        raise ValueError(message)
    return str(given)
