"""`.apkgraph.toml`: what a project wants ignored, and its budgets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from apkgraph import limits
from apkgraph.audit.findings.finding import Severity
from apkgraph.errors import InputError, UsageError
from apkgraph.image.files import read_file, text_of
from apkgraph.settings import has_deep_key

NAME = ".apkgraph.toml"
_WHAT = "a configuration"
SEVERITIES = {severity.word: severity for severity in reversed(Severity)}
_CHECK_KEYS = (
    "allow-license", "forbid", "growth-floor", "max-download", "max-growth", "max-installed", "max-packages", "of",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Config:
    """What the file says; `check` holds the budgets as they are written, by their options' names."""

    path: str = ""
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = None
    check: Mapping[str, object] = field(default_factory=dict)


def read_config(path: str | None) -> Config:
    """The file at `path`, or `.apkgraph.toml` in the working directory where there is one.

    Raises InputError where it is not TOML, or has an unknown key or an invalid value.
    """
    if path is None:
        if not os.path.exists(NAME):
            return Config()
        path = NAME
    import tomllib

    try:
        text = text_of(read_file(path, limits.CONFIG_BYTES, _WHAT), path, _WHAT)
        if has_deep_key(text.encode()):
            message = f"{path}: a key of more than {limits.CONFIG_KEY_WORDS} words; fix or remove this file"
            raise InputError(message)
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: an integer of thousands of digits, too
        message = f"{path}: not TOML: {error}"
        raise InputError(message) from None
    _refuse_unknown(path, "", document, ("check", "dockerfile"))
    dockerfile = _table(path, document, "dockerfile")
    _refuse_unknown(path, "dockerfile.", dockerfile, ("ignore", "fail-on"))
    check = _table(path, document, "check")
    _refuse_unknown(path, "check.", check, _CHECK_KEYS)
    try:
        ignore = rule_ids(_words(path, "dockerfile.ignore", dockerfile.get("ignore", [])))
        fail_on = dockerfile.get("fail-on")
        return Config(path, ignore, None if fail_on is None else severity_of(str(fail_on)), check)
    except UsageError as error:
        message = f"{path}: {error}"
        raise InputError(message) from None


def rule_ids(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words that are ids of rules; UsageError for one that is not."""
    from apkgraph.audit.findings.registry import RULES

    for word in words:
        if word not in RULES:
            message = f"unknown rule {word!r}; there are {', '.join(RULES)}"
            raise UsageError(message)
    return words


def severity_of(word: str) -> Severity:
    """`error`, `warning` or `note`; UsageError for anything else."""
    if word not in SEVERITIES:
        message = f"unknown severity {word!r}: give one of {', '.join(SEVERITIES)}"
        raise UsageError(message)
    return SEVERITIES[word]


def _table(path: str, document: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        message = f"{path}: {name}: write a table, [{name}]"
        raise InputError(message)
    return table


def _words(path: str, name: str, value: object) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(word, str) for word in values):
        message = f"{path}: {name}: invalid value {value!r}: write a word or a list of words"
        raise InputError(message)
    return tuple(values)


def _refuse_unknown(path: str, prefix: str, table: Mapping[str, object], known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            from difflib import get_close_matches

            near = get_close_matches(key.replace("_", "-").lower(), known, n=1)
            hint = f": did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
            message = f"{path}: unknown key {prefix}{key}{hint}"
            raise InputError(message)
