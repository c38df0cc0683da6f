"""The personal items that a batch meets: those it was given to find, and those it makes."""

from __future__ import annotations

import msgspec

from fanwire.frames.notifications import Item


class PersonalItem(msgspec.Struct):
    """``subject`` is the post of a NEW_POST_FROM_SUBSCRIPTION."""

    user: str
    item_id: str
    gseq: int
    is_read: bool = False
    subject: str | None = None
    natural_key: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.user, self.item_id


class PersonalItems:
    """Finds items by owner and id, by natural key and by subject, and remembers what changed."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], PersonalItem] = {}
        self._natural_keys: set[tuple[str, str]] = set()
        self._made: dict[tuple[str, str], Item] = {}
        self._marked: list[PersonalItem] = []
        self._withdrawn: list[PersonalItem] = []

    def load(self, item: PersonalItem) -> None:
        """An item that the database has."""
        self._items[item.key] = item

    def load_key(self, user: str, natural_key: str) -> None:
        """A natural key that ``user`` has had before."""
        self._natural_keys.add((user, natural_key))

    def knows(self, user: str, natural_key: str) -> bool:
        return (user, natural_key) in self._natural_keys

    def find(self, user: str, item_id: str) -> PersonalItem | None:
        return self._items.get((user, item_id))

    def about(self, post_id: str) -> list[PersonalItem]:
        """Those that tell of this post, by user."""
        return sorted((item for item in self._items.values() if item.subject == post_id), key=lambda item: item.key)

    def add(self, item: PersonalItem, content: Item) -> None:
        """A new item, with what people read in it."""
        self._items[item.key] = item
        self._made[item.key] = content
        if item.natural_key is not None:
            self._natural_keys.add((item.user, item.natural_key))

    def mark(self, item: PersonalItem) -> None:
        item.is_read = True
        self._marked.append(item)

    def withdraw(self, item: PersonalItem) -> None:
        del self._items[item.key]
        self._withdrawn.append(item)

    def new(self) -> list[tuple[PersonalItem, Item]]:
        """To insert, in their final state."""
        return [(self._items[key], content) for key, content in self._made.items() if key in self._items]

    def marked(self) -> list[PersonalItem]:
        """To mark in the database."""
        return [item for item in self._marked if item.key not in self._made]

    def withdrawn(self) -> list[PersonalItem]:
        """To delete from the database."""
        return [item for item in self._withdrawn if item.key not in self._made]
