"""A process of its own that likes and unlikes a post and a comment: what the race test starts.

It says ``ready``, is told "post comment" on stdin, and prints how many of its acts were done.
"""

from __future__ import annotations

import asyncio
import random
import sys
from functools import partial

from fanwire.clock import SystemClock
from fanwire.ids import event_id
from fanwire.platform import comment_likes, likes
from fanwire.platform.act import Actor, Caller, Stage
from fanwire.platform.sweeper import Sweeper
from fanwire.store.database import Database

# At once in one process; and users, whom all processes share: one user has many devices.
TASKS = 2
USERS = 12


async def main(url: str, count: int, seed: int) -> None:
    database = Database.open(url, pool_size=TASKS)
    async with database.read.connect():
        print("ready", flush=True)
    post, comment = (await asyncio.to_thread(sys.stdin.readline)).split()
    clock, chance = SystemClock(), random.Random(seed)
    stage = Stage(database, clock, event_id, Sweeper(database, clock))
    works = (
        partial(likes.like, post_id=post),
        partial(likes.unlike, post_id=post),
        partial(comment_likes.like, comment_id=comment),
        partial(comment_likes.unlike, comment_id=comment),
    )

    async def fan() -> int:
        for _ in range(count // TASKS):
            user = f"fan{chance.randrange(USERS)}"
            await Actor(stage, Caller(user, "POST", "/")).perform(chance.choice(works))
        return count // TASKS

    print(sum(await asyncio.gather(*(fan() for _ in range(TASKS)))), flush=True)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
