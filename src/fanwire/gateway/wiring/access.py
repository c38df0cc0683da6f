"""Who may read ``post:`` channels: asked of the Directory and of the access facts, afresh each time."""

from __future__ import annotations

from fanwire.access.directory import Directory
from fanwire.access.facts import Facts
from fanwire.access.rules import Denied, decide, resources
from fanwire.errors import PermissionDenied
from fanwire.realtime.ports import Allowed

# Without a Directory nobody knows which post is open.
_NO_DIRECTORY = "directory.post is empty: give one SELECT with :id that gives author, locked, tier and deleted"


class PostAccess:
    """``realtime.ports.ChannelAccess`` for namespaces with ``access`` = ``post``."""

    def __init__(self, directory: Directory | None, facts: Facts) -> None:
        self._directory = directory
        self._facts = facts

    async def authorize(self, user: str, channel: str) -> Allowed:
        """Raises: PermissionDenied with the rule that decided. An unknown post is denied like a locked one."""
        if self._directory is None:
            raise PermissionDenied("no-directory", _NO_DIRECTORY)
        post_id = channel.partition(":")[2]
        post = await self._directory.post(post_id)
        grants = await self._facts.grants(user, resources(post_id, post)) if user and post is not None else {}
        decision = decide(user, post_id, post, grants)
        if isinstance(decision, Denied):
            ended = await self._facts.ended(user, resources(post_id, post)) if user and post is not None else ""
            raise PermissionDenied(decision.rule, decision.hint, ended)
        return Allowed(decision.until)
