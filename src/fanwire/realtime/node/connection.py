"""A connection: it drives its session's handlings, one after the other, and performs their effects.

No task belongs to it. One is made when an effect has to wait, lives until the commands that came meanwhile
are handled, and is gone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Coroutine
from typing import Any

import structlog

from fanwire.errors import (
    UNSUBSCRIBED_INSUFFICIENT,
    BadCommand,
    CommandRateExceeded,
    Disconnect,
    InsufficientState,
    ServerError,
    Shutdown,
    Unsubscribe,
)
from fanwire.realtime.link import Link, Outbound
from fanwire.realtime.node import farewell
from fanwire.realtime.node.core import Core
from fanwire.realtime.node.effects import LATER, NOW, ON_THE_SPOT, Failed, attempt, attempt_now, attempt_on_the_spot
from fanwire.realtime.protocol.model import Command, Push, Reply
from fanwire.realtime.protocol.model import Unsubscribe as UnsubscribePush
from fanwire.realtime.protocol.wire import Wire
from fanwire.realtime.session import heartbeat
from fanwire.realtime.session.dispatch import handle
from fanwire.realtime.session.effects import Effect, Handling
from fanwire.realtime.session.leases import ACCESS_ENDED
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.state import Event
from fanwire.realtime.session.subscription import LIVE, SERVER_SIDE, Subscription
from fanwire.realtime.wheel import Timer

# From here on the client broke a rule, or is not welcome: worth a line.
FIRST_TERMINAL = 3500
# RFC 6455 section 5.5: a control frame has 125 bytes, two of which are the code.
MAX_REASON = 123

_log = structlog.get_logger(__name__)


class Connection:
    """``realtime.link.Handler`` over a session. ``waiting`` is None while nothing waits."""

    __slots__ = ("beat", "core", "expiry", "link", "outbound", "session", "waiting")

    def __init__(self, core: Core, link: Link, wire: Wire) -> None:
        self.core = core
        self.link = link
        self.outbound: Outbound = link.outbound
        self.session = Session(core.environment, wire)
        self.waiting: deque[Command] | None = None
        self.beat: Timer | None = None
        self.expiry: Timer | None = None
        core.counters.opened += 1
        core.fresh.add(self)
        self.run(heartbeat.begin(self.session))

    # --- realtime.link.Handler

    def message(self, data: bytes, binary: bool) -> None:
        if self.session.deaf:
            return
        try:
            commands = self.session.wire.commands(data, binary)
        except BadCommand as error:
            self.end(error)
            return
        self.core.counters.messages_in += len(commands)
        for command in commands:
            self._take(command)

    def closed(self, code: int, reason: str) -> None:
        if not self.session.closed:
            self.core.counters.closes[code] += 1
            self._forget()

    def drain(self) -> None:
        self.end(Shutdown())

    # --- what others in the node do with it

    def send(self, reply: Reply) -> None:
        self.core.counters.messages_out += 1
        self.outbound.send(self.session.wire.reply(reply))

    def run(self, handling: Handling) -> None:
        """Perform a handling that never waits, such as a timer's."""
        waiting = self._advance(handling)
        if waiting is not None:
            waiting.close()
            raise RuntimeError("a timer's handling wanted to wait")

    def end(self, disconnect: Disconnect) -> None:
        """Close with the code of ``disconnect``; the second time nothing happens."""
        if disconnect.code >= FIRST_TERMINAL and not self.session.closed:
            _log.info("closed", code=disconnect.code, detail=disconnect.detail, user=self.session.user)
        self.end_with(disconnect.code, disconnect.reason)

    def end_with(self, code: int, reason: str) -> None:
        """Close with any code. ``reason`` is cut to what a close frame can carry."""
        if self.session.closed:
            return
        self.core.counters.closes[code] += 1
        self._forget()
        self.link.close(code, reason.encode()[:MAX_REASON].decode(errors="ignore"))

    def lose(self, subscription: Subscription) -> None:
        """``subscription`` has missed publications: the client has to come back and recover."""
        if subscription.flags & SERVER_SIDE:
            self.end(InsufficientState("a server-side subscription missed publications"))
        else:
            self.end_subscription(subscription, UNSUBSCRIBED_INSUFFICIENT)

    def end_subscription(self, subscription: Subscription, unsubscribe: Unsubscribe) -> None:
        """End a subscription at once and tell the client why; one that is not live ends after its reply."""
        if self.session.subscriptions.get(subscription.channel) is not subscription:
            return
        if not subscription.flags & LIVE:
            subscription.ending = unsubscribe
            return
        del self.session.subscriptions[subscription.channel]
        if unsubscribe.code == ACCESS_ENDED:
            self.take_back(subscription)
        parting = farewell.of(subscription)
        self.dismiss(subscription)
        self.core.counters.unsubscribes[unsubscribe.code] += 1
        push = UnsubscribePush(unsubscribe.code, unsubscribe.reason)
        self.send(Reply(push=Push(subscription.channel, unsubscribe=push)))
        farewell.say(self.core, [parting])

    def take_back(self, subscription: Subscription) -> None:
        """Access may be over: what waits for a client that does not keep up must not leave any more."""
        wire, channel = self.session.wire, subscription.channel
        self.outbound.purge(lambda frame: wire.carries(frame, channel), wire.quotes)

    def dismiss(self, subscription: Subscription) -> None:
        """Take ``subscription`` out of the hub; its timer ends with it."""
        lease = subscription.lease
        if lease is not None and lease.timer is not None:
            lease.timer.cancel()
        self.core.feeds.release(self.core.hub.remove(subscription))

    def withdraw(self) -> None:
        """Leave hub, presence and registry."""
        session = self.session
        subscriptions = list(session.subscriptions.values())
        session.subscriptions.clear()
        partings = [farewell.of(subscription) for subscription in subscriptions]
        for subscription in subscriptions:
            self.dismiss(subscription)
        self.core.registry.remove(session.client, session.user)
        farewell.say(self.core, partings)

    # --- driving

    def _take(self, command: Command) -> None:
        if self.waiting is None:
            self._begin(command)
        elif len(self.waiting) < self.core.settings.client.command_queue_max:
            self.waiting.append(command)
        else:
            self.end(CommandRateExceeded(f"client.command_queue_max is {self.core.settings.client.command_queue_max}"))

    def _begin(self, command: Command) -> None:
        handling = handle(self.session, command)
        effect = self._advance(handling)
        if effect is not None:
            self.waiting = deque()
            self.core.spawn(self._carry_on(handling, effect))

    async def _carry_on(self, handling: Handling, effect: Coroutine[Any, Any, Any] | None) -> None:
        while effect is not None:
            outcome = await attempt(effect)
            effect = self._advance(handling, outcome)
            while effect is None and self.waiting:
                handling = handle(self.session, self.waiting.popleft())
                effect = self._advance(handling)
        self.waiting = None

    def _advance(self, handling: Handling, outcome: Any = None) -> Coroutine[Any, Any, Any] | None:
        """Perform effects until one has to wait, which is returned, or until the handling ends."""
        while not self.session.closed:
            effect = self._resume(handling, outcome)
            if effect is None:
                return None
            kind = type(effect)
            perform = NOW.get(kind)
            if perform is not None:
                outcome = attempt_now(perform, self, effect)
                continue
            waiting = LATER[kind](self, effect)
            if kind not in ON_THE_SPOT or not self.core.broker.immediate:
                return waiting
            outcome = attempt_on_the_spot(waiting)
        handling.close()
        return None

    def _resume(self, handling: Handling, outcome: Any) -> Effect[Any] | None:
        """Give the outcome of the last effect to the handling, and get the next one."""
        try:
            return handling.throw(outcome.error) if type(outcome) is Failed else handling.send(outcome)
        except StopIteration:
            pass
        except Disconnect as disconnect:
            self.end(disconnect)
        except Exception:  # noqa: BLE001 - our own mistake; it ends this connection and no other
            _log.exception("session_failed")
            self.end(ServerError())
        return None

    def _forget(self) -> None:
        """Leave everything; from now on nothing is sent, and nothing is handled."""
        session = self.session
        session.move(Event.CLOSE)
        for timer in (self.beat, self.expiry):
            if timer is not None:
                timer.cancel()
        self.waiting = None
        self.core.fresh.discard(self)
        self.withdraw()
