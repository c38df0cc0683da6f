"""Events that open and close memberships, and tell the user what opened and closed.

A fact is applied once, and never after a newer one (``facts.AccessLog``): an event that is handed in again
after its time, or overtaken by another, changes nothing and says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fanwire.access.writer import Said
from fanwire.frames import Draft, access, notifications
from fanwire.inbox.applier import Applier, Appliers
from fanwire.inbox.entry import Entry
from fanwire.inbox.ledger import Ledger
from fanwire.inbox.names import followers_of, stream_of
from fanwire.inbox.needs import Needs
from fanwire.payloads import (
    AccessEvent,
    BlockUser,
    GrantAccess,
    RestrictPost,
    RevokeAccess,
    RevokeToken,
    RevokeTokens,
    UnblockUser,
)
from fanwire.payloads.access import block_of

_AUDIENCES = "creator:"


def _need(entry: Entry[GrantAccess] | Entry[RevokeAccess], needs: Needs) -> None:
    event = entry.event
    _state(entry, needs)
    if event.resource.startswith(_AUDIENCES):
        _need_audience(event.user_id, event.resource.removeprefix(_AUDIENCES), needs)


def _need_block(entry: Entry[BlockUser] | Entry[UnblockUser], needs: Needs) -> None:
    event = entry.event
    _state(entry, needs)
    _need_audience(event.blocked_id, event.user_id, needs)
    needs.memberships.add((event.blocked_id, followers_of(event.user_id)))


def _state(entry: Entry[Any], needs: Needs) -> None:
    event: AccessEvent = entry.event
    fact = event.fact()
    needs.said.append(Said(entry.event_id, event))
    needs.facts.add((fact.user, fact.resource))


def _need_audience(user: str, creator: str, needs: Needs) -> None:
    needs.users.add(user)
    needs.memberships.add((user, stream_of(creator)))
    needs.facts |= {(user, stream_of(creator)), (user, block_of(creator))}


def _grant(entry: Entry[GrantAccess], ledger: Ledger) -> list[Draft]:
    """From here on the user gets the creator's audience items. A renewal moves the end."""
    event = entry.event
    if not _is_news(entry, ledger):
        return []
    opened: list[Draft] = []
    if event.resource.startswith(_AUDIENCES):
        if ledger.audience.is_member(event.user_id, event.resource):
            ledger.access.set_end(event.user_id, event.resource, event.until)
        else:
            opened = _open(entry, ledger, event.user_id, event.resource.removeprefix(_AUDIENCES))
    return [*opened, access.granted(event)]


def _revoke(entry: Entry[RevokeAccess], ledger: Ledger) -> list[Draft]:
    """What came before stays in the inbox; nothing comes after."""
    event = entry.event
    if not _is_news(entry, ledger):
        return []
    said = access.revoked(event)
    if not event.resource.startswith(_AUDIENCES):
        return [said]
    return close(ledger, event.user_id, event.resource, entry.gseq, said, event.reason) or [said]


def _block(entry: Entry[BlockUser], ledger: Ledger) -> list[Draft]:
    """Nothing of the blocker comes any more; who followed has to follow again after an unblock."""
    user, creator = entry.event.blocked_id, entry.event.user_id
    if not _is_news(entry, ledger):
        return []
    drafts = close(ledger, user, stream_of(creator), entry.gseq, access.cancelled(user, creator, "blocked"), "blocked")
    if ledger.audience.leave(user, followers_of(creator), entry.gseq):
        drafts.append(access.membership(user, followers_of(creator), joined=False))
    return drafts


def _unblock(entry: Entry[UnblockUser], ledger: Ledger) -> list[Draft]:
    """What was paid for and lasts opens again."""
    user, creator = entry.event.blocked_id, entry.event.user_id
    if not _is_news(entry, ledger):
        return []
    grant = ledger.access.subscription(user, creator)
    opened = _open(entry, ledger, user, creator)
    return [*opened, access.subscribed(user, creator, grant.tier, grant.until)] if grant and opened else []


def _is_news(entry: Entry[Any], ledger: Ledger) -> bool:
    return ledger.access.admit(entry.event_id, entry.event.fact(), entry.gseq)


def _open(entry: Entry[Any], ledger: Ledger, user: str, creator: str) -> list[Draft]:
    """Open the membership that the log gives, if it gives one and it is not open."""
    grant, stream = ledger.access.subscription(user, creator), stream_of(creator)
    if grant is None or ledger.audience.is_member(user, stream):
        return []
    ledger.audience.join(user, stream, entry.gseq)
    ledger.access.set_end(user, stream, grant.until)
    return [access.membership(user, stream, joined=True)]


def close(ledger: Ledger, user: str, stream: str, gseq: int, said: Draft, reason: str) -> list[Draft]:
    """Close the membership; ``said`` is told with it. Without one: nothing."""
    if not ledger.audience.leave(user, stream, gseq):
        return []
    counts = ledger.readers[user].next(gseq)
    return [
        access.membership(user, stream, joined=False),
        said,
        notifications.unread_count(user, counts, stream=stream, reason=reason),
    ]


def _need_nothing_but_the_log(entry: Entry[Any], needs: Needs) -> None:
    """Tokens and the locks of posts are the business of the gateways, which read the log themselves."""
    _state(entry, needs)


def _noted(entry: Entry[Any], ledger: Ledger) -> Iterable[Draft]:
    _is_news(entry, ledger)
    return ()


APPLIERS: Appliers = {
    GrantAccess.function: Applier(_need, _grant),
    RevokeAccess.function: Applier(_need, _revoke),
    BlockUser.function: Applier(_need_block, _block),
    UnblockUser.function: Applier(_need_block, _unblock),
    RestrictPost.function: Applier(_need_nothing_but_the_log, _noted),
    RevokeTokens.function: Applier(_need_nothing_but_the_log, _noted),
    RevokeToken.function: Applier(_need_nothing_but_the_log, _noted),
}
