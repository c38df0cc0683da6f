"""Tells Fanwire's gateway what a post is, so that it can guard ``post:`` channels."""

from __future__ import annotations

# For the setting ``directory.post``, and for ``fanwire.access.directory.SqlDirectory``.
POST_QUERY = """
SELECT creator_id AS author, is_locked AS locked, min_subscription_tier AS tier, deleted_at IS NOT NULL AS deleted
FROM platform_post
WHERE id = :id
""".strip()
