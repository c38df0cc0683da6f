"""The pages as they are served: types, headers, and nothing outside the folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest

from fanwire.web.app import create_web


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=create_web())
    async with httpx2.AsyncClient(transport=transport, base_url="http://site") as client:
        yield client


async def test_the_page_is_at_the_root(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<script type="module" src="/static/main.js">' in answer.text


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/static/main.js", "text/javascript; charset=utf-8"),
        ("/static/store/inbox-store.js", "text/javascript; charset=utf-8"),
        ("/static/vendor/centrifuge/centrifuge.js", "text/javascript; charset=utf-8"),
        ("/static/style/base.css", "text/css; charset=utf-8"),
        ("/static/favicon.svg", "image/svg+xml; charset=utf-8"),
        ("/static/pictures/sea.svg", "image/svg+xml; charset=utf-8"),
        ("/static/package.json", "application/json; charset=utf-8"),
    ],
)
async def test_files_have_their_types_on_every_machine(http: httpx2.AsyncClient, path: str, content_type: str) -> None:
    answer = await http.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/static/none.js", "/none"])
async def test_every_answer_has_the_walls(http: httpx2.AsyncClient, path: str) -> None:
    headers = (await http.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self' ws: wss:" in policy
    assert "img-src 'self' data: https:" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-cache"


async def test_an_unchanged_file_is_not_sent_again(http: httpx2.AsyncClient) -> None:
    tag = (await http.get("/static/main.js")).headers["etag"]
    again = await http.get("/static/main.js", headers={"if-none-match": tag})
    assert again.status_code == 304
    assert again.content == b""


async def test_head_answers_without_a_body(http: httpx2.AsyncClient) -> None:
    for path in ("/", "/static/main.js"):
        answer = await http.head(path)
        assert answer.status_code == 200
        assert answer.content == b""


@pytest.mark.parametrize("path", ["/static/none.js", "/static/", "/static/store", "/app.py", "/static/%2e%2e/app.py"])
async def test_there_is_nothing_else(http: httpx2.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404


async def test_files_are_read_only(http: httpx2.AsyncClient) -> None:
    assert (await http.post("/", content=b"x")).status_code == 405
    assert (await http.put("/static/main.js", content=b"x")).status_code == 405
