"""The OpenAPI document: what FastAPI derives from the routes, with our problem documents as its errors."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from fanwire.platform.problems import MEDIA_TYPE, ProblemDocument

_REF = "#/components/schemas/{model}"
_WORDS = {
    400: "The body is not JSON",
    401: "No token, or one that is forged or has expired",
    403: "Not open to this user",
    404: "There is no such thing, or it is deleted",
    409: "The same key or payment is being used right now, or for something else",
    413: "The body is too large",
    422: "A field does not fit; `errors` names each",
    500: "Something failed on our side; nothing was written",
    503: "The database does not answer; come again after `Retry-After`",
}
# Any operation can end so; what it takes adds its own.
_ALWAYS = (422, 500, 503)
_WITH_TOKEN = (401,)
_WITH_BODY = (400, 413)
_WITH_KEY = (409,)

# ``openapi_extra`` of a route that answers without a token too.
TOKEN_IS_OPTIONAL: dict[str, Any] = {"security": [{}]}


def refuses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that has these problems of its own."""
    return {status: _response(status) for status in statuses}


def document(app: FastAPI) -> dict[str, Any]:
    """The document of ``app``, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _make(app)
    return app.openapi_schema


def _make(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    models = ProblemDocument.model_json_schema(ref_template=_REF)
    schemas = schema["components"]["schemas"]
    schemas.update(models.pop("$defs"))
    schemas["Problem"] = models
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for operations in schema["paths"].values():
        for operation in operations.values():
            _add_problems(operation)
    return schema


def _add_problems(operation: dict[str, Any]) -> None:
    statuses: tuple[int, ...] = _ALWAYS
    if "security" in operation:
        statuses += _WITH_TOKEN
    if "requestBody" in operation:
        statuses += _WITH_BODY
    if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ())):
        statuses += _WITH_KEY
    # FastAPI's own 422 describes a body that we never send.
    responses = operation["responses"] | {str(status): _response(status) for status in statuses}
    operation["responses"] = dict(sorted(responses.items()))


def _response(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}}
    return {"description": _WORDS[status], "content": content}
