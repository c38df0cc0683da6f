"""/api/blocks"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from fanwire.platform.answers import Success
from fanwire.platform.blocks import block
from fanwire.platform.blocks.answers import BlockAnswer, BlockPage
from fanwire.platform.blocks.block import BlockList
from fanwire.platform.blocks.requests import NewBlock
from fanwire.platform.context import Acting, After, Limit, Me, Reading
from fanwire.platform.openapi import refuses
from fanwire.platform.requests import Id

router = APIRouter(prefix="/api/blocks", tags=["blocks"])

UserId = Annotated[Id, Path(alias="userId", examples=["boris"])]


@router.get("")
async def list_blocks(me: Me, connection: Reading, after: After, limit: Limit = 20) -> BlockPage:
    """Whom the caller has blocked, newest first."""
    return await BlockList(connection, me).page(limit, after)


@router.post("", status_code=201, response_model=BlockAnswer, responses=refuses(404))
async def block_user(body: NewBlock, actor: Acting) -> Response:
    """Block a user: they cannot write to the caller, and see nothing of what the caller publishes from now on."""
    return await actor.perform(partial(block.add, body=body), body, 201)


@router.delete("/{userId}", response_model=Success, responses=refuses(404))
async def unblock_user(user_id: UserId, actor: Acting) -> Response:
    """Take a block back."""
    return await actor.perform(partial(block.remove, user_id=user_id))
