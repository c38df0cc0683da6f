"""Who may read channels that ask: by the Directory and the access facts, afresh each time."""

from __future__ import annotations

from fanwire.access.directory import Directory
from fanwire.access.facts import Facts
from fanwire.access.rules import Denied, blocked, decide, resources, unblocked_since
from fanwire.access.suspects import Suspects
from fanwire.errors import PermissionDenied
from fanwire.payloads.access import block_of
from fanwire.realtime.channels.names import RESERVED
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
        if not isinstance(decision, Denied):
            return Allowed(decision.until, decision.since, decision.locked)
        if decision.rule == "blocked":
            raise PermissionDenied(decision.rule, decision.hint, "blocked")
        ended = await self._facts.ended(user, resources(post_id, post)[:2]) if user and post is not None else ""
        raise PermissionDenied(decision.rule, decision.hint, ended)


class AudienceAccess:
    """``ChannelAccess`` for audiences (``@creator:{id}``, ``@followers:{id}``): who has a place there by the facts.

    Following is no fact of access: a follower loses the place by a block alone.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    async def authorize(self, user: str, channel: str) -> Allowed:
        """Raises: PermissionDenied."""
        stream = channel.removeprefix(RESERVED)
        kind, _, creator = stream.partition(":")
        facts = await self._facts.grants(user, [stream, block_of(creator)])
        denial = blocked(creator, facts)
        if denial is not None:
            raise PermissionDenied(denial.rule, denial.hint, "blocked")
        if kind == "creator" and stream not in facts:
            raise PermissionDenied("audience", f"{user!r} has no active grant on {stream!r}: see grant_access")
        return Allowed()


class Unblocked:
    """``ChannelAccess`` for namespaces with ``access`` = ``unblocked``: open to all but whom the owner has blocked."""

    def __init__(self, facts: Facts, suspects: Suspects) -> None:
        self._facts = facts
        self._suspects = suspects

    async def authorize(self, user: str, channel: str) -> Allowed:
        """Asks the database about those only who were ever blocked. Raises: PermissionDenied."""
        if not self._suspects.may_be(user):
            return Allowed()
        owner = channel.partition(":")[2]
        facts = await self._facts.grants(user, [block_of(owner)])
        denial = blocked(owner, facts)
        if denial is not None:
            raise PermissionDenied(denial.rule, denial.hint, "blocked")
        return Allowed(since=unblocked_since(owner, facts))
