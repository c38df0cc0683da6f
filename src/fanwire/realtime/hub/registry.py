"""The connections of this node, by client id and by user."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

C = TypeVar("C")


class Registry(Generic[C]):
    """Anonymous connections have no entry by user: there may be any number of them, and nobody to address."""

    __slots__ = ("_by_client", "_by_user")

    def __init__(self) -> None:
        self._by_client: dict[str, C] = {}
        # Most users have one connection; a set is made for the second.
        self._by_user: dict[str, C | set[C]] = {}

    def __len__(self) -> int:
        return len(self._by_client)

    @property
    def users(self) -> int:
        """Distinct users, anonymous ones not counted."""
        return len(self._by_user)

    def add(self, client: str, user: str, connection: C) -> None:
        self._by_client[client] = connection
        if not user:
            return
        known = self._by_user.get(user)
        if known is None:
            self._by_user[user] = connection
        elif isinstance(known, set):
            known.add(connection)
        else:
            self._by_user[user] = {known, connection}

    def remove(self, client: str, user: str) -> None:
        """Forget a connection; one that is not here is ignored."""
        connection = self._by_client.pop(client, None)
        if connection is None or not user:
            return
        known = self._by_user.get(user)
        if isinstance(known, set):
            known.discard(connection)
            if not known:
                del self._by_user[user]
        elif known is connection:
            del self._by_user[user]

    def of_client(self, client: str) -> C | None:
        return self._by_client.get(client)

    def of_user(self, user: str) -> list[C]:
        """A copy: what is done with them may end them."""
        known = self._by_user.get(user)
        if known is None:
            return []
        return list(known) if isinstance(known, set) else [known]

    def all(self) -> Iterable[C]:
        return list(self._by_client.values())
