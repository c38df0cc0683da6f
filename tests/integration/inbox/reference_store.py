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
    """``holds_all`` is lost with a snapshot that had to leave items out: then the list is a part of the real one.

    Personal and audience frames each come in their own order, but may overtake each other. What an audience
    frame changed stays on top of ``count`` until an absolute count covers it; one that comes after the count
    that covers it changes the list only.
    """

    count: int = 0
    version: int = 0
    position: int = 0
    holds_all: bool = True
    stale: bool = False
    items: dict[str, Held] = field(default_factory=dict)
    # Audience frames above ``position``: id -> gseq of the frame. A removed item keeps its read state.
    added: dict[str, int] = field(default_factory=dict)
    removed: dict[str, tuple[int, Held]] = field(default_factory=dict)
    # What is in the snapshot, and what acts said of items that had not come yet.
    start_position: int = 0
    read_up_to: int = 0
    cleared_up_to: int = 0
    read_early: set[str] = field(default_factory=set)
    # Open posts of followed creators: no notifications, nothing is counted.
    updates: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, data: dict[str, Any]) -> Store:
        assert data["type"] == "snapshot"
        items = {one["id"]: Held(one["position"], one["isRead"]) for one in data["notifications"]}
        position = data["position"]
        return cls(data["unreadCount"], data["version"], position, False, False, items, start_position=position)

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
        elif data["type"] == "feed_update":
            self.updates.append(data["post"]["id"])
        elif data["position"] > self.start_position:
            self._audience(data)

    def _personal(self, data: dict[str, Any]) -> None:
        if data["version"] <= self.version:
            return
        assert data["version"] == self.version + 1, "a personal frame is missing"
        self.version, self.count = data["version"], data["unreadCount"]
        self.position = max(self.position, data["position"])
        getattr(self, f"_on_{data['type']}")(data)
        self.added = {one: gseq for one, gseq in self.added.items() if gseq > self.position}
        self.removed = {one: gone for one, gone in self.removed.items() if gone[0] > self.position}

    def _on_notification(self, data: dict[str, Any]) -> None:
        self.items.pop(data.get("replaces", ""), None)
        self.items[data["notification"]["id"]] = Held(data["position"], data["notification"]["isRead"])

    def _on_notification_read(self, data: dict[str, Any]) -> None:
        item_id = data["notificationId"]
        if item_id in self.items:
            self.items[item_id].is_read = True
        elif item_id in self.removed:
            self.removed[item_id][1].is_read = True
        else:
            self.read_early.add(item_id)

    def _on_notifications_read(self, data: dict[str, Any]) -> None:
        self.read_up_to = max(self.read_up_to, data["upTo"])
        for held in [*self.items.values(), *(held for _, held in self.removed.values())]:
            held.is_read |= held.gseq <= data["upTo"]

    def _on_notifications_cleared(self, data: dict[str, Any]) -> None:
        self._on_notifications_read(data)
        self.cleared_up_to = max(self.cleared_up_to, data["upTo"])
        self.items = {one: held for one, held in self.items.items() if held.gseq > data["upTo"]}

    def _on_notification_removed(self, data: dict[str, Any]) -> None:
        self.items.pop(data["notificationId"], None)

    def _on_unread_count(self, data: dict[str, Any]) -> None:
        assert data["reason"]

    def _on_new_subscription(self, data: dict[str, Any]) -> None:
        assert data["creatorId"]

    def _audience(self, data: dict[str, Any]) -> None:
        if data["type"] == "notification":
            self._arrive(data["notification"]["id"], data["position"])
        else:
            self._leave(data["notificationId"], data["itemPosition"], data["position"])

    def _arrive(self, item_id: str, gseq: int) -> None:
        if gseq > self.cleared_up_to:
            self.items[item_id] = Held(gseq, gseq <= self.read_up_to or item_id in self.read_early)
        if gseq > self.position:
            self.added[item_id] = gseq

    def _leave(self, item_id: str, item_gseq: int, gseq: int) -> None:
        held = self.items.pop(item_id, None)
        if gseq <= self.position:
            return
        if held is not None:
            self.removed[item_id] = (gseq, held)
        elif self._may_be_unread(item_gseq):
            self.stale = True

    def _may_be_unread(self, gseq: int) -> bool:
        """An item that is not held: below the unread ones that are held, if not all unread ones are."""
        unread = [held.gseq for held in self.items.values() if not held.is_read]
        return len(unread) < self.badge and gseq < min(unread, default=gseq + 1)
