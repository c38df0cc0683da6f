"""A process of its own that bids (``bid``) or closes (``close``): what the race tests start, and kill.

It says ``ready``, is told the post on stdin, and then: ``bid`` prints what became of its bids as one line of JSON;
``close`` runs the timers, says ``closed`` inside the transaction that closes the auction, and never commits it.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from datetime import datetime
from functools import partial

from fanwire.clock import SystemClock
from fanwire.ids import event_id
from fanwire.platform.act import Actor, Caller, Stage
from fanwire.platform.auctions import bids
from fanwire.platform.auctions.auction import CLOSE
from fanwire.platform.auctions.requests import NewBid
from fanwire.platform.handlers import HANDLERS
from fanwire.platform.problems import Problem
from fanwire.platform.sweeper import Sweeper
from fanwire.platform.timers import Firing, Runner
from fanwire.store.database import Database

TASKS = 10


async def bid(database: Database, post: str, count: int, seed: int) -> None:
    """Place ``count`` bids of ``TASKS`` users at once, each a little above what it knows."""
    clock = SystemClock()
    stage = Stage(database, clock, event_id, Sweeper(database, clock))
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    known = 1_000

    async def bidder(number: int) -> None:
        nonlocal known
        actor = Actor(stage, Caller(f"fan-{seed}-{number}", "POST", f"/api/posts/{post}/bids"))
        for _ in range(count // TASKS):
            amount = known + chance.randrange(0, 500)
            try:
                answer = await actor.perform(partial(bids.place, post_id=post, body=NewBid(amount=amount)))
                known = max(known, json.loads(bytes(answer.body))["auction"]["minimumBid"])
                outcomes["placed"] += 1
            except Problem as problem:
                known += 20
                outcomes[problem.slug] += 1

    await asyncio.gather(*(bidder(number) for number in range(TASKS)))
    print(json.dumps(outcomes), flush=True)


async def close(database: Database) -> None:
    """Close the auction, and hold the transaction open until killed."""

    async def held(firing: Firing) -> datetime | None:
        again = await HANDLERS[CLOSE](firing)
        if again is None:
            print("closed", flush=True)
            await asyncio.Event().wait()
        return again

    await Runner(database, {CLOSE: held}).run()


async def main(role: str, url: str, count: int, seed: int) -> None:
    database = Database.open(url)
    async with database.read.connect():
        print("ready", flush=True)
    post = (await asyncio.to_thread(sys.stdin.readline)).strip()
    await (close(database) if role == "close" else bid(database, post, count, seed))
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
