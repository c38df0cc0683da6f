"""A client's store of one inbox, as ``fanwire.frames.notifications`` describes it: from a snapshot and frames alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Held:
    gseq: int
    is_read: bool


@dataclass
class Store:
    """``holds_all`` is lost with a snapshot that had to leave items out: then the list is a part of the real one."""

    count: int = 0
    version: int = 0
    position: int = 0
    holds_all: bool = True
    stale: bool = False
    items: dict[str, Held] = field(default_factory=dict)
    # Audience frames above ``position``: id -> gseq of the frame. A removed item keeps its read state.
    added: dict[str, int] = field(default_factory=dict)
    removed: dict[str, tuple[int, Held]] = field(default_factory=dict)

    @classmethod
    def start(cls, data: dict[str, Any]) -> Store:
        assert data["type"] == "snapshot"
        items = {one["id"]: Held(one["position"], one["isRead"]) for one in data["notifications"]}
        return cls(data["unreadCount"], data["version"], data["position"], False, False, items)

    @property
    def badge(self) -> int:
        gone = sum(not held.is_read for _, held in self.removed.values())
        return self.count + len(self.added) - gone

    def listed(self) -> list[tuple[str, bool]]:
        ordered = sorted(self.items.items(), key=lambda one: one[1].gseq, reverse=True)
        return [(item_id, held.is_read) for item_id, held in ordered]

    def take(self, data: dict[str, Any]) -> None:
        if "version" in data:
            self._personal(data)
        elif data["position"] > self.position:
            self._audience(data)

    def _personal(self, data: dict[str, Any]) -> None:
        if data["version"] <= self.version:
            return
        assert data["version"] == self.version + 1, "a personal frame is missing"
        self.version, self.count, self.position = data["version"], data["unreadCount"], data["position"]
        getattr(self, f"_on_{data['type']}")(data)
        self.added = {one: gseq for one, gseq in self.added.items() if gseq > self.position}
        self.removed = {one: gone for one, gone in self.removed.items() if gone[0] > self.position}

    def _on_notification(self, data: dict[str, Any]) -> None:
        self.items[data["notification"]["id"]] = Held(data["position"], data["notification"]["isRead"])

    def _on_notification_read(self, data: dict[str, Any]) -> None:
        item_id = data["notificationId"]
        if item_id in self.items:
            self.items[item_id].is_read = True
        if item_id in self.removed:
            self.removed[item_id][1].is_read = True

    def _on_notifications_read(self, data: dict[str, Any]) -> None:
        for held in [*self.items.values(), *(held for _, held in self.removed.values())]:
            held.is_read |= held.gseq <= data["upTo"]

    def _on_notifications_cleared(self, data: dict[str, Any]) -> None:
        self._on_notifications_read(data)
        self.items = {one: held for one, held in self.items.items() if held.gseq > data["upTo"]}

    def _on_notification_removed(self, data: dict[str, Any]) -> None:
        self.items.pop(data["notificationId"], None)

    def _on_unread_count(self, data: dict[str, Any]) -> None:
        assert data["reason"]

    def _on_new_subscription(self, data: dict[str, Any]) -> None:
        assert data["creatorId"]

    def _audience(self, data: dict[str, Any]) -> None:
        if data["type"] == "notification":
            self.items[data["notification"]["id"]] = Held(data["position"], False)
            self.added[data["notification"]["id"]] = data["position"]
            return
        held = self.items.pop(data["notificationId"], None)
        if held is not None:
            self.removed[data["notificationId"]] = (data["position"], held)
        elif self._may_be_unread(data["itemPosition"]):
            self.stale = True

    def _may_be_unread(self, gseq: int) -> bool:
        """An item that is not held: below the unread ones that are held, if not all unread ones are."""
        unread = [held.gseq for held in self.items.values() if not held.is_read]
        return len(unread) < self.badge and gseq < min(unread, default=gseq + 1)
