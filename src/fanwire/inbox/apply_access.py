"""Events that open and close memberships, and tell the user what opened and closed."""

from __future__ import annotations

from fanwire.frames import Draft, access, notifications
from fanwire.inbox.applier import Applier, Appliers
from fanwire.inbox.entry import Entry
from fanwire.inbox.ledger import Ledger
from fanwire.inbox.needs import Needs
from fanwire.payloads import GrantAccess, RevokeAccess

_AUDIENCES = "creator:"


def _need(entry: Entry[GrantAccess] | Entry[RevokeAccess], needs: Needs) -> None:
    event = entry.event
    if event.resource.startswith(_AUDIENCES):
        needs.users.add(event.user_id)
        needs.memberships.add((event.user_id, event.resource))


def _grant(entry: Entry[GrantAccess], ledger: Ledger) -> list[Draft]:
    """From here on the user gets the creator's audience items. A renewal changes the feed only."""
    event = entry.event
    user, stream = event.user_id, event.resource
    if not stream.startswith(_AUDIENCES) or ledger.audience.is_member(user, stream):
        return [access.granted(event)]
    ledger.audience.join(user, stream, entry.gseq)
    return [access.membership(user, stream, joined=True), access.granted(event)]


def _revoke(entry: Entry[RevokeAccess], ledger: Ledger) -> list[Draft]:
    """What came before stays in the inbox; nothing comes after."""
    event = entry.event
    user, stream = event.user_id, event.resource
    if not stream.startswith(_AUDIENCES) or not ledger.audience.leave(user, stream, entry.gseq):
        return [access.revoked(event)]
    counts = ledger.readers[user].next(entry.gseq)
    return [
        access.membership(user, stream, joined=False),
        access.revoked(event),
        notifications.unread_count(user, counts, stream=stream, reason=event.reason),
    ]


APPLIERS: Appliers = {
    GrantAccess.function: Applier(_need, _grant),
    RevokeAccess.function: Applier(_need, _revoke),
}
