"""Turns every error, whoever raised it, into one problem document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from fanwire.platform import problems
from fanwire.platform.problems import FieldProblem, Problem

# PostgreSQL's lock_not_available: another transaction holds what this one waited for.
_LOCK_TIMEOUT = "55P03"
_NOTHING_WRITTEN = "Nothing was written; send it again, with the same Idempotency-Key if you use one."

log = structlog.get_logger()

Handler = Callable[[Request, Any], Awaitable[Response]]


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` as problem+json."""
    handlers: dict[type[Exception], Handler] = {
        Problem: _refused,
        RequestValidationError: _does_not_fit,
        HTTPException: _http,
        DBAPIError: _database,
        PoolTimeout: _database,
        Exception: _unforeseen,
    }
    for error, handler in handlers.items():
        app.add_exception_handler(error, handler)


async def _refused(request: Request, error: Problem) -> Response:
    return problems.document(error, request.url.path)


async def _does_not_fit(request: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    if any(entry["type"] == "json_invalid" for entry in found):
        reason = "; ".join(str(entry.get("ctx", {}).get("error", "")) for entry in found)
        return problems.document(problems.Malformed(f"The body is not JSON: {reason}."), request.url.path)
    fields = list(_fields(found))
    detail = "; ".join(f"{field.field}: {field.message}" for field in fields)
    if request.headers.get("content-type", "").partition(";")[0] != "application/json" and _is_about_body(found):
        detail += "; send JSON with the header Content-Type: application/json"
    return problems.document(problems.Invalid(detail, fields), request.url.path)


def _fields(found: Iterable[dict[str, Any]]) -> Iterable[FieldProblem]:
    # Never the value: it may be somebody's secret, or a megabyte.
    for entry in found:
        message = str(entry["msg"]).removeprefix("Value error, ")
        yield FieldProblem(field=".".join(str(part) for part in entry["loc"]), message=message)


def _is_about_body(found: Iterable[dict[str, Any]]) -> bool:
    return any(tuple(entry["loc"]) == ("body",) for entry in found)


async def _http(request: Request, error: HTTPException) -> Response:
    path = request.url.path
    if error.status_code == HTTPStatus.NOT_FOUND:
        return problems.document(problems.Missing(f"There is nothing at {path}; /docs lists what there is."), path)
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return problems.document(problems.Malformed(f"{error.detail}. Send one JSON object."), path)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    detail = str(error.detail)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["allow"] = ", ".join(_methods(request.app, path))
        detail = f"{path} answers {headers['allow']}; /docs says what each does."
    return problems.render(error.status_code, problems.by_status(error.status_code, detail), path, headers=headers)


def _methods(app: FastAPI, path: str) -> list[str]:
    """What a path answers: the framework's own Allow header names the methods of one of its routes only."""
    return sorted(
        method.upper()
        for template, operations in app.openapi()["paths"].items()
        if compile_path(template)[0].match(path)
        for method in operations
    )


async def _database(request: Request, error: DBAPIError | PoolTimeout) -> Response:
    path = request.url.path
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _LOCK_TIMEOUT:
        return problems.document(problems.Busy(f"It still held a lock after 5 seconds. {_NOTHING_WRITTEN}"), path)
    if isinstance(error, (OperationalError, PoolTimeout)) or error.connection_invalidated:
        log.error("platform_database_unavailable", path=path, error=type(error).__name__)
        return problems.document(problems.Unavailable(f"The database cannot be reached. {_NOTHING_WRITTEN}"), path)
    return await _unforeseen(request, error)


async def _unforeseen(request: Request, error: Exception) -> Response:
    log.error("platform_error", path=request.url.path, method=request.method, exc_info=error)
    return problems.document(problems.Internal(f"We have logged it. {_NOTHING_WRITTEN}"), request.url.path)
