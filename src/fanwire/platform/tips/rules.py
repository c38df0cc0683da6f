"""What a tip has to be: checked before anything is written."""

from __future__ import annotations

from sqlalchemy import select

from fanwire.platform import tables, users
from fanwire.platform.act import Act
from fanwire.platform.blocks import block as blocks
from fanwire.platform.problems import Invalid, Missing
from fanwire.settings import TipSettings


class UnknownCurrency(Invalid):
    slug, title = "unknown-currency", "This currency is not taken"


class AmountOutOfLimits(Invalid):
    slug, title = "amount-out-of-limits", "The amount is too small or too large"


class TipToOneself(Invalid):
    slug, title = "tip-to-oneself", "Nobody tips themselves"


def check_money(amount: int, currency: str, limits: TipSettings) -> None:
    """Raises: UnknownCurrency, AmountOutOfLimits."""
    if currency not in limits.currencies:
        raise UnknownCurrency(f"currency: '{currency}' is not taken; these are: {', '.join(limits.currencies)}.")
    if not limits.min_amount <= amount <= limits.max_amount:
        raise AmountOutOfLimits(
            f"amount: {amount} is not from {limits.min_amount} to {limits.max_amount} "
            "minor units (platform.tips.min_amount, max_amount)."
        )


async def check_recipient(act: Act, recipient: str, *, must_be_creator: bool) -> None:
    """Raises: TipToOneself; Missing: there is nobody of this id, or no creator; Blocked: one has blocked the other."""
    if recipient == act.user.id:
        raise TipToOneself("A tip goes to somebody else; name another person.")
    found = await users.find(act.connection, recipient)
    if found is None or (must_be_creator and not found.is_creator):
        raise Missing(f"There is no {'creator' if must_be_creator else 'user'} '{recipient}' to tip.")
    await blocks.demand(act.connection, recipient, act.user.id)


async def check_post(act: Act, recipient: str, post_id: str) -> None:
    """Raises: Missing: the recipient has no such post, or it is deleted."""
    columns = tables.post.c
    statement = select(columns.id).where(
        columns.id == post_id, columns.creator_id == recipient, columns.deleted_at.is_(None)
    )
    if (await act.connection.execute(statement)).first() is None:
        raise Missing(f"'{recipient}' has no post '{post_id}'; leave postId out, or name a post of theirs.")
