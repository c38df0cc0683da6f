"""``POST /events/{function}`` and ``POST /events``: event functions over HTTP, one or many in a request.

For whoever cannot write the outbox row in their own transaction (DESIGN.md 1).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from pydantic import ValidationError

from fanwire.errors import FanwireError
from fanwire.gateway.api_key import ApiKey
from fanwire.gateway.asgi import BodyTooLarge, ClientGone, Receive, Scope, Send, header, read_body, respond, route_path
from fanwire.gateway.event_reading import LONGEST_KEY, event_of, named, no_such_function
from fanwire.gateway.events_batch import Batch, TooManyEvents
from fanwire.gateway.problems import Problem, answer, invalid, problem
from fanwire.ids import IdMaker
from fanwire.outbox.writer import Entry
from fanwire.payloads import EVENTS

PATH = "/events"
PREFIX = "/events/"

# Stores events in one transaction, and says of each "stored", or "skipped" for one that says nothing. A repeat of an
# id is the same event: the outbox knows it while it waits, the inbox and the broker afterwards.
Store = Callable[[Sequence[Entry]], Awaitable[list[str]]]

log = structlog.get_logger()


def owns(path: str) -> bool:
    """Whether a request for this path is one for the events API."""
    return path == PATH or path.startswith(PREFIX)


class EventStorageFailed(FanwireError):
    """The event is not stored; asking again with the same ``Idempotency-Key`` is safe."""


class EventsApi:
    """Validates events, stores them, and answers 202 when they are durable.

    The ``Idempotency-Key`` header (``eventId`` in a batch) makes a retry safe: it names the event, so that a repeat
    is the same event wherever it has got to.
    """

    def __init__(self, store: Store, key: ApiKey, limit: int, make_id: IdMaker, batch_limit: int = 1000) -> None:
        """``limit``: bytes of one body; ``batch_limit``: events in one request."""
        self._store = store
        self._key = key
        self._limit = limit
        self._make_id = make_id
        self._batch_limit = batch_limit
        self.accepted = 0
        self.refused = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, one answer."""
        refusal = self._refusal(scope)
        if refusal is not None:
            await answer(send, refusal)
            return
        accept = self._accept_many if route_path(scope) == PATH else self._accept
        try:
            receipt = await accept(scope, await read_body(receive, self._limit))
        except ClientGone:
            return
        except FanwireError as error:
            log.warning("event_not_stored", function=route_path(scope).removeprefix(PREFIX), error=str(error))
            refusal = _refusal_for(error)
        except (msgspec.MsgspecError, RecursionError) as error:
            refusal = problem(HTTPStatus.BAD_REQUEST, f"the body is not JSON: {error}")
        except ValidationError as error:
            refusal = invalid(error)
        else:
            await respond(send, HTTPStatus.ACCEPTED, msgspec.json.encode(receipt))
            return
        self.refused += 1
        await answer(send, refusal, _retry_after(refusal))

    def _refusal(self, scope: Scope) -> Problem | None:
        if not self._key.admits(scope):
            return problem(HTTPStatus.UNAUTHORIZED, "send the API key as X-API-Key")
        function = route_path(scope).removeprefix(PREFIX)
        if function not in EVENTS and function != PATH:
            return problem(HTTPStatus.NOT_FOUND, no_such_function(function))
        if scope["method"] != "POST":
            return problem(HTTPStatus.METHOD_NOT_ALLOWED, "events are sent by POST")
        if len(header(scope, b"idempotency-key")) > LONGEST_KEY:
            return problem(HTTPStatus.BAD_REQUEST, f"Idempotency-Key has more than {LONGEST_KEY} characters")
        return None

    async def _accept(self, scope: Scope, body: bytes) -> Any:
        function = route_path(scope).removeprefix(PREFIX)
        event = event_of(function, msgspec.json.decode(body), body)
        key = header(scope, b"idempotency-key")
        event_id = named(function, key) if key else self._make_id()
        (status,) = await self._store([Entry(event_id, event)])
        self.accepted += 1
        return {"id": event_id, "status": status}

    async def _accept_many(self, _scope: Scope, body: bytes) -> Any:
        batch = Batch(body, self._batch_limit, self._make_id)
        statuses = await self._store(batch.entries) if batch.entries else []
        self.accepted += len(batch.entries)
        self.refused += batch.refused
        return {"receipts": batch.receipts(statuses)}


def _refusal_for(error: FanwireError) -> Problem:
    if isinstance(error, BodyTooLarge | TooManyEvents):
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error))
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "the event is not stored; try again with the same Idempotency-Key")


def _retry_after(refusal: Problem) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"retry-after", b"1"),) if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE else ()
