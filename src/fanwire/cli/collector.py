"""Python's garbage collector in a process of ours that holds many connections."""

from __future__ import annotations

import gc

# Ten times less often than by default. 8,000 fans who connected twice cost 18 full passes of up to 0.27 s each, in
# which nobody got anything, and 17 % of the time; with these it was one, and 5 %. In between, reference counting
# frees what publications leave, so it is connections that are counted here.
THRESHOLDS = (10_000, 10, 10)


def calm() -> None:
    """Call it once when the process has started: nothing that is loaded by then is looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
