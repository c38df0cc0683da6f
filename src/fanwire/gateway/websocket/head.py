"""The head of an upgrade request, as uvicorn rebuilds it."""

from __future__ import annotations

from typing import NamedTuple


class RequestHead(NamedTuple):
    """Names of headers are in lower case; a header that came more than once has all its values, in order."""

    method: str
    path: str
    query: str
    headers: dict[str, list[str]]

    def one(self, name: str) -> str | None:
        """The value of a header that may come once; empty when absent, None when it came more than once."""
        values = self.headers.get(name)
        if values is None:
            return ""
        return values[0] if len(values) == 1 else None

    def listed(self, name: str) -> list[str]:
        """The members of a header that is a comma-separated list (RFC 9110 section 5.6.1)."""
        return [part.strip() for value in self.headers.get(name, ()) for part in value.split(",") if part.strip()]


def parse_head(data: bytes) -> RequestHead:
    """Take apart a head that an HTTP parser has accepted already: one line per header, none folded."""
    request_line, *lines = data.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, _, rest = request_line.partition(" ")
    target = rest.rpartition(" ")[0]
    # Absolute form (RFC 9112 section 3.2.2), which proxies may send.
    if not target.startswith("/"):
        target = "/" + target.partition("://")[2].partition("/")[2]
    path, _, query = target.partition("?")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.lower(), []).append(value.strip())
    return RequestHead(method, path, query, headers)
