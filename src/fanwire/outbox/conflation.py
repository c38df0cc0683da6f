"""Hot counters leave at most once per interval, channel and key; the first after a quiet interval leaves at once.

The frames themselves wait in the database, at most one per channel and key (``store.frames``), so a relay that
dies loses no value, and memory here holds the keys that have sent one within the last interval, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fanwire.clock import Clock
from fanwire.store.frames import StoredFrame


class _Window:
    """The time after a frame of one key: until ``ends``, the frame with id ``held`` waits."""

    __slots__ = ("ends", "held")

    def __init__(self, ends: float) -> None:
        self.ends = ends
        self.held: int | None = None


class Conflation:
    """Decides which frames may leave now. ``interval`` is in seconds."""

    def __init__(self, clock: Clock, interval: float) -> None:
        self._clock = clock
        self._interval = interval
        # All windows are equally long, so their order is that of their ends.
        self._windows: dict[tuple[str, str], _Window] = {}

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._windows)

    @property
    def held(self) -> list[int]:
        """The ids of frames that need not be read again yet."""
        self._close_windows()
        return [window.held for window in self._windows.values() if window.held is not None]

    @property
    def wait(self) -> float | None:
        """Seconds until the first held frame may leave; None when none is held."""
        ends = next((window.ends for window in self._windows.values() if window.held is not None), None)
        return None if ends is None else max(0.0, ends - self._clock.monotonic())

    def admit(self, frames: Iterable[StoredFrame]) -> list[StoredFrame]:
        """Those that may leave now; the others are held until their key's interval is over."""
        self._close_windows()
        return [frame for frame in frames if self._may_leave(frame)]

    def left(self, frames: Sequence[StoredFrame]) -> None:
        """These have left, or may have: their keys' intervals begin now."""
        ends = self._clock.monotonic() + self._interval
        for key in _keys(frames):
            self._windows.pop(key, None)
            self._windows[key] = _Window(ends)

    def _may_leave(self, frame: StoredFrame) -> bool:
        if frame.conflation_key is None:
            return True
        window = self._windows.get((frame.channel, frame.conflation_key))
        if window is None:
            return True
        window.held = frame.id
        return False

    def _close_windows(self) -> None:
        now = self._clock.monotonic()
        while self._windows and self._windows[first := next(iter(self._windows))].ends <= now:
            del self._windows[first]


def _keys(frames: Iterable[StoredFrame]) -> Iterator[tuple[str, str]]:
    return ((frame.channel, frame.conflation_key) for frame in frames if frame.conflation_key is not None)
