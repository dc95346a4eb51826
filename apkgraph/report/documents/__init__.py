"""The JSON documents, each described by a schema in docs/schema: pure functions from values to dicts.

They are written in ASCII only, so that nothing in an index can reach a terminal raw.
"""

from __future__ import annotations

from json import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from apkgraph.report.documents.parts import Document

_HOMES = {  # an answer's class: where its document is made
    "Comparison": "cost.compare_document",
    "Cost": "cost.cost_document",
    "Dependents": "questions.rdeps_document",
    "Drop": "questions.drop_document",
    "Hits": "questions.search_document",
    "OriginRow": "questions.rank_line",
    "PackageDetails": "questions.show_document",
    "RankRow": "questions.rank_line",
    "Tree": "questions.tree_document",
    "Why": "questions.why_document",
    "WhyNot": "questions.why_not_document",
}


def document(answer: object) -> Document:
    """The JSON document of an explorer's answer. TypeError for anything else."""
    home, _, name = _HOMES.get(type(answer).__name__, "").partition(".")
    if not home:
        message = f"{type(answer).__name__} has no JSON document"
        raise TypeError(message)
    make: Callable[[object], Document] = getattr(__import__(f"{__name__}.{home}", fromlist=[name]), name)
    return make(answer)


def to_json(value: Mapping[str, object]) -> str:
    """One object, indented for people who look at it."""
    return dumps(value, indent=2) + "\n"


def to_json_lines(values: Iterable[Mapping[str, object]]) -> str:
    """One object on each line (NDJSON)."""
    return "".join(dumps(value, separators=(",", ":")) + "\n" for value in values)
