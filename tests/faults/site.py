"""A small site under test: two processes, a writer that retries as a careful client would, and one reader."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import httpx2
import sqlalchemy as sa

from fanwire.auth.tokens import make_api_token, make_connection_token
from fanwire.clock import SystemClock
from fanwire.store import tables
from fanwire.testing.process import START_LIMIT, FanwireProcess
from tests.clients.peers import PythonPeer
from tests.processes import TOKEN_SECRET

AUTHOR, FAN = "anna", "boris"


class Site:
    """The processes, the requests to them, and what the database says afterwards."""

    def __init__(self, api: FanwireProcess, serve: FanwireProcess, database_url: str) -> None:
        self.api = api
        self.serve = serve
        self.engine = sa.create_engine(database_url)
        self.http = httpx2.AsyncClient(base_url=api.url, timeout=10)
        self._keys = count(1)
        self.post = ""

    async def close(self) -> None:
        await self.http.aclose()
        self.api.kill()
        self.serve.kill()
        self.engine.dispose()

    async def start(self, *, api: str = "", serve: str = "") -> None:
        """Start what does not run; a text is the crash point that this life will meet."""
        await asyncio.gather(self._start(self.api, api), self._start(self.serve, serve))
        if not self.post:
            answer = await self.send(AUTHOR, "POST", "/api/posts", {"title": "t", "content": "c", "isLocked": False})
            self.post = answer.json()["id"]

    async def _start(self, process: FanwireProcess, point: str) -> None:
        if process.process is None or process.process.poll() is not None:
            await process.started(env={"FANWIRE_CRASH": point} if point else None)

    async def send(self, user: str, method: str, path: str, body: Any) -> httpx2.Response:
        """One request, repeated with one Idempotency-Key until it is answered: what a careful client does."""
        token = make_api_token(user, secret=TOKEN_SECRET, clock=SystemClock())
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"k{next(self._keys)}"}
        async with asyncio.timeout(START_LIMIT):
            while True:
                try:
                    answer = await self.http.request(method, path, json=body, headers=headers)
                    if answer.status_code != 409:
                        assert answer.is_success, answer.text
                        return answer
                except httpx2.TransportError:
                    pass
                await self._revive()

    async def _revive(self) -> None:
        """A dead API is started again without its crash point, as a supervisor would."""
        assert self.api.process is not None
        if self.api.process.poll() is not None:
            await self.api.started()
        else:
            await asyncio.sleep(0.02)  # it is dying or busy with our first try; the loop has a limit

    async def comment(self, text: str) -> None:
        await self.send(FAN, "POST", f"/api/posts/{self.post}/comments", {"content": text})

    async def comment_until_serve_dies(self) -> list[str]:
        """Comments one after another, for the relay may take several in one batch, and with each a like that is
        given or taken back; what was written.
        """
        assert self.serve.process is not None
        written: list[str] = []
        while self.serve.process.poll() is None:
            assert len(written) < 500, f"the crash point was never reached:\n{self.serve.output()}"
            written.append(f"a{len(written):03}")
            await self.comment(written[-1])
            # The author's own like: it moves the counter and leaves no item in the inbox.
            await self.send(AUTHOR, "POST" if len(written) % 2 else "DELETE", f"/api/posts/{self.post}/like", None)
        return written

    async def reader(self) -> PythonPeer:
        """The author, connected, and looking at the post."""
        peer = PythonPeer()
        await peer.connect(self.serve.ws, make_connection_token(AUTHOR, secret=TOKEN_SECRET, clock=SystemClock()))
        await peer.subscribe(f"post:{self.post}")
        await peer.see("subscribed", channel=f"post:{self.post}")
        return peer

    def count(self, table: sa.Table) -> int:
        with self.engine.connect() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)

    async def drained(self) -> None:
        """Wait until the relay has handled everything."""
        async with asyncio.timeout(START_LIMIT):
            while self.count(tables.outbox) + self.count(tables.frame):
                await asyncio.sleep(0.02)  # the other process is the relay: the tables are all we can watch

    def comments(self) -> list[str]:
        """What the platform has committed."""
        with self.engine.connect() as connection:
            rows = connection.execute(sa.text("SELECT content FROM platform_comment ORDER BY content"))
            return [row[0] for row in rows]

    def inbox(self) -> list[str]:
        """The comment ids that the author's inbox holds."""
        item = tables.inbox_item
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(item.c.metadata).where(item.c.user_id == AUTHOR))
            return [row[0]["commentId"] for row in rows]

    def comment_ids(self) -> list[str]:
        with self.engine.connect() as connection:
            return [str(row[0]) for row in connection.execute(sa.text("SELECT id FROM platform_comment"))]
