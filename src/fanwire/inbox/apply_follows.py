"""Who follows whom: audiences that hear of open posts and get no items, so that no count moves."""

from __future__ import annotations

from fanwire.frames import Draft, access
from fanwire.inbox.applier import Applier, Appliers
from fanwire.inbox.entry import Entry
from fanwire.inbox.ledger import Ledger
from fanwire.inbox.names import followers_of
from fanwire.inbox.needs import Needs
from fanwire.payloads import FollowCreator, UnfollowCreator
from fanwire.payloads.access import block_of


def _need(entry: Entry[FollowCreator] | Entry[UnfollowCreator], needs: Needs) -> None:
    needs.memberships.add((entry.event.user_id, followers_of(entry.event.creator_id)))
    needs.facts.add((entry.event.user_id, block_of(entry.event.creator_id)))


def _follow(entry: Entry[FollowCreator], ledger: Ledger) -> list[Draft]:
    user, stream = entry.event.user_id, followers_of(entry.event.creator_id)
    if ledger.audience.is_member(user, stream) or ledger.access.is_blocked(user, entry.event.creator_id):
        return []
    ledger.audience.join(user, stream, entry.gseq)
    return [access.membership(user, stream, joined=True)]


def _unfollow(entry: Entry[UnfollowCreator], ledger: Ledger) -> list[Draft]:
    user, stream = entry.event.user_id, followers_of(entry.event.creator_id)
    if not ledger.audience.leave(user, stream, entry.gseq):
        return []
    return [access.membership(user, stream, joined=False)]


APPLIERS: Appliers = {
    FollowCreator.function: Applier(_need, _follow),
    UnfollowCreator.function: Applier(_need, _unfollow),
}
