"""Auctions, their bids, deposits and offers. All amounts are minor units of the auction's currency."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from fanwire.platform.tables import UtcTime, metadata

# The row is the one point where the bids of an auction queue. ``seq`` is that of the last bid, ``price`` its amount and
# ``leader_id`` its bidder. ``round`` counts the offers to pay: 1 to the winner, 2 and more to runners-up.
auction = Table(
    "platform_auction",
    metadata,
    Column("id", Text, primary_key=True),
    Column("post_id", Text, ForeignKey("platform_post.id"), nullable=False, unique=True),
    Column("seller_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("currency", Text, nullable=False),
    Column("start_price", BigInteger, nullable=False),
    Column("min_step", BigInteger, nullable=False),
    Column("deposit", BigInteger, nullable=False),
    Column("anti_snipe", Integer, nullable=False),
    Column("max_extensions", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("status", Text, nullable=False, server_default=text("'active'")),
    Column("extensions", Integer, nullable=False, server_default="0"),
    Column("seq", Integer, nullable=False, server_default="0"),
    Column("price", BigInteger),
    Column("leader_id", Text, ForeignKey("platform_user.id")),
    Column("round", Integer, nullable=False, server_default="0"),
    Column("winner_id", Text, ForeignKey("platform_user.id")),
    Column("payment_due_at", UtcTime),
    Column("payment_id", Text, unique=True),
    Column("closed_at", UtcTime),
    Index("platform_auction_order", "ends_at", "id"),
)

bid = Table(
    "platform_bid",
    metadata,
    Column("auction_id", Text, ForeignKey("platform_auction.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    PrimaryKeyConstraint("auction_id", "seq"),
)

# ``state``: held, then refunded (somebody else won), applied (to the price) or forfeited (won and did not pay).
deposit = Table(
    "platform_auction_deposit",
    metadata,
    Column("auction_id", Text, ForeignKey("platform_auction.id"), nullable=False),
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("amount", BigInteger, nullable=False),
    Column("payment_id", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False, server_default=text("'held'")),
    Column("created_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
    PrimaryKeyConstraint("auction_id", "user_id"),
)

# To whom the post was offered for their bid: the winner first, after a default the next one. Nobody twice.
offer = Table(
    "platform_auction_offer",
    metadata,
    Column("auction_id", Text, ForeignKey("platform_auction.id"), nullable=False),
    Column("round", Integer, nullable=False),
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("offered_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("auction_id", "round"),
    Index("platform_auction_offer_once", "auction_id", "user_id", unique=True),
)
