"""Frames before they have their keys: what one event says, in order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from fanwire.frames.frame import Frame, Target


class Draft(NamedTuple):
    """Where to say what. ``version`` is 0 where no snapshot is compared with it: then the place of its event counts.

    A ``conflation_key`` (``"likes"``, ``"likes:{commentId}"``) says that ``data`` is the absolute value of one
    counter of the channel, with its version: only the newest needs to leave (``Frame.conflation_key``).
    """

    target: Target
    channel: str
    data: dict[str, Any]
    version: int = 0
    conflation_key: str | None = None


def numbered(event_id: str, drafts: Iterable[Draft], gseq: int = 0) -> list[Frame]:
    """Give the drafts of one event their keys ``{event_id}:{n}``, in order from 0, and its ``gseq`` as version.

    The same event applied again gives the same keys, so the broker suppresses what it has already published.
    """
    return [
        Frame(
            draft.target,
            draft.channel,
            draft.data,
            event_id,
            f"{event_id}:{n}",
            draft.version or gseq,
            skip_history=draft.conflation_key is not None,
            conflation_key=draft.conflation_key,
        )
        for n, draft in enumerate(drafts)
    ]
