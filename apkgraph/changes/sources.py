"""Where pins stand: world files, Dockerfiles, words of the command line; read with what an index has for each."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from apkgraph.audit.dockerfile import replay
from apkgraph.audit.universes import Universes
from apkgraph.changes.edits import Edit, apply
from apkgraph.changes.pins import Pin, examine, is_pin
from apkgraph.changes.provenance import Call, Place, Provenance, Shape
from apkgraph.dockerfile.events import ApkCall, RepositoriesWritten
from apkgraph.dockerfile.parse import WHAT as DOCKERFILE
from apkgraph.dockerfile.parse import parse_dockerfile
from apkgraph.dockerfile.shell.values import Hole
from apkgraph.dockerfile.stages import Build, Note
from apkgraph.errors import DependencyError, InputError
from apkgraph.explorer import Explorer
from apkgraph.image.files import read_file, text_of
from apkgraph.model.dependency import Dependency, parse_request
from apkgraph.redaction import Redactor

LARGEST = 1 << 20  # bytes
MOST_PINS = 5000  # in one file
_FROM = re.compile(r"^\s*FROM\s", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(r"[^ \t\r\n]+")
_SIGNS = re.compile(r"[<>=~]+")
