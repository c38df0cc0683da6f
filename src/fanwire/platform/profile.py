"""A user's own settings; a creator's subscribers are told of what changed."""

from __future__ import annotations

from fanwire.events.creators import notify_creator_update
from fanwire.platform import users
from fanwire.platform.act import Act
from fanwire.platform.answers import SettingsAnswer
from fanwire.platform.requests import SettingsChange


async def change(act: Act, body: SettingsChange) -> SettingsAnswer:
    """Change the fields that were sent."""
    user = await users.change(act.connection, act.user.id, body.model_dump(exclude_unset=True))
    if user.is_creator:
        # An avatar that was taken away is told as empty text: an absent field means "unchanged".
        public = {"nickname": user.nickname, "bio": user.bio, "avatar": user.avatar or ""}
        await notify_creator_update(user.id, public, session=act.connection)
    return user.settings()
