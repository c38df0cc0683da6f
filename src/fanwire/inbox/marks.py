"""A reader has read one item: the same for the service's act and for the event."""

from __future__ import annotations

from fanwire.inbox.ledger import Ledger


def mark(ledger: Ledger, user: str, item_id: str) -> bool | None:
    """Mark an item of either kind: True if that changed anything, None if ``user`` has no such item.

    The ledger must have sought it (``Needs.seek_item``).
    """
    if user not in ledger.readers:
        return None
    personal = ledger.personal.find(user, item_id)
    if personal is not None:
        return ledger.mark_personal(personal)
    item = ledger.audience.find(item_id)
    if item is None or item.deleted or not ledger.audience.belongs(user, item):
        return None
    return ledger.mark_audience_item(user, item)
