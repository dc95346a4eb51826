"""The questions put to the real v3.18, held against a plain reading of its index text."""

from __future__ import annotations

import random
import tarfile
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

import apkgraph
from apkgraph.impact.drop import find_droppable
from apkgraph.impact.rank import Ranker, own_names
from apkgraph.impact.why import explain_failure
from apkgraph.model.dependency import parse_dependency
from apkgraph.model.package import Package
from apkgraph.report.blocks import render
from apkgraph.report.why import report

if TYPE_CHECKING:
    from pathlib import Path

    from apkgraph.explorer import Explorer


_ANY = Package("any", "0")


class Record:
    """What a record of the index says, read as plainly as can be."""

    def __init__(self, text: str) -> None:
        fields = dict(line.split(":", 1) for line in text.splitlines())
        self.name, self.version = fields["P"], fields["V"]
        self.size = int(fields["I"])
        self.depends = fields.get("D", "").split()
        self.install_if = fields.get("i", "").split()
        provided = [token.partition("=")[::2] for token in fields.get("p", "").split()]
        self.names = [(self.name, self.version), *provided]

    def serves(self, token: str) -> bool:
        dependency = parse_dependency(token)
        if dependency.conflict:
            return False
        return any(
            name == dependency.name and (not dependency.operator or dependency.satisfied_by(_ANY, version or None))
            for name, version in self.names
        )


@pytest.fixture(scope="module")
def explorer(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    return apkgraph.open(
        mirror=str(shared / "mirror/alpine"),
        release="v3.18",
        arch="x86_64",
        cache_dir=str(tmp_path_factory.mktemp("cache")),
        quiet=True,
    )


@pytest.fixture(scope="module")
def records(shared: Path) -> list[Record]:
    found = []
    for repository in ("main", "community"):
        with tarfile.open(shared / f"mirror/alpine/v3.18/{repository}/x86_64/APKINDEX.tar.gz") as archive:
            text = archive.extractfile("APKINDEX")
            assert text is not None
            found += [Record(record) for record in text.read().decode().strip().split("\n\n")]
    return found


def test_rdeps_of_libssl_through_others(explorer: Explorer, records: list[Record]) -> None:
    by_token: dict[str, list[Record]] = {}
    for record in records:
        for token in record.depends:
            by_token.setdefault(token.split("=")[0].split("<")[0].split(">")[0].split("~")[0], []).append(record)
    level = [record for record in records if "so:libssl.so.3" in record.depends]
    direct = {record.name for record in level}
    reached = set(level)
    while level:
        following = []
        for provider in level:
            for name, _ in provider.names:
                for record in by_token.get(name, []):
                    if record not in reached and any(
                        provider.serves(token) for token in record.depends if parse_dependency(token).name == name
                    ):
                        reached.add(record)
                        following.append(record)
        level = following
    found = explorer.dependents("so:libssl.so.3", recursive=True)
    kept = {str(one.package) for one in found.dependents if one.kind == "dependency"}
    assert kept == {f"{record.name}-{record.version}" for record in reached}
    assert {one.package.name for one in found.dependents if one.distance == 1} == direct
    assert len(direct) > 100


CHAINS = {
    ("libcurl", "git", "docker"): ["git → so:libcurl.so.4 → libcurl"],
    ("isl26", "build-base", "docker"): [
        "build-base → gcc → so:libisl.so.23 → isl26",
        "build-base → g++ → so:libisl.so.23 → isl26",
    ],
    ("ssl_client", "git", "docker"): [
        "apk-tools → so:libssl.so.3 → libssl3 → install_if busybox=1.36.1-r5 libssl3 → ssl_client"
    ],
    ("busybox", "git", "none"): [
        "git → so:libcurl.so.4 → libcurl → ca-certificates → /bin/sh → busybox-binsh → busybox=1.36.1-r5 → busybox"
    ],
}


@pytest.mark.parametrize("question", CHAINS)
def test_why(explorer: Explorer, records: list[Record], question: tuple[str, str, str]) -> None:
    target, request, base = question
    asked = apkgraph.Explorer(explorer.settings.replace(base=base))
    found = asked.why(asked.analyse([request]), target)
    assert render(report(found)).splitlines()[-len(found.chains) :] == CHAINS[question]
    by_name = {record.name: record for record in records}
    for before, step in (pair for chain in found.chains for pair in pairwise(chain)):
        record = by_name[step.package.name]
        if step.triggers:
            assert list(step.triggers) == record.install_if
            assert any(by_name[before.package.name].serves(token) for token in step.triggers)
        else:
            assert set(step.tokens) <= set(by_name[before.package.name].depends)
            assert all(record.serves(token) for token in step.tokens)


def test_figures_of_a_rank_are_those_of_cost(explorer: Explorer) -> None:
    names = own_names(explorer.universe)
    assert len(names) == 20063
    sample = [*random.Random(18).sample(names, 25), "git", "yarn", "docs", "gthumb-gstreamer"]
    for row in Ranker(explorer.universe, explorer.add).rows(sample):
        cost = explorer.cost([row.name])
        assert (row.satisfied, row.packages, row.installed_size, row.download_size) == (
            cost.satisfied,
            cost.packages,
            cost.installed_size,
            cost.download_size,
        )


def test_removal_one_by_one_gives_the_added_sizes_of_a_real_set(explorer: Explorer) -> None:
    analysis = explorer.analyse(["git", "build-base", "docs", "nginx", "npm"])
    alternatives = analysis.alternatives
    for position in range(0, len(analysis.packages), 7):
        there: set[int] = set()
        while True:
            more = {
                node
                for node, ways in enumerate(alternatives)
                if node != position and any(all(member in there for member in way) for way in ways)
            }
            if more == there:
                break
            there = more
        lost = set(range(len(analysis.packages))) - there
        expected = sum(analysis.packages[node].installed_size for node in lost)
        assert analysis.added_sizes[position] == expected


def test_fair_shares_of_a_real_request(explorer: Explorer) -> None:
    cost = explorer.cost(["git", "curl", "mercurial", "docs", "nginx"])
    assert sum(request.fair_share for request in cost.requests) == cost.installed_size
    assert all(request.fair_share >= 0 for request in cost.requests)


def test_a_desktop_is_asked_what_could_go(explorer: Explorer, shared: Path) -> None:
    desktop = apkgraph.Explorer(explorer.settings.replace(base=f"installed:{shared / 'rootfs/v3.18-desktop'}"))
    found = find_droppable(desktop.analyse([]), lambda _done, _total: None)
    assert found.installed_size == 568_381_440
    assert [candidate.freed_size for candidate in found.candidates] == sorted(
        (candidate.freed_size for candidate in found.candidates), key=lambda size: -(size or 0)
    )
    for candidate in found.candidates:
        assert (
            sum(package.installed_size for package in candidate.removed)
            - sum(package.installed_size for package in candidate.added)
            == candidate.freed_size
        )


def test_what_cannot_be_had_is_explained(explorer: Explorer) -> None:
    found = explain_failure(explorer.analyse(["gthumb-gstreamer", "git"]), explorer.add)
    assert found.culprits == ("gthumb-gstreamer",)


def test_alternatives_of_node_are_priced(explorer: Explorer) -> None:
    (need,) = [need for need in explorer.show("npm").needs if need.token == "cmd:node"]  # noqa: S105  # no password
    assert need.provider is not None
    assert need.provider.name == "nodejs-current"
    assert [(one.package.name, one.installed_size) for one in need.alternatives] == [
        ("nodejs", explorer.cost(["npm", "nodejs"]).installed_size)
    ]
