"""The wake-up call within a process: who appended something tells the relay once it is committed.

SQLAlchemy's ``commit`` event comes before the commit itself, so the call is made when the connection returns
to its pool. A connection that is kept after its commit, and every other process, is found by the relay's poll.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection

Callback = Callable[[], None]

_APPENDED = "fanwire.appended"
_callbacks: list[Callback] = []
_lock = threading.Lock()


def announce(connection: Connection | AsyncConnection) -> None:
    """Say that this transaction appends to the outbox or to the frames; ``on_commit`` callbacks follow its end.

    Works for any engine. A roll-back calls too: it costs one empty look.
    """
    sync = connection.sync_connection if isinstance(connection, AsyncConnection) else connection
    if sync is None or _APPENDED in sync.info:
        return
    sync.info[_APPENDED] = True
    pool = sync.engine.pool
    if not event.contains(pool, "checkin", _returned):
        event.listen(pool, "checkin", _returned)


def on_commit(callback: Callback) -> Callback:
    """Call ``callback`` after commits that appended, from the thread that committed; it must not block or raise.

    Returns a function that ends it.
    """
    with _lock:
        _callbacks.append(callback)

    def end() -> None:
        with _lock:
            if callback in _callbacks:
                _callbacks.remove(callback)

    return end


def _returned(_connection: Any, record: Any) -> None:
    if record.info.pop(_APPENDED, False):
        for callback in tuple(_callbacks):
            callback()
