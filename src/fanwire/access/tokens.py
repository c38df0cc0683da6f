"""Which tokens count no more, whatever their signature and their time say."""

from __future__ import annotations

from sqlalchemy import select

from fanwire.access.suspects import Suspects
from fanwire.payloads.access import TOKENS, token_of
from fanwire.store.database import Database
from fanwire.store.tables import access


class RevokedTokens:
    """Asks the access log about the tokens of those who ever had one revoked: one look-up by index.

    Without ``suspects`` it asks about everybody's.
    """

    def __init__(self, database: Database, suspects: Suspects | None = None) -> None:
        self._database = database
        self._suspects = suspects

    async def is_revoked(self, user: str, token_id: str, issued_at: float) -> bool:
        """Whether a token of ``user`` was revoked, by its ``jti`` or with all that were issued until some time.

        ``issued_at`` is ``iat`` in seconds since the epoch; a token without it (0) is older than any revocation.
        """
        if self._suspects is not None and not self._suspects.may_be(user, token_of(token_id)):
            return False
        log = access.c
        resources = [TOKENS, token_of(token_id)] if token_id else [TOKENS]
        named = select(log.resource, log.until, log.created_at).where(
            log.user_id.in_({user, ""}), log.resource.in_(resources), log.kind == "token"
        )
        async with self._database.peek.connect() as connection:
            found = (await connection.execute(named)).all()
        return any(row.resource != TOKENS or issued_at <= (row.until or row.created_at).timestamp() for row in found)
