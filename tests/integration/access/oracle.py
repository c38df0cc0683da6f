"""A node with the product's own rules over a log in memory, beside a model that knows nothing of either."""

from __future__ import annotations

from collections.abc import Collection, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from fanwire.access.directory import PostFacts
from fanwire.access.facts import UNKNOWN, Grant
from fanwire.access.feed import AccessChange
from fanwire.errors import TokenExpired
from fanwire.gateway.wiring.access import PostAccess
from fanwire.realtime.ports import Identity
from fanwire.settings import Settings
from fanwire.testing import FakeClock
from tests.unit.realtime.peer import Peer, Site

AUTHOR, FAN, VISITOR = "anna", "boris", ""
POST = "post:1"
RANKS = {None: 0, "basic": 1, "premium": 2, "vip": 3}
# Seconds after a commit in which a locked frame may still leave (P5).
GRACE = 1.0
# Seconds between two looks of the feed, and of the wheel.
TICK, LOOK = 0.1, 0.2


class Fact(NamedTuple):
    time: float
    resource: str
    kind: str
    tier: str | None
    until: float | None
    seq: int
    applied: bool
    reason: str = ""


@dataclass
class Model:
    """What is right, by replaying everything that was ever said up to a moment."""

    user: str
    locked: bool | None
    tier: str | None
    facts: list[Fact] = field(default_factory=list)

    def holding(self, time: float, known: int | None = None) -> dict[str, Fact]:
        """What was said last of each resource; with ``known``, among the first so many facts only."""
        return {fact.resource: fact for fact in self.facts[:known] if fact.time <= time}

    def blocked(self, time: float, known: int | None = None) -> bool:
        block = self.holding(time, known).get(f"block:{AUTHOR}")
        return block is not None and block.kind == "block"

    def keys(self, time: float, known: int | None = None) -> list[Fact]:
        """What opens the post to the fan at ``time``."""
        found = []
        for resource, fact in self.holding(time, known).items():
            lasts = fact.kind == "grant" and (fact.until is None or fact.until > time)
            enough = resource == POST or RANKS[fact.tier] >= RANKS[self.tier]
            if lasts and enough and not resource.startswith("block:"):
                found.append(fact)
        return found

    def may(self, time: float, known: int | None = None) -> bool:
        if self.user == AUTHOR:
            return True
        if self.user == VISITOR:
            return self.locked is False
        return not self.blocked(time, known) and (self.locked is False or bool(self.keys(time, known)))

    def _states(self, start: float, end: float) -> list[bool]:
        """``may`` in each state from ``start`` to ``end``, those that lasted no time among them."""
        said = [(fact.time, n) for n, fact in enumerate(self.facts) if start <= fact.time <= end]
        ends = [fact.until for fact in self.facts if fact.until is not None and start <= fact.until <= end]
        between = [self.may(time, known) for time, n in said for known in (n, n + 1)]
        return [self.may(start), *between, *map(self.may, ends), self.may(end)]

    def might(self, time: float) -> bool:
        """At some moment of the last second."""
        return any(self._states(time - GRACE, time))

    def always(self, start: float, end: float) -> bool:
        return all(self._states(start, end))

    def since(self, time: float) -> float:
        """The place in the order before which nothing is recovered."""
        if self.user != FAN:
            return 0
        places = []
        if self.locked is not False:
            places.append(min(fact.seq if fact.applied else float("inf") for fact in self.keys(time)))
        unblocked = self.holding(time).get(f"block:{AUTHOR}")
        if unblocked is not None:
            places.append(unblocked.seq if unblocked.applied else float("inf"))
        return max(places, default=0)


class Log:
    """``access.facts.Facts`` and the Directory in memory; with ``down`` nothing answers."""

    def __init__(self, model: Model, clock: FakeClock) -> None:
        self.model = model
        self.clock = clock
        self.down = False

    async def post(self, post_id: str) -> PostFacts:
        self._answer()
        return PostFacts(AUTHOR, self.model.locked, self.model.tier)

    async def grants(self, user: str, resources: Collection[str]) -> dict[str, Grant]:
        self._answer()
        now, found = self.clock.wall(), {}
        for resource, fact in self._newest(resources).items():
            if fact.kind != "revoke" and (fact.until is None or fact.until > now):
                until = None if fact.until is None else datetime.fromtimestamp(fact.until, UTC)
                found[resource] = Grant(fact.tier, until, fact.seq if fact.applied else UNKNOWN, fact.kind)
        return found if user == FAN else {}

    async def ended(self, user: str, resources: Collection[str]) -> str:
        self._answer()
        newest = max(self._newest(resources).values(), key=lambda fact: fact.seq, default=None)
        if newest is None or user != FAN:
            return ""
        return newest.reason or "expired"

    def _newest(self, resources: Collection[str]) -> dict[str, Fact]:
        return {fact.resource: fact for fact in self.model.facts if fact.resource in resources}

    def _answer(self) -> None:
        if self.down:
            raise OSError("the database is away")


