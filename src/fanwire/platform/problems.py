"""What the API refuses, as problem+json (RFC 9457): each says what is wrong and what to do next.

Problem
    Malformed           400  the body is not JSON
    Unauthenticated     401  no token, or one that is forged or has expired
    Forbidden           403  known user, but not theirs to do or see
        Blocked         403  one of the two has blocked the other
        PaymentsByProvider   a front end says "paid" where only the provider may
    Missing             404  no such thing (or it is deleted)
    Conflict            409  the same key or payment is being used for something else right now
        Busy                 the first request with this key is still running
        ParentDeleted        a comment answers one that was deleted
        NotForSale           a post without a price, or an open one
        PriceChanged         what was paid is not what the post costs
        AlreadyPurchased     another payment for what is held already
    Invalid             422  a field does not fit
    Unavailable         503  the database does not answer
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
# A body of this type is never an answer to keep: what it says can be different a moment later.
NO_STORE = {"cache-control": "no-store"}


class FieldProblem(BaseModel):
    """One field that does not fit."""

    field: str = Field(description="Where it stands, dotted", examples=["body.content"])
    message: str = Field(examples=["Field required"])


class ProblemDocument(BaseModel):
    """An error as RFC 9457 writes it; ``detail`` says what to do next, ``errors`` lists bad fields."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(examples=["urn:fanwire:problem:missing"])
    title: str = Field(examples=["There is no such thing"])
    status: int = Field(examples=[404])
    detail: str = Field(
        examples=["There is no post 'p1'; it may have been deleted. GET /api/posts lists those there are."]
    )
    instance: str = Field(description="The path that was asked for", examples=["/api/posts/p1/like"])
    errors: list[FieldProblem] | None = None


class Problem(Exception):
    """Refuses the request; whatever its transaction wrote is rolled back."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something failed on our side"
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(self, detail: str, errors: Sequence[FieldProblem] = ()) -> None:
        self.detail = detail
        self.errors = errors
        super().__init__(detail)


class Malformed(Problem):
    status, slug, title = 400, "malformed", "The body cannot be read"


class Unauthenticated(Problem):
    status, slug, title = 401, "unauthenticated", "We do not know who you are"
    headers: ClassVar[Mapping[str, str]] = {"www-authenticate": 'Bearer realm="fanwire"'}


class Forbidden(Problem):
    status, slug, title = 403, "forbidden", "This is not open to you"


class Blocked(Forbidden):
    slug, title = "blocked", "One of you has blocked the other"


class PaymentsByProvider(Forbidden):
    slug, title = "payments-by-provider", "Only the payment provider says that something is paid"


class Missing(Problem):
    status, slug, title = 404, "missing", "There is no such thing"


class Conflict(Problem):
    status, slug, title = 409, "conflict", "This collides with another request"


class Busy(Conflict):
    slug, title = "busy", "The first request with this key is still running"
    headers: ClassVar[Mapping[str, str]] = {"retry-after": "1"}


class ParentDeleted(Conflict):
    slug, title = "parent-deleted", "The comment that is answered was deleted"


class NotForSale(Conflict):
    slug, title = "not-for-sale", "This post cannot be bought"


class PriceChanged(Conflict):
    slug, title = "price-changed", "The post costs something else"


class AlreadyPurchased(Conflict):
    slug, title = "already-purchased", "This user has bought the post before"


class Invalid(Problem):
    status, slug, title = 422, "invalid", "A field does not fit"


class Unavailable(Problem):
    status, slug, title = 503, "unavailable", "The database does not answer"
    headers: ClassVar[Mapping[str, str]] = {"retry-after": "1"}


class Internal(Problem):
    """Anything that we did not foresee."""


def by_status(status: int, detail: str) -> tuple[str, str, str]:
    """The slug, title and detail of an error that HTTP itself defines (405, 413, 415, ...)."""
    words = HTTPStatus(status).phrase
    return words.lower().replace(" ", "-"), words, detail


def document(problem: Problem, path: str) -> Response:
    """``problem`` as the response to a request for ``path``."""
    return render(problem.status, (problem.slug, problem.title, problem.detail), path, problem.errors, problem.headers)


def render(
    status: int,
    words: tuple[str, str, str],
    path: str,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document; ``words`` are its slug, title and detail."""
    slug, title, detail = words
    body = ProblemDocument(
        type=f"urn:fanwire:problem:{slug}",
        title=title,
        status=status,
        detail=detail,
        instance=path,
        errors=list(errors) or None,
    )
    return Response(
        body.model_dump_json(exclude_none=True), status, {**NO_STORE, **(headers or {})}, media_type=MEDIA_TYPE
    )
