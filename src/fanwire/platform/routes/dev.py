"""/api/dev: exists in development only."""

from __future__ import annotations

from fastapi import APIRouter

from fanwire.platform.answers import DevTokens
from fanwire.platform.context import Shared
from fanwire.platform.requests import DevUser

router = APIRouter(prefix="/api/dev", tags=["dev"])


@router.post("/token")
async def make_tokens(body: DevUser, shared: Shared) -> DevTokens:
    """Tokens for any user, without a password."""
    return shared.identities.dev_tokens(body.user_id)
