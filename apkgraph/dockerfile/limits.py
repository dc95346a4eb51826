"""How much following one Dockerfile may cost, however it is written: what is beyond is refused, never tried."""

from __future__ import annotations

from apkgraph import limits
from apkgraph.errors import InputError


class WorkLimits:
    """What is left for all stages and scripts of one Dockerfile together."""

    def __init__(self) -> None:
        self._characters = limits.VARIABLE_CHARACTERS
        self._steps = limits.SHELL_STEPS
        self._choices = 0

    def spend(self, characters: int, line: int) -> None:
        """Count what variables expand to, and those that are copied; InputError where they grow beyond all bounds."""
        self._characters -= characters
        if self._characters < 0:
            message = f"line {line}: the variables up to here grow too long to be followed"
            raise InputError(message)

    def next_choice(self) -> int:
        """The number of one more condition that cannot be decided."""
        self._choices += 1
        return self._choices

    def step(self, line: int) -> None:
        """Count one more command of a script; InputError where they never come to an end."""
        self._steps -= 1
        if self._steps < 0:
            message = f"line {line}: the shell script goes on too long to be followed"
            raise InputError(message)
