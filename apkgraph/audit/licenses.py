"""Whether a package's licence is among those that are allowed, by SPDX expressions (license-expression)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from boolean import Expression
from license_expression import (
    AND,
    OR,
    ExpressionError,
    LicenseSymbol,
    LicenseWithExceptionSymbol,
    Licensing,
    get_spdx_licensing,
)

from apkgraph import limits
from apkgraph.errors import UsageError

_OWN = re.compile(r"custom|public-domain|proprietary|unknown|none|licenseref-[\w.-]+", re.IGNORECASE)


def allowed_licenses(expressions: list[str]) -> frozenset[str]:
    """The licences that expressions such as `MIT OR BSD-3-Clause` name; UsageError for what is not an expression."""
    names: dict[str, None] = {}
    for text in expressions:
        parsed = _parsed(text)
        if parsed is None:
            message = f"{text[:200]!r} is not a licence expression: write MIT OR Apache-2.0"
            raise UsageError(message)
        names.update(dict.fromkeys(_key(symbol) for symbol in parsed.get_symbols()))
    _refuse_unknown(names)
    return frozenset(names)


def _refuse_unknown(names: Iterable[str]) -> None:
    """UsageError for a licence that neither SPDX nor Alpine has: most likely it is misspelled."""
    from difflib import get_close_matches

    known = {key.lower(): key for key in get_spdx_licensing().known_symbols}
    for name in names:
        if any(part not in known and not _OWN.fullmatch(part) for part in name.split(" with ")):
            near = [known[key] for key in get_close_matches(name, known, n=3)]
            hint = f" (did you mean {', '.join(near)}?)" if near else ""
            message = f"unknown licence {name[:200]!r}{hint}"
            raise UsageError(message)


def is_allowed(license_: str, allowed: frozenset[str]) -> bool:
    """Whether a licence can be met with the allowed ones: of OR one side suffices, of AND both are needed.

    What is no SPDX expression (`custom`) is allowed where it is named as it stands.
    """
    if license_.strip().lower() in allowed:
        return True
    parsed = _parsed(license_)
    return parsed is not None and _holds(parsed, allowed)


def _parsed(text: str) -> Expression | None:
    if not text.strip() or len(text) > limits.LICENSE_CHARACTERS:
        return None
    try:
        return Licensing().parse(text, validate=False)
    except (ExpressionError, AssertionError, AttributeError, IndexError, RecursionError, TypeError, ValueError):
        return None  # the library raises more than it promises for odd texts


def _holds(expression: Expression, allowed: frozenset[str]) -> bool:
    if isinstance(expression, LicenseWithExceptionSymbol):
        return _key(expression) in allowed or _key(expression.license_symbol) in allowed
    if isinstance(expression, LicenseSymbol):
        return _key(expression) in allowed
    if isinstance(expression, OR):
        return any(_holds(side, allowed) for side in expression.args)
    if isinstance(expression, AND):
        return all(_holds(side, allowed) for side in expression.args)
    return False


def _key(symbol: object) -> str:
    return str(symbol).strip().lower()
