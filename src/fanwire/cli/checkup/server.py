"""Questions to a running server over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import msgspec

from fanwire.cli.checkup.finding import Finding, ill, well
from fanwire.cli.http import CallFailed, call
from fanwire.cli.target import Target
from fanwire.errors import ConfigurationError
from fanwire.gateway.readiness import OK

TIMEOUT = 10.0


def reached(server: Target) -> Finding:
    """Whether anybody answers at the URL, and whether it is Fanwire."""
    try:
        response = httpx2.get(f"{server.url}/healthz", timeout=TIMEOUT)
    except httpx2.HTTPError as error:
        return ill("server", f"{server.url}: {error or type(error).__name__}", "start it, or give another --url")
    if response.status_code == httpx2.codes.OK:
        return well("server", server.url)
    return ill(
        "server",
        f"{server.url}/healthz answered HTTP {response.status_code}",
        "is this the URL of Fanwire, and does a proxy between pass /healthz on?",
    )


def readiness_findings(server: Target) -> Iterator[Finding]:
    """What the server says of its own database, broker and relay."""
    response = httpx2.get(f"{server.url}/readyz", timeout=TIMEOUT)
    try:
        report: dict[str, str] = msgspec.json.decode(response.content)["checks"]
    except (msgspec.MsgspecError, KeyError, TypeError):
        yield ill("readiness", f"/readyz answered HTTP {response.status_code}", "does a proxy pass /readyz on?")
        return
    for name, said in report.items():
        if said == OK:
            yield well(f"server's {name}", OK)
        else:
            yield ill(f"server's {name}", said, "see the server's log")


def api_key(server: Target) -> Finding:
    """Whether the API key that we have is the server's."""
    try:
        nodes = call(server, "info", {})["nodes"]
    except (CallFailed, ConfigurationError) as error:
        return ill("API key", str(error), "set FANWIRE_API_KEY to the server's http_api.key")
    return well("API key", f"accepted; nodes: {len(nodes)}")
