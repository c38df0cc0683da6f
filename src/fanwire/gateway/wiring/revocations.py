"""Revocations that the server API asks for: facts like those of the event functions, durable when answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from fanwire.errors import BadRequest, FanwireError
from fanwire.events.storing import DatabaseTarget
from fanwire.ids import IdMaker
from fanwire.outbox.writer import Entry
from fanwire.payloads import AccessEvent, RevokeToken, RevokeTokens
from fanwire.store.database import Database

E = TypeVar("E", bound=AccessEvent)


class RevocationFailed(FanwireError):
    """Nothing is revoked; asking again is safe."""


class StoredRevocations:
    """``realtime.ports.Revoker``: rows of outbox and access log, which every node reads within a fifth of a second."""

    def __init__(self, database: Database, make_id: IdMaker) -> None:
        self._target = DatabaseTarget(database, None)
        self._make_id = make_id

    async def revoke_token(self, token_id: str, user: str) -> None:
        """Raises: BadRequest, RevocationFailed."""
        await self._store(_build(RevokeToken, token_id=token_id, user_id=user or None))

    async def revoke_tokens(self, user: str, issued_before: float) -> None:
        """Raises: BadRequest, RevocationFailed."""
        before = datetime.fromtimestamp(issued_before, UTC) if issued_before else None
        await self._store(_build(RevokeTokens, user_id=user, issued_before=before))

    async def _store(self, event: AccessEvent) -> None:
        try:
            await self._target.deliver([Entry(self._make_id(), event)])
        except (SQLAlchemyError, OSError) as error:
            raise RevocationFailed(f"{type(error).__name__}: {error}") from error


def _build(model: type[E], **values: Any) -> E:
    try:
        return model(**values)
    except ValidationError as error:
        # Without the values: one of them is part of a token.
        found = error.errors(include_url=False, include_context=False, include_input=False)
        complaints = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in found)
    raise BadRequest(complaints)
