"""What a batch knows and changes. Pure: ``load`` fills it, the appliers move it, ``save`` writes it down.

It holds all that its events touch and nothing else: a post costs the same whatever its audience is, because
only users who have another event in the same batch are looked at.
"""

from __future__ import annotations

from fanwire.frames.notifications import Item
from fanwire.inbox.audience import AudienceItem, Audiences
from fanwire.inbox.counters import Counters
from fanwire.inbox.facts import AccessLog
from fanwire.inbox.personal import PersonalItem, PersonalItems
from fanwire.inbox.reader import Reader


class Ledger:
    """Keeps the counters of its readers equal to their items, at each step."""

    access: AccessLog

    def __init__(self) -> None:
        self.readers: dict[str, Reader] = {}
        self.personal = PersonalItems()
        self.audience = Audiences()
        self.counters = Counters()

    def receive(self, item: PersonalItem, content: Item) -> None:
        """A new personal item."""
        self.personal.add(item, content)
        self.readers[item.user].personal += 1

    def is_unread(self, item: PersonalItem) -> bool:
        return not item.is_read and item.gseq > self.readers[item.user].read_gseq

    def unread_under(self, user: str, collapse_key: str) -> PersonalItem | None:
        """The user's unread item with this collapse key: the next one takes its place, so there is one at most."""
        item = self.personal.newest_under(user, collapse_key)
        return item if item is not None and self.is_unread(item) else None

    def withdraw(self, item: PersonalItem) -> bool:
        """Take a personal item away; says whether it was unread."""
        unread = self.is_unread(item)
        self.personal.withdraw(item)
        self.readers[item.user].personal -= unread
        return unread

    def mark_personal(self, item: PersonalItem) -> bool:
        """The owner has read it; False if it was read already."""
        if not self.is_unread(item):
            return False
        self.personal.mark(item)
        self._moved(item.user).personal -= 1
        return True

    def counts_audience_item(self, user: str, item: AudienceItem) -> bool:
        """The item is one of the user's unread ones."""
        return (
            not item.deleted
            and item.gseq > self.readers[user].read_gseq
            and self.audience.belongs(user, item)
            and not self.audience.is_excepted(user, item)
        )

    def mark_audience_item(self, user: str, item: AudienceItem) -> bool:
        """One member has read it; False if it was read already."""
        if not self.counts_audience_item(user, item):
            return False
        self.audience.make_exception(user, item)
        self._moved(user).audience -= 1
        return True

    def publish(self, item: AudienceItem, content: Item) -> None:
        """One item for all members of its stream."""
        self.audience.publish(item, content)
        for user in self.audience.those_who_get(item):
            self.readers[user].audience += 1

    def remove(self, item: AudienceItem) -> None:
        """The item's post is gone."""
        for user in self.audience.those_who_get(item):
            self.readers[user].audience -= self.counts_audience_item(user, item)
        self.audience.dig(item)

    def _moved(self, user: str) -> Reader:
        reader = self.readers[user]
        reader.changed = True
        return reader
