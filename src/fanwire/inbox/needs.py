"""What must be read before a batch can be applied: collected from its events, read in a few statements."""

from __future__ import annotations

from collections.abc import Iterator

from fanwire.access.writer import Said
from fanwire.inbox.audience import AudienceItem


class Needs:
    """``users`` are those whose state moves or is counted: their state rows are locked first, in order.

    ``keys`` are natural keys that a user may have had before, ``collapsing`` collapse keys of users, ``items``
    personal items by owner and id, ``posts`` posts (with their stream) that take the place of personal items.
    ``gatherings`` are streams in which something happens to all members; ``seekers`` are users who ask for an
    audience item, by its id or key. ``said`` are the batch's own facts of access, ``facts`` the users and
    resources of which the log is asked.
    """

    def __init__(self) -> None:
        self.users: set[str] = set()
        self.keys: set[tuple[str, str]] = set()
        self.items: set[tuple[str, str]] = set()
        self.collapsing: set[tuple[str, str]] = set()
        self.posts: set[tuple[str, str]] = set()
        self.audience_items: set[str] = set()
        self.audience_keys: set[str] = set()
        self.gatherings: set[str] = set()
        self.memberships: set[tuple[str, str]] = set()
        self.seekers: set[tuple[str, str]] = set()
        self.said: list[Said] = []
        self.facts: set[tuple[str, str]] = set()

    def seek_item(self, user: str, item_id: str) -> None:
        """``user`` asks for an item of either kind."""
        self.users.add(user)
        self.items.add((user, item_id))
        self.audience_items.add(item_id)
        self.seekers.add((user, item_id))

    def seek_post(self, user: str, key: str) -> None:
        """``user`` may get the audience item with this natural key."""
        self.audience_keys.add(key)
        self.seekers.add((user, key))

    def gather(self, stream: str, *keys: str) -> None:
        """Something happens to an item with one of these natural keys, for all members of ``stream``."""
        self.gatherings.add(stream)
        self.audience_keys.update(keys)

    def interested(self, item: AudienceItem) -> Iterator[str]:
        """The users of the batch for whom it matters whether they get ``item``."""
        if item.stream in self.gatherings:
            return iter(self.users)
        sought = {item.item_id, item.natural_key}
        return (user for user, name in self.seekers if name in sought)