class Tokens:
    """A token says when it was issued; those of a revoked time are refused."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.revoked = 0.0

    async def connect(self, token: str) -> Identity:
        issued_at = float(token)
        if issued_at <= self.revoked:
            raise TokenExpired("revoked")
        return Identity(self.user, issued_at=issued_at)


class Trial:
    """One case: steps are done to the node and told to the model, and every answer is compared."""

    def __init__(self, user: str, locked: bool | None, tier: str | None) -> None:
        self.clock = FakeClock()
        self.model = Model(user, locked, tier)
        self.log = Log(self.model, self.clock)
        access = PostAccess(self.log, self.log)  # type: ignore[arg-type]
        self.site = Site(self.clock, Settings(), access=access, snapshots=None)
        self.tokens = Tokens(user)
        core = self.site.node._core
        core.ports = core.ports._replace(authenticator=self.tokens)  # type: ignore[arg-type]
        self.sequence = 0
        self.published: list[int] = []  # versions; the offset is the index + 1
        self.news: list[AccessChange] = []
        self.looked = 0.0
        self.peer: Peer | None = None
        self.issued = 0.0
        self.started: float | None = None  # when the live subscription began
        self.position = 0  # the client's offset
        self.answers = 0

    # --- what happens

    async def begin(self) -> None:
        await self.site.node.start()
        self.site.node.access_known(self.clock.monotonic())
        await self.reconnect()

    async def end(self) -> None:
        await self.site.node.stop()

    def fact(self, resource: str, kind: str, tier: str | None, seconds: float | None, applied: bool, why: str) -> None:
        now = self.clock.wall()
        until = None if seconds is None else now + seconds
        fact = Fact(now, resource, kind, tier, until, self._next(), applied, why)
        self.model.facts.append(fact)
        self.news.append(AccessChange(FAN, resource, kind, tier, None, why, now))

    def revoke_tokens(self) -> None:
        self.tokens.revoked = self.clock.wall()
        self.news.append(AccessChange(self.model.user, "tokens", "token", None, None, "revoked", self.clock.wall()))

    async def publish(self) -> None:
        version = self._next()
        self.published.append(version)
        await self.site.publish(POST, version, version=version)
        self.observe()

    async def time(self, seconds: float) -> None:
        """The wheel turns, and unless the database is away the feed looks."""
        for _ in range(max(1, round(seconds / TICK))):
            self.clock.advance(TICK)
            self.site.node.tick()
            if self.clock.monotonic() - self.looked >= LOOK - 1e-6 and not self.log.down:
                await self.look()
            self.observe()
        if seconds >= 2 * LOOK and not self.log.down:
            self._is_live()

    async def look(self) -> None:
        self.looked = self.clock.monotonic()
        news, self.news = self.news, []
        begun: list[Coroutine[Any, Any, None]] = [self.site.node.access_changed(change) for change in news]
        self.site.node.access_known(self.looked)
        for answer in begun:
            await answer

    # --- what is asked

    async def reconnect(self) -> None:
        """With the old token, and if that is refused, with a new one."""
        if self.peer is not None:
            self.peer.hang_up()
        self.started = None
        for issued in (self.issued, self.clock.wall()):
            self.peer = self.site.peer()
            reply = await self.peer.ask(connect={"token": str(issued)})
            good = issued > self.tokens.revoked
            self.answers += 1
            assert ("connect" in reply) is good, (issued, self.tokens.revoked)
            self.issued = issued
            if good:
                return
        self.peer = None  # a new token of the same moment: it is too old as well

    async def subscribe(self, *, recover: bool) -> None:
        if self.peer is None or self.started is not None:
            return
        now = self.clock.wall()
        reply = await self.peer.ask(subscribe={"channel": POST, "recover": recover, "offset": self.position})
        self.answers += 1
        if self.log.down:
            assert reply["error"]["code"] == 100
            return
        if not self.model.may(now):
            assert reply["error"]["code"] == 103
            return
        result = reply["subscribe"]
        missed = self.published[self.position :]
        recovered = recover and (not missed or missed[0] > self.model.since(now))
        assert result.get("recovered", False) is recovered
        got = [one["data"] for one in result.get("publications", ())]
        assert got == (missed if recovered else [])
        self.position, self.started = len(self.published), now
        self.peer.forget()

    async def history(self) -> None:
        if self.peer is None:
            return
        reply = await self.peer.ask(history={"channel": POST, "limit": -1})
        self.answers += 1
        if self.started is None:
            assert reply["error"]["code"] == 103
        elif self.log.down:
            assert reply["error"]["code"] == 100
        elif not self.model.may(self.clock.wall()):
            assert reply["error"]["code"] == 103
        else:
            assert [one["data"] for one in reply["history"]["publications"]] == self.published[-300:]
        self.observe()

    # --- what came

    def observe(self) -> None:
        """Every publication that left now might leave now, in order; every end has its reason."""
        peer, now = self.peer, self.clock.wall()
        if peer is None:
            return
        for message in peer.read():
            push = message.get("push", {})
            if push.get("channel") != POST:
                continue
            self.answers += 1
            if "pub" in push:
                assert self.started is not None
                assert self.model.might(now), "a frame left too late"
                assert push["pub"]["data"] == self.published[self.position]
                self.position += 1
            else:
                self._ended(push["unsubscribe"], now)
        peer.messages.clear()
        if peer.code is not None:
            assert (peer.code, peer.link.reason) == (3005, "token revoked")
            assert self.issued <= self.tokens.revoked
            self.peer = self.started = None

    def _ended(self, unsubscribe: dict[str, Any], now: float) -> None:
        assert self.started is not None
        if unsubscribe["code"] == 2100:
            assert not self.model.always(self.started, now)
            assert unsubscribe["reason"] in {"expired", "refunded", "downgraded", "blocked", "access ended"}
            # The end of a grant is known without asking; of a block a node may not have heard.
            assert unsubscribe["reason"] == "expired" or (unsubscribe["reason"] == "blocked") is self.model.blocked(now)
        else:
            assert unsubscribe["code"] == 2500
        self.started = None

    def _is_live(self) -> None:
        """Nothing is on its way: who may has everything, who may not has no subscription and no connection."""
        if self.started is None:
            return
        self.answers += 1
        assert self.issued > self.tokens.revoked
        assert self.model.might(self.clock.wall()), "a subscription outlived its access"
        assert self.position == len(self.published)

    def _next(self) -> int:
        self.sequence += 1
        return self.sequence
