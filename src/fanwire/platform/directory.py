"""Tells Fanwire's gateway what a post is and who is in a conversation, so that it can guard their channels."""

from __future__ import annotations

# For the setting ``directory.post``, and for ``fanwire.access.directory.SqlDirectory``.
POST_QUERY = """
SELECT creator_id AS author, is_locked AS locked, min_subscription_tier AS tier, deleted_at IS NOT NULL AS deleted
FROM platform_post
WHERE id = :id
""".strip()

# For the setting ``directory.conversation``, and for ``fanwire.access.conversations.SqlConversations``.
CONVERSATION_QUERY = """
SELECT user_id AS member FROM platform_conversation_member WHERE conversation_id = :id
""".strip()

# By the names of the settings under ``directory``.
QUERIES = {"post": POST_QUERY, "conversation": CONVERSATION_QUERY}
