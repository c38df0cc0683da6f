"""``POST /events/{function}``: an event function over HTTP, for whoever cannot write the outbox row (DESIGN.md 1)."""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from pydantic import ValidationError

from fanwire.errors import FanwireError
from fanwire.gateway.api_key import ApiKey
from fanwire.gateway.asgi import BodyTooLarge, ClientGone, Receive, Scope, Send, header, read_body, respond, route_path
from fanwire.gateway.problems import Problem, answer, invalid, problem
from fanwire.ids import IdMaker
from fanwire.payloads import EVENTS, Event

PREFIX = "/events/"
# Ids of repeated requests are made from the caller's key, within this namespace.
KEYS = uuid.UUID("0192f0c4-5a3e-7c11-9d2b-fa4e77100001")
LONGEST_KEY = 200

# Stores one event under an id and says "stored", or "skipped" for an event that says nothing. A repeat of the id
# is the same event: the outbox knows it while it waits, the inbox and the broker afterwards.
Store = Callable[[Event, str], Awaitable[str]]

log = structlog.get_logger()


class EventStorageFailed(FanwireError):
    """The event is not stored; asking again with the same ``Idempotency-Key`` is safe."""


class EventsApi:
    """Validates an event, stores it, and answers 202 when it is durable.

    The ``Idempotency-Key`` header makes a retry safe: it names the event, so that a repeat is the same event
    wherever it has got to.
    """

    def __init__(self, store: Store, key: ApiKey, limit: int, make_id: IdMaker) -> None:
        self._store = store
        self._key = key
        self._limit = limit
        self._make_id = make_id
        self.accepted = 0
        self.refused = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, one event, one answer."""
        refusal = self._refusal(scope)
        if refusal is not None:
            await answer(send, refusal)
            return
        try:
            receipt = await self._accept(scope, await read_body(receive, self._limit))
        except ClientGone:
            return
        except FanwireError as error:
            log.warning("event_not_stored", function=route_path(scope).removeprefix(PREFIX), error=str(error))
            refusal = _refusal_for(error)
        except msgspec.MsgspecError as error:
            refusal = problem(HTTPStatus.BAD_REQUEST, f"the body is not JSON: {error}")
        except ValidationError as error:
            refusal = invalid(error)
        else:
            self.accepted += 1
            await respond(send, HTTPStatus.ACCEPTED, msgspec.json.encode(receipt))
            return
        self.refused += 1
        await answer(send, refusal, _retry_after(refusal))

    def _refusal(self, scope: Scope) -> Problem | None:
        if not self._key.admits(scope):
            return problem(HTTPStatus.UNAUTHORIZED, "send the API key as X-API-Key")
        function = route_path(scope).removeprefix(PREFIX)
        if function not in EVENTS:
            return problem(HTTPStatus.NOT_FOUND, _no_such_function(function))
        if scope["method"] != "POST":
            return problem(HTTPStatus.METHOD_NOT_ALLOWED, "events are sent by POST")
        if len(header(scope, b"idempotency-key")) > LONGEST_KEY:
            return problem(HTTPStatus.BAD_REQUEST, f"Idempotency-Key has more than {LONGEST_KEY} characters")
        return None

    async def _accept(self, scope: Scope, body: bytes) -> dict[str, str]:
        function = route_path(scope).removeprefix(PREFIX)
        event = EVENTS[function].model_validate(_storable(body))
        key = header(scope, b"idempotency-key")
        event_id = named(function, key) if key else self._make_id()
        return {"id": event_id, "status": await self._store(event, event_id)}


def named(function: str, key: str) -> str:
    """The event id that an ``Idempotency-Key`` stands for; a UUID is taken as the id itself."""
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return str(uuid.uuid5(KEYS, f"{function}:{key}"))


def _storable(body: bytes) -> Any:
    decoded = msgspec.json.decode(body)
    if b"\\u0000" in body and _has_nul(decoded):
        raise msgspec.ValidationError("text with a NUL character (\\u0000) cannot be stored")
    return decoded


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_has_nul(part) for part in value)


def _refusal_for(error: FanwireError) -> Problem:
    if isinstance(error, BodyTooLarge):
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error))
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "the event is not stored; try again with the same Idempotency-Key")


def _retry_after(refusal: Problem) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"retry-after", b"1"),) if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE else ()


def _no_such_function(name: str) -> str:
    nearest = difflib.get_close_matches(name, EVENTS, n=1)
    return f"no event function {name!r}" + (f"; did you mean {nearest[0]!r}?" if nearest else "")
