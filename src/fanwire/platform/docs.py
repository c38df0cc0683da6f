"""/docs: the OpenAPI document as one page of plain HTML. It works on a machine without internet: no CDN, no script."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from starlette.responses import HTMLResponse

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 0.9em/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.6rem; border: 1px solid; border-radius: 0.4rem; }
summary { cursor: pointer; padding: 0.4rem 0; }
summary b { display: inline-block; min-width: 4.5rem; }
details { border-bottom: 1px solid; }
table { border-collapse: collapse; width: 100%; }
td { padding: 0.2rem 0.8rem 0.2rem 0; vertical-align: top; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}


def page(document: dict[str, Any]) -> HTMLResponse:
    """The page for an OpenAPI document."""
    return HTMLResponse("\n".join(_page(document)), headers=_HEADERS)


def _page(document: dict[str, Any]) -> Iterator[str]:
    title = escape(document["info"]["title"])
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
    yield from (f"<p>{escape(text)}</p>" for text in document["info"]["description"].split("\n\n"))
    yield '<p>For machines: <a href="openapi.json">openapi.json</a></p>'
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield from _operation(document, f"{method.upper()} {path}", operation)
    yield "</body></html>"


def _operation(document: dict[str, Any], name: str, operation: dict[str, Any]) -> Iterator[str]:
    method, path = name.split(" ")
    yield f'<details id="{escape(operation["operationId"])}"><summary><b>{method}</b> <code>{escape(path)}</code>'
    yield f" {escape(operation['summary'])}</summary><p>{escape(operation.get('description', ''))}</p>"
    yield _table(
        (f"{parameter['name']} ({parameter['in']})", parameter.get("description", ""))
        for parameter in operation.get("parameters", ())
    )
    yield from _examples(document, "Body", operation.get("requestBody", {}).get("content", {}))
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            yield from _examples(document, f"Answer {status}", response.get("content", {}))
    yield _table(
        (status, response["description"])
        for status, response in operation["responses"].items()
        if not status.startswith("2")
    )
    yield "</details>"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = (f"<tr><td><code>{escape(left)}</code></td><td>{escape(right)}</td></tr>" for left, right in rows)
    body = "".join(cells)
    return f"<table>{body}</table>" if body else ""


def _examples(document: dict[str, Any], caption: str, content: dict[str, Any]) -> Iterator[str]:
    for media in content.values():
        name = media["schema"].get("$ref", "").rpartition("/")[2]
        schema = document["components"]["schemas"].get(name, media["schema"])
        for example in schema.get("examples", ()):
            yield f"<h4>{caption}</h4><pre>{escape(json.dumps(example, ensure_ascii=False, indent=2))}</pre>"
