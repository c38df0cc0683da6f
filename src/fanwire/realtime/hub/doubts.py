"""Subscriptions of which is not known at the moment whether access has ended: what they would get waits."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from fanwire.realtime.hub.channel import Channel
from fanwire.realtime.session.subscription import LOCKED, Held, Subscription

# For one subscription; with more it has to come back and recover. An answer takes milliseconds.
MAX_WITHHELD = 512


def _always() -> bool:
    return True


class Withheld:
    """``held`` waits for ``doubts`` answers, or (0) until the node hears of changes again."""

    __slots__ = ("doubts", "held")

    def __init__(self) -> None:
        self.doubts = 0
        self.held: list[Held] = []


class Doubts(Container[Subscription]):
    """``trusts`` says whether this node would know by now of whatever ended access a second ago."""

    __slots__ = ("_waiting", "trusts")

    def __init__(self) -> None:
        self.trusts: Callable[[], bool] = _always
        self._waiting: dict[Subscription, Withheld] = {}

    def __contains__(self, subscription: object) -> bool:
        return subscription in self._waiting

    @property
    def any(self) -> bool:
        """Some subscription may not get what is published now."""
        return bool(self._waiting) or not self.trusts()

    def begin(self, subscription: Subscription) -> None:
        """Something changed; an answer is on its way."""
        self._waiting.setdefault(subscription, Withheld()).doubts += 1

    def answered(self, subscription: Subscription) -> list[Held] | None:
        """Access goes on. What waited, if that was the last answer; None if another is on its way."""
        waiting = self._waiting.get(subscription)
        if waiting is None:
            return []
        waiting.doubts -= 1
        return self._waiting.pop(subscription).held if waiting.doubts <= 0 else None

    def forget(self, subscription: Subscription) -> None:
        """It has ended, and what waited for it is dropped."""
        self._waiting.pop(subscription, None)

    def hold(self, channel: Channel, held: Held) -> list[Subscription]:
        """Keep ``held`` for whoever may not get it now; returns those for whom too much waits."""
        blind = not self.trusts()
        overflown = []
        for subscription in channel.subscriptions():
            waiting = self._waiting.get(subscription)
            if waiting is None and blind and subscription.flags & LOCKED:
                waiting = self._waiting[subscription] = Withheld()
            if waiting is None:
                continue
            if len(waiting.held) < MAX_WITHHELD:
                waiting.held.append(held)
            else:
                overflown.append(subscription)
        return overflown

    def cleared(self) -> Iterator[tuple[Subscription, list[Held]]]:
        """Those who waited for news only, now that it has come."""
        for subscription in [one for one, waiting in self._waiting.items() if not waiting.doubts]:
            yield subscription, self._waiting.pop(subscription).held
