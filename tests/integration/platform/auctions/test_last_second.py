"""The last second of an auction on PostgreSQL: several processes bid, and who closes it is killed while doing so."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from fanwire.clock import SystemClock
from fanwire.ids import event_id
from fanwire.platform import migrate as platform_migrate
from fanwire.platform import posts
from fanwire.platform.act import Act, Actor, Caller, Stage
from fanwire.platform.answers import PostAnswer
from fanwire.platform.auctions import auction as auctions
from fanwire.platform.auctions import tables
from fanwire.platform.auctions.auction import Auction
from fanwire.platform.auctions.requests import NewAuction
from fanwire.platform.handlers import HANDLERS
from fanwire.platform.requests import NewPost
from fanwire.platform.server_time import server_time
from fanwire.platform.sweeper import Sweeper
from fanwire.platform.timers import Runner
from fanwire.store import migrate
from fanwire.store import tables as store
from fanwire.store.database import Database

# The limit of the test itself comes first, except in a soak run.
LIMIT = 150.0


Start = Callable[[str, int, int], Awaitable[Process]]


@pytest.fixture
async def start(pg_url: str) -> AsyncIterator[Start]:
    """Starts ``bidder`` processes on the migrated database; none is left after the test."""
    await migrate.upgrade_async(pg_url)
    await platform_migrate.upgrade_async(pg_url)
    running: list[Process] = []

    async def started(role: str, count: int, seed: int) -> Process:
        module = "tests.integration.platform.auctions.bidder"
        arguments = (role, pg_url, str(count), str(seed))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments, stdin=PIPE, stdout=PIPE
        )
        running.append(process)
        assert await line(process) == "ready"
        return process

    yield started
    for process in running:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def line(process: Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(LIMIT):
        return (await process.stdout.readline()).decode().strip()


def tell(process: Process, text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{text}\n".encode())


async def opened(database: Database, seconds: float) -> str:
    """The post of an auction that ends that soon, by the clock of the database."""
    clock = SystemClock()
    actor = Actor(Stage(database, clock, event_id, Sweeper(database, clock)), Caller("anna", "POST", "/"))

    async def work(act: Act) -> PostAnswer:
        post = await posts.publish(act, NewPost(title="t", content="c", isLocked=False))
        ends_at = await act.server_now() + timedelta(seconds=seconds)
        body = NewAuction(startPrice=1_000, minStep=10, endsAt=ends_at, antiSnipe=0)
        await auctions.create(act, post.id, body)
        return post

    answer = await actor.perform(partial(work))
    return str(json.loads(bytes(answer.body))["id"])


async def found(database: Database, post: str) -> tuple[Auction, list[tuple[int, int, str]]]:
    columns = tables.bid.c
    async with database.read.connect() as connection:
        auction = await auctions.find(connection, post)
        statement = select(columns.seq, columns.amount, columns.user_id).where(columns.auction_id == auction.id)
        rows = await connection.execute(statement.order_by(columns.seq))
        return auction, [(seq, amount, user) for seq, amount, user in rows]


async def said(database: Database) -> Counter[str]:
    """How often each function, and each type of notification, is in the outbox."""
    columns = store.outbox.c
    async with database.read.connect() as connection:
        rows = (await connection.execute(select(columns.function, columns.payload))).all()
    return Counter(payload.get("notification", {}).get("type", function) for function, payload in rows)


async def drained(url: str) -> int:
    """Let one more runner with connections of its own fire all that is due."""
    database = Database.open(url, pool_size=4)
    runner, fired = Runner(database, HANDLERS), 0
    while await runner.step():
        fired += 1
    await database.close()
    return fired


@pytest.mark.parametrize(
    ("processes", "bids"), [(2, 250), pytest.param(4, 500, marks=[pytest.mark.soak, pytest.mark.timeout(300)])]
)
async def test_500_bids_in_the_last_second_have_one_winner_and_one_end(
    pg_url: str, start: Start, processes: int, bids: int
) -> None:
    database = Database.open(pg_url, pool_size=4)
    closer, *bidders = await asyncio.gather(
        start("close", 0, 0), *(start("bid", bids, seed) for seed in range(processes))
    )
    post = await opened(database, 1.0)
    for process in (*bidders, closer):
        tell(process, post)
    # The process that closes it dies inside its transaction, while late bids wait for the lock that it holds.
    assert await line(closer) == "closed"
    closer.kill()
    await closer.wait()
    outcomes: Counter[str] = Counter()
    for process in bidders:
        outcomes.update(json.loads(await line(process)))
        assert await process.wait() == 0

    # Every bid has its answer, and none was placed that no row tells of.
    auction, placed = await found(database, post)
    assert sum(outcomes.values()) == processes * bids
    assert set(outcomes) <= {"placed", "bid-too-low", "already-leading", "auction-ended"}
    assert outcomes["placed"] == len(placed) > 0
    assert [seq for seq, _, _ in placed] == list(range(1, len(placed) + 1))
    assert all(higher - lower >= 10 for (_, lower, _), (_, higher, _) in itertools.pairwise(placed))

    # Nothing was kept of the end that was not committed.
    assert (await found(database, post))[0].status == "active"
    assert (await said(database))["AUCTION_WON"] == 0

    # Three that start after it close it once.
    assert sum(await asyncio.gather(*(drained(pg_url) for _ in range(3)))) == 1
    assert await drained(pg_url) == 0
    auction, placed = await found(database, post)
    assert (auction.status, auction.winner_id, auction.price) == ("awaiting_payment", placed[-1][2], placed[-1][1])
    told = await said(database)
    assert told["AUCTION_WON"] == told["notify_auction_ended"] == 1
    assert told["notify_bid_placed"] == len(placed)
    async with database.read.connect() as connection:
        assert auction.closed_at is not None
        assert auction.ends_at <= auction.closed_at <= await server_time(connection)
    await database.close()
