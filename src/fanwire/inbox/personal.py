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
    collapse_key: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.user, self.item_id


class PersonalItems:
    """Finds items by owner and id, by natural key, by collapse key and by subject, and remembers what changed."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], PersonalItem] = {}
        # None: the key is spent, its item is gone or was never sent.
        self._natural_keys: dict[tuple[str, str], PersonalItem | None] = {}
        self._newest: dict[tuple[str, str], PersonalItem] = {}
        self._made: dict[tuple[str, str], Item] = {}
        self._marked: list[PersonalItem] = []
        self._withdrawn: list[PersonalItem] = []
        self.spent: list[tuple[str, str]] = []

    def load(self, item: PersonalItem) -> None:
        """An item that the database has."""
        if item.key not in self._items:
            self._index(item)

    def load_spent(self, user: str, natural_key: str) -> None:
        """A natural key (or id) under which ``user`` gets nothing any more."""
        self._natural_keys[user, natural_key] = None

    def knows(self, user: str, natural_key: str) -> bool:
        return (user, natural_key) in self._natural_keys

    def find(self, user: str, item_id: str) -> PersonalItem | None:
        return self._items.get((user, item_id))

    def named(self, user: str, natural_key: str) -> PersonalItem | None:
        """The item with this natural key, if the user has it still."""
        return self._natural_keys.get((user, natural_key))

    def newest_under(self, user: str, collapse_key: str) -> PersonalItem | None:
        """The only one with this collapse key that can be unread."""
        return self._newest.get((user, collapse_key))

    def about(self, post_id: str) -> list[PersonalItem]:
        """Those that tell of this post, by user."""
        return sorted((item for item in self._items.values() if item.subject == post_id), key=lambda item: item.key)

    def add(self, item: PersonalItem, content: Item) -> None:
        """A new item, with what people read in it."""
        self._index(item)
        self._made[item.key] = content

    def mark(self, item: PersonalItem) -> None:
        item.is_read = True
        self._marked.append(item)

    def withdraw(self, item: PersonalItem) -> None:
        """Take it away; nothing is sent under its key again."""
        del self._items[item.key]
        self._withdrawn.append(item)
        if item.collapse_key is not None and self._newest.get((item.user, item.collapse_key)) is item:
            del self._newest[item.user, item.collapse_key]
        self.spend(item.user, item.natural_key or item.item_id)

    def spend(self, user: str, natural_key: str) -> None:
        """Nothing is sent to the user under this key from now on."""
        self._natural_keys[user, natural_key] = None
        self.spent.append((user, natural_key))

    def new(self) -> list[tuple[PersonalItem, Item]]:
        """To insert, in their final state."""
        return [(self._items[key], content) for key, content in self._made.items() if key in self._items]

    def marked(self) -> list[PersonalItem]:
        """To mark in the database."""
        return [item for item in self._marked if item.key not in self._made]

    def withdrawn(self) -> list[PersonalItem]:
        """To delete from the database."""
        return [item for item in self._withdrawn if item.key not in self._made]

    def _index(self, item: PersonalItem) -> None:
        self._items[item.key] = item
        if item.natural_key is not None:
            self._natural_keys[item.user, item.natural_key] = item
        if item.collapse_key is not None:
            under = item.user, item.collapse_key
            other = self._newest.get(under)
            if other is None or other.gseq < item.gseq:
                self._newest[under] = item
