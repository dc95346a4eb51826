"""The time, as the mirror's floor asks for it: a value that tests replace, so that none of them waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds: `now` since 1970, `monotonic` since whenever, `sleep` for so long."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
