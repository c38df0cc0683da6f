"""The inbox: events become items, memberships and exact counts; readers read, and act on what is theirs."""

from fanwire.inbox.service import Inbox, Page, Snapshot

__all__ = ["Inbox", "Page", "Snapshot"]
