"""The end of a subscription by its client."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from fanwire.realtime.protocol.model import Command, Reply, UnsubscribeResult
from fanwire.realtime.session.effects import Dismiss, Effect, Handling, RemovePresence, Send, TellLeave
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.subscription import JOIN_LEAVE, LIVE, PRESENT, Subscription


def unsubscribe(session: Session, command: Command) -> Handling:
    """End a subscription; one that does not exist is ended too."""
    request = command.unsubscribe
    assert request is not None
    subscription = session.subscriptions.get(request.channel)
    if subscription is not None:
        yield from leave(session, subscription)
    yield from Send(Reply(id=command.id, unsubscribe=UnsubscribeResult()))


def leave(session: Session, subscription: Subscription) -> Generator[Effect[Any], Any, None]:
    """Take ``subscription`` away from session, hub and presence, and say so to those who asked to be told."""
    session.subscriptions.pop(subscription.channel, None)
    was_live = subscription.flags & LIVE
    yield from Dismiss(subscription)
    if subscription.flags & PRESENT:
        yield from RemovePresence(subscription)
    if was_live and subscription.flags & JOIN_LEAVE:
        yield from TellLeave(subscription)
