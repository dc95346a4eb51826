"""A Dockerfile's findings as SARIF 2.1.0, for code-scanning views.

Source: OASIS Standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import quote

from apkgraph import __version__
from apkgraph.audit.dockerfile import DockerfileAudit
from apkgraph.audit.findings.finding import Finding, Rule
from apkgraph.audit.findings.registry import RULES
from apkgraph.report.audit.dockerfile import costs
from apkgraph.report.text import clean

VERSION = "2.1.0"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def report(audit: DockerfileAudit) -> str:
    """The log of an audit."""
    return log((finding, audit.path) for finding in audit.findings)


def log(findings: Iterable[tuple[Finding, str]]) -> str:
    """The log: one run, all rules, a result for each finding with the path of its file."""
    driver = {"name": "apkgraph", "version": __version__, "rules": [_rule(rule) for rule in RULES.values()]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, path) for finding, path in findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": f"{rule.title}."},
        "help": {"text": f"{rule.title}. See docs/rules/{rule.id}.md of apkgraph.", "markdown": rule.page},
        "defaultConfiguration": {"level": rule.severity.word},
    }


def _result(finding: Finding, path: str) -> dict[str, object]:
    cost = costs(finding)
    text = clean(f"{finding.message}{f' ({cost})' if cost else ''}; {finding.fix}")
    # Line numbers change; the message and its stage do not.
    print_of = sha256("\0".join((finding.rule, finding.stage, *sorted(finding.packages))).encode()).hexdigest()
    return {
        "ruleId": finding.rule,
        "ruleIndex": list(RULES).index(finding.rule),
        "level": finding.severity.word,
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(path)},
                    "region": {"startLine": max(1, finding.line)},
                }
            }
        ],
        "partialFingerprints": {"finding/v1": print_of},
        "properties": {"size": finding.size, "downloadSize": finding.download_size, "stage": finding.stage},
    }


def _uri(path: str) -> str:
    """A path as a URI reference: relative ones stay so."""
    if path == "standard input":
        return "Dockerfile"
    return ("file://" if path.startswith("/") else "") + quote(path.removeprefix("./"))
