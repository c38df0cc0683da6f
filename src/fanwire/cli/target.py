"""Which server a command talks to, and with which secrets.

Order: option > FANWIRE_* variable > the ``fanwire dev`` that runs on the data directory.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fanwire.configuration import load
from fanwire.errors import ConfigurationError
from fanwire.gateway.data_directory import API_KEY, DEFAULT, TOKEN_SECRET, WEBHOOK_SECRET, DataDirectory
from fanwire.settings import Settings

DEFAULT_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Target:
    """One server as a command sees it. Secrets stay out of ``repr``, and so out of every message."""

    url: str
    api_key: str = field(repr=False)
    settings: Settings = field(repr=False)
    token_secret: str = field(repr=False)
    webhook_secret: str = field(repr=False)

    @property
    def socket_url(self) -> str:
        """Where the WebSocket is."""
        return self.url.replace("http", "ws", 1) + "/connection/websocket"

    def key(self) -> str:
        """The API key.

        Raises: ConfigurationError when there is none.
        """
        if not self.api_key:
            raise ConfigurationError(_absent("an API key", "--api-key", "FANWIRE_API_KEY"))
        return self.api_key

    def secret(self) -> str:
        """The secret that signs tokens.

        Raises: ConfigurationError when there is none.
        """
        if not self.token_secret:
            raise ConfigurationError(_absent("a token secret", "--config", "FANWIRE_TOKEN_SECRET"))
        return self.token_secret

    def webhook_key(self) -> str:
        """The secret that the payment provider signs with.

        Raises: ConfigurationError when there is none.
        """
        if not self.webhook_secret:
            variable = "FANWIRE_PLATFORM__WEBHOOK_SECRET_KEY"
            raise ConfigurationError(_absent("a webhook secret", "--config", variable))
        return self.webhook_secret


def find(
    *,
    url: str | None = None,
    api_key: str | None = None,
    config: Path | None = None,
    data_dir: Path = DEFAULT,
    environ: Mapping[str, str] = os.environ,
) -> Target:
    """The server meant by these options and this environment."""
    directory = DataDirectory(data_dir)
    settings = load(config, environ)
    running = directory.running()
    return Target(
        url=_clean(url or environ.get("FANWIRE_URL") or (running.url if running else DEFAULT_URL)),
        api_key=api_key or settings.http_api.key.get_secret_value() or directory.kept(API_KEY),
        settings=settings,
        token_secret=settings.client.token.hmac_secret_key.get_secret_value() or directory.kept(TOKEN_SECRET),
        webhook_secret=settings.platform.webhook_secret_key.get_secret_value() or directory.kept(WEBHOOK_SECRET),
    )


def _clean(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ConfigurationError(f"{url}: the URL of a server begins with http:// or https://")
    return url.rstrip("/").removesuffix("/connection/websocket")


def _absent(what: str, option: str, variable: str) -> str:
    return f"{what} is needed: give {option} or set {variable}, or run beside `fanwire dev` (see --data-dir)"
