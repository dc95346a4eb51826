"""A build hook: an editable install has its bytecode compiled, as any other install has.

Without it, every start would compile every module anew where `PYTHONDONTWRITEBYTECODE` is set, as images with Python
often set it: more than twice the time of a warm `apkgraph cost`.
"""

from __future__ import annotations

import compileall
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Called by hatchling for every wheel; an editable one is of the version `editable`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 # as its base has it
        """Compile the package where it lies."""
        if version == "editable":
            compileall.compile_dir(Path(self.root, "apkgraph"), quiet=2)
