"""A site on an address of its own that serves the npm package as it is built, and passes the API on to Fanwire.

Playwright's routes would do for pages, but not for what a SharedWorker imports.
"""

from __future__ import annotations

import mimetypes
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2

from tests.typescript.conftest import PACKAGE

SHEET = (
    "<!doctype html><title>fanwire</title><style>.card{height:100px}</style><script type=module src=page.js></script>"
)
CENTRIFUGE = "/pkg/node_modules/centrifuge/build/index.mjs"
PAGE = "/pkg/test/browser/page.html"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PackageSite

    def do_GET(self) -> None:
        path = self.path.split("?", 1)[0]
        if path == PAGE:
            self._answer(200, "text/html", SHEET.encode())
        elif path.startswith("/pkg/"):
            self._file(path.removeprefix("/pkg/"))
        else:
            self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def log_message(self, *_: Any) -> None:
        """Tests say what they saw."""

    def _file(self, path: str) -> None:
        file = PACKAGE / path
        if not file.is_file():
            self._answer(404, "text/plain", b"")
            return
        # A bundler would resolve the one name that the package imports.
        text = file.read_text().replace("from 'centrifuge'", f"from '{CENTRIFUGE}'")
        self._answer(
            200, mimetypes.guess_type("x.js" if path.endswith(".mjs") else path)[0] or "text/plain", text.encode()
        )

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        kept = {name: value for name, value in self.headers.items() if name in {"authorization", "content-type"}}
        answer = self.server.http.request(self.command, self.server.target + self.path, content=body, headers=kept)
        self._answer(answer.status_code, answer.headers.get("content-type", ""), answer.content)

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class PackageSite(ThreadingHTTPServer):
    """``target`` is Fanwire's address; whoever makes one says it before the first page, and calls ``stop``."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.target = ""
        self.http = httpx2.Client(timeout=10)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
        self.http.close()
