"""A limit on how long a subject may be measured: a server that hangs must not take the other subjects' turn."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class TookTooLong(RuntimeError):
    """The block did not end in its time."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the block after ``seconds``. For the main thread.

    The interrupt is SIGINT, as from a keyboard: it is what a running event loop hands on, so that every ``with``
    block ends, and with it every server that was started.

    Raises:
        TookTooLong: the time is over.
    """
    over = False

    def interrupt(*_arguments: object) -> None:
        nonlocal over
        over = True
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except KeyboardInterrupt:
        if not over:
            raise
        raise TookTooLong(f"not done within {seconds:.0f} s") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
