"""Errors of our HTTP routes as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec
from pydantic import ValidationError

from fanwire.gateway.asgi import Headers, Send, respond

CONTENT_TYPE = b"application/problem+json"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One error: ``detail`` says what is wrong and what to do, ``errors`` lists the fields of a bad body."""

    status: int
    title: str
    detail: str = ""
    errors: tuple[dict[str, Any], ...] = ()
    type: str = "about:blank"


def problem(status: int, detail: str = "", errors: Iterable[dict[str, Any]] = ()) -> Problem:
    """A problem titled by the words of its status."""
    return Problem(status, HTTPStatus(status).phrase, detail, tuple(errors))


def invalid(error: ValidationError) -> Problem:
    """422 that lists each field and what is wrong with it; never the value, which may be somebody's secret."""
    fields = [
        {"field": ".".join(str(part) for part in problem["loc"]), "message": problem["msg"], "type": problem["type"]}
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    listed = "; ".join(f"{field['field'] or 'body'}: {field['message']}" for field in fields)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, listed, fields)


async def answer(send: Send, what: Problem, headers: Headers = ()) -> None:
    """Send ``what`` as the response."""
    await respond(send, what.status, msgspec.json.encode(what), CONTENT_TYPE, headers)
