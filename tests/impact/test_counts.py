"""How often a question is solved: what must not grow again."""

from __future__ import annotations

from unittest.mock import patch

from apkgraph.explorer import Explorer
from apkgraph.settings import resolve
from apkgraph.solve.problem import InitialState
from apkgraph.solve.solver import add
from tests.impact.worlds import World, record

ELSEWHERE = "apkgraph.impact.drop.InitialState"


def asked(index: str, base: str = "") -> Explorer:
    """An explorer of a small universe."""
    values = {"mirror": "/nowhere", "release": "v1", "arch": "x86_64", "base": f"pkg:{base}" if base else "none"}
    return Explorer.of(resolve(values, {}, "/dev/null"), World(index, base).universe)


def test_a_package_is_shown_by_one_solving_and_one_more_for_each_alternative() -> None:
    index = record("npm", 10, "cmd:node zlib") + record("node", 100, provides="cmd:node=1") + record("zlib", 5)
    index += record("node-current", 300, "zlib", provides="cmd:node=2")
    with patch("apkgraph.explorer.add", wraps=add) as solved:
        asked(index).show("npm")
    assert [[str(token) for token in call.args[2]] for call in solved.call_args_list] == [["npm"], ["npm", "node"]]


def test_what_could_go_is_tried_from_one_initial_state() -> None:
    explorer = asked(record("app", 10, "lib") + record("lib", 5) + record("tool", 1) + record("busybox", 9), "busybox")
    made = InitialState(explorer.universe)
    with patch("apkgraph.explorer.InitialState", return_value=made) as one, patch(ELSEWHERE) as other:
        found = explorer.drop(explorer.analyse(["app", "tool"]))
    assert [candidate.token for candidate in found.candidates] == ["app", "busybox", "tool"]
    assert (one.call_count, other.call_count) == (1, 0)
