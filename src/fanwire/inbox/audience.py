"""The audience items and memberships that a batch meets: items stored once, however many users get them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from fanwire.frames.notifications import Item


class AudienceItem(msgspec.Struct):
    """``n`` numbers the items of a stream from 1; it is known of the items of this batch only."""

    item_id: str
    stream: str
    gseq: int
    natural_key: str | None
    deleted: bool = False
    n: int = 0


class Interval(msgspec.Struct):
    """A user belongs to a stream: items with ``from_gseq`` < gseq <= ``to_gseq`` (None: open) are theirs."""

    user: str
    stream: str
    from_gseq: int
    to_gseq: int | None = None

    def holds(self, gseq: int) -> bool:
        return self.from_gseq < gseq and (self.to_gseq is None or gseq <= self.to_gseq)


class Audiences:
    """Finds items by id and by natural key, knows who belongs where, and remembers what changed."""

    def __init__(self) -> None:
        self._items: dict[str, AudienceItem] = {}
        self._keys: defaultdict[str, list[AudienceItem]] = defaultdict(list)
        self._heads: dict[str, int] = {}
        self._intervals: defaultdict[str, defaultdict[str, list[Interval]]] = defaultdict(lambda: defaultdict(list))
        self._exceptions: set[tuple[str, int]] = set()
        self.published: list[tuple[AudienceItem, Item]] = []
        self.holes: list[AudienceItem] = []
        self.joined: list[Interval] = []
        self.left: list[Interval] = []
        self.excepted: list[tuple[str, AudienceItem]] = []

    def load(self, item: AudienceItem) -> None:
        self._items[item.item_id] = item
        if item.natural_key is not None:
            self._keys[item.natural_key].append(item)

    def load_head(self, stream: str, n: int) -> None:
        self._heads[stream] = n

    def load_interval(self, interval: Interval) -> None:
        self._intervals[interval.stream][interval.user].append(interval)

    def load_exception(self, user: str, gseq: int) -> None:
        self._exceptions.add((user, gseq))

    def items(self) -> Iterable[AudienceItem]:
        return self._items.values()

    def find(self, item_id: str) -> AudienceItem | None:
        return self._items.get(item_id)

    def named(self, key: str) -> list[AudienceItem]:
        """The items of this natural key: one per stream at most."""
        return self._keys.get(key, [])

    def in_stream(self, stream: str, key: str) -> AudienceItem | None:
        """The item of this natural key in this stream."""
        return next((item for item in self.named(key) if item.stream == stream), None)

    def belongs(self, user: str, item: AudienceItem) -> bool:
        """The user gets this item, or got it before it was deleted."""
        return any(interval.holds(item.gseq) for interval in self._intervals[item.stream][user])

    def is_excepted(self, user: str, item: AudienceItem) -> bool:
        return (user, item.gseq) in self._exceptions

    def those_who_get(self, item: AudienceItem) -> list[str]:
        """The users of this batch that get the item; others are not looked at."""
        return [user for user in self._intervals[item.stream] if self.belongs(user, item)]

    def publish(self, item: AudienceItem, content: Item) -> None:
        """Append to the stream: the next number is the item's."""
        item.n = self._heads[item.stream] = self._heads[item.stream] + 1
        self.load(item)
        self.published.append((item, content))

    def dig(self, item: AudienceItem) -> None:
        """Its post is gone; the number stays, and counts as a hole."""
        item.deleted = True
        self.holes.append(item)

    def is_member(self, user: str, stream: str) -> bool:
        return self._open(user, stream) is not None

    def join(self, user: str, stream: str, gseq: int) -> None:
        """Open an interval; the user must not be a member."""
        interval = Interval(user, stream, gseq)
        self.load_interval(interval)
        self.joined.append(interval)

    def leave(self, user: str, stream: str, gseq: int) -> bool:
        """Close the open interval; False if there is none."""
        interval = self._open(user, stream)
        if interval is None:
            return False
        interval.to_gseq = gseq
        self.left.append(interval)
        return True

    def make_exception(self, user: str, item: AudienceItem) -> None:
        self._exceptions.add((user, item.gseq))
        self.excepted.append((user, item))

    def _open(self, user: str, stream: str) -> Interval | None:
        return next((interval for interval in self._intervals[stream][user] if interval.to_gseq is None), None)
