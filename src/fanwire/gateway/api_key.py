"""Who may call the server API and the events API: whoever holds the one API key (PROTOCOL.md section 3)."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qs

from fanwire.gateway.asgi import Scope, header
from fanwire.settings import HttpApiSettings


class ApiKey:
    """Compares keys in constant time. Without a configured key nobody passes, but with ``http_api.insecure``."""

    def __init__(self, settings: HttpApiSettings) -> None:
        self._key = settings.key.get_secret_value().encode()
        self._insecure = settings.insecure

    def admits(self, scope: Scope) -> bool:
        """Whether the request carries the key: ``X-API-Key``, ``Authorization: apikey ...`` or ``?api_key=``."""
        if self._insecure:
            return True
        return bool(self._key) and hmac.compare_digest(_offered(scope).encode(), self._key)


def _offered(scope: Scope) -> str:
    key = header(scope, b"x-api-key")
    if key:
        return key
    scheme, _, credentials = header(scope, b"authorization").partition(" ")
    if scheme.lower() == "apikey":
        return credentials.strip()
    values = parse_qs(scope["query_string"].decode("latin-1")).get("api_key", ())
    return values[0] if values else ""
