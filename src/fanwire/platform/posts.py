"""Posts: publish, delete, find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.events.posts import notify_new_post, notify_post_deleted
from fanwire.platform import tables, users
from fanwire.platform.act import Act
from fanwire.platform.answers import Person, PostAnswer, Success
from fanwire.platform.problems import Forbidden, Missing
from fanwire.platform.requests import NewPost

_COLUMNS = tables.post.c
COLUMNS = (
    _COLUMNS.id,
    _COLUMNS.creator_id,
    _COLUMNS.title,
    _COLUMNS.content,
    _COLUMNS.images,
    _COLUMNS.is_locked,
    _COLUMNS.min_subscription_tier,
    _COLUMNS.price,
    _COLUMNS.created_at,
    _COLUMNS.likes_count,
    _COLUMNS.comments_count,
    _COLUMNS.currency,
    _COLUMNS.updated_at,
)


@dataclass(frozen=True)
class Post:
    """One row of ``platform_post`` that is not deleted."""

    id: str
    creator_id: str
    title: str
    content: str
    images: list[str]
    is_locked: bool
    min_subscription_tier: str | None
    price: int | None
    created_at: datetime
    likes_count: int = 0
    comments_count: int = 0
    currency: str = "RUB"
    updated_at: datetime | None = None

    def seen(
        self, creator: Person, *, readable: bool = True, liked: bool = False, purchased: bool = False
    ) -> PostAnswer:
        """The post as one viewer may see it."""
        return PostAnswer.model_validate(
            {
                **vars(self),
                "creator": creator,
                "locked": not readable,
                "content": self.content if readable else None,
                "images": self.images if readable else [],
                "is_liked": liked,
                "is_purchased": purchased,
            }
        )


async def publish(act: Act, body: NewPost) -> PostAnswer:
    """Publish a post; whoever does is a creator from then on. Subscribers get one audience item, however many."""
    post = Post(
        id=act.new_id(),
        creator_id=act.user.id,
        title=body.title,
        content=body.content,
        images=list(body.images),
        is_locked=body.locked,
        min_subscription_tier=body.min_subscription_tier,
        price=body.price,
        currency=body.currency,
        created_at=act.now,
    )
    if not act.user.is_creator:
        await users.change(act.connection, act.user.id, {"is_creator": True})
    await act.connection.execute(tables.post.insert().values(**vars(post)))
    await notify_new_post(
        post,
        creator_name=act.user.nickname,
        title="Новый пост",
        message=f"{act.user.nickname} опубликовал новый пост",
        session=act.connection,
    )
    return post.seen(act.user.person())


async def delete(act: Act, post_id: str) -> Success:
    """Delete one's own post: it is kept, and shown to nobody.

    Raises:
        Missing: there is none, or it was deleted before.
        Forbidden: it is somebody else's.
    """
    post = await hold_own(act, post_id, "delete")
    await act.connection.execute(update(tables.post).where(_COLUMNS.id == post_id).values(deleted_at=act.now))
    await notify_post_deleted(post_id, post.creator_id, session=act.connection)
    return Success()


async def find(connection: AsyncConnection, post_id: str) -> Post:
    """The post of this id.

    Raises:
        Missing: there is none, or it is deleted.
    """
    statement = select(*COLUMNS).where(_COLUMNS.id == post_id, _COLUMNS.deleted_at.is_(None))
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise missing(post_id)
    return Post(*row)


async def hold_own(act: Act, post_id: str, doing: str) -> Post:
    """A post of the acting user, locked until the end of the transaction.

    Raises:
        Missing: there is none, or it is deleted.
        Forbidden: it is somebody else's; ``doing`` says what they may not do with it.
    """
    statement = select(*COLUMNS).where(_COLUMNS.id == post_id, _COLUMNS.deleted_at.is_(None))
    # NO KEY UPDATE: a like that holds its foreign key on this row goes on.
    row = (await act.connection.execute(statement.with_for_update(key_share=True))).one_or_none()
    if row is None:
        raise missing(post_id)
    post = Post(*row)
    if post.creator_id != act.user.id:
        raise Forbidden(f"Only its author may {doing} a post.")
    return post


async def count(connection: AsyncConnection, post_id: str, counter: str, step: int) -> int:
    """Move ``likes_count`` or ``comments_count`` by ``step``; returns the new value.

    The row is locked until the end of the transaction, so events that are inserted after this call are in
    the order of the counter's values.

    Raises:
        Missing: the post was deleted meanwhile.
    """
    column = _COLUMNS[counter]
    statement = (
        update(tables.post)
        .where(_COLUMNS.id == post_id, _COLUMNS.deleted_at.is_(None))
        .values({column: column + step})
        .returning(column)
    )
    value = (await connection.execute(statement)).scalar_one_or_none()
    if value is None:
        raise missing(post_id)
    return int(value)


def missing(post_id: str) -> Missing:
    return Missing(f"There is no post '{post_id}'; it may have been deleted. GET /api/posts lists those there are.")
