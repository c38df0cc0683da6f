"""Recovery: what a client that comes back gets, and how history and live publications become one order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fanwire.realtime.protocol.stream import Publication, StreamPosition
from fanwire.realtime.session.subscription import Held


class Recovery(NamedTuple):
    """``position`` is where the client stands after the publications; ``offset`` is what the reply says."""

    recovered: bool
    publications: Sequence[Publication]
    offset: int
    position: StreamPosition


class Gap(Exception):
    """Publications are missing between history and what was held back."""


def recover(asked: StreamPosition, found: Sequence[Publication], top: StreamPosition, since: int = 0) -> Recovery:
    """Decide on a recovery from ``asked``; ``found`` is the history after it, ``top`` the stream's position.

    All or nothing: a partial recovery would be a silent gap. On success the reply's offset is the one that
    was asked for, because SDKs advance from the publications; on failure it is the top (PROTOCOL.md section 1).

    A position from before the client's access began is none: what comes after it has a version up to ``since``.
    """
    same_stream = asked.epoch in ("", top.epoch)
    too_old = bool(since and found and found[0].version <= since)
    if same_stream and not too_old and _complete(asked.offset, found, top.offset):
        return Recovery(True, found, asked.offset, top)
    return Recovery(False, (), top.offset, top)


def _complete(offset: int, found: Sequence[Publication], top: int) -> bool:
    if not found:
        return offset == top
    return found[0].offset == offset + 1 and found[-1].offset == top


def merge(position: StreamPosition, held: Iterable[Held]) -> tuple[list[Held], StreamPosition]:
    """What of ``held`` comes after ``position``, and where the subscription then stands.

    Publications without an offset pass in their place; those that history already gave are dropped.

    Raises:
        Gap: an offset is missing, or the stream changed its epoch.
    """
    rest = []
    offset = position.offset
    for one in held:
        number = one.publication.offset
        if number:
            if one.epoch != position.epoch:
                raise Gap(f"epoch {one.epoch!r} after {position.epoch!r}")
            if number <= offset:
                continue
            if number != offset + 1:
                raise Gap(f"offset {number} after {offset}")
            offset = number
        rest.append(one)
    return rest, StreamPosition(offset, position.epoch)
