"""What apk would do: pure, without I/O."""

from __future__ import annotations

from apkgraph.solve.solution import Change, Label, Reason, Solution

__all__ = ["Change", "Label", "Reason", "Solution"]
