"""Logging of the server commands: for people in a terminal, JSON lines elsewhere, and no secret in either."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from typing import TextIO
from urllib.parse import unquote, urlsplit

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from fanwire.settings import Settings

# Three base64url parts: a JWT, wherever it may have come from.
_TOKEN = re.compile(r"eyJ[\w-]{6,}\.[\w-]+\.[\w-]+")
MASK = "***"


class Masking:
    """Takes tokens and the known ``secrets`` out of finished log lines: the second wall behind not logging them."""

    def __init__(self, secrets: Iterable[str], render: Processor) -> None:
        known = {form for secret in secrets if secret for form in (secret, json.dumps(secret)[1:-1])}
        self._secrets = sorted(known, key=len, reverse=True)
        self._render = render

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> str:
        return self.text(str(self._render(logger, method, event)))

    def text(self, text: str) -> str:
        """``text`` without tokens and secrets."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return _TOKEN.sub(MASK, text)


def set_up(level: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's logging the same way, to ``stream`` (default: stderr)."""
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=not out.isatty()),
        structlog.processors.StackInfoRenderer(),
    ]
    _standard_library(level, out, shared, Masking(secrets, _renderer(out)))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def set_up_for(settings: Settings) -> None:
    """``set_up`` at the level of these settings, masking every secret in them."""
    client, database, broker = settings.client.token, settings.database.url, settings.broker.url
    known = (client.hmac_secret_key, client.hmac_previous_secret_key, settings.http_api.key)
    passwords = (urlsplit(url.get_secret_value()).password for url in (database, broker))
    platform = (settings.platform.token_secret_key, settings.platform.webhook_secret_key)
    secrets = [secret.get_secret_value() for secret in (*known, *platform)]
    set_up(settings.log_level, [*secrets, *(unquote(password) for password in passwords if password)])


def _standard_library(level: str, out: TextIO, shared: list[Processor], masking: Masking) -> None:
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                masking,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # Its lines are start, stop and one per connection: the first two are said by the command itself.
    logging.getLogger("uvicorn").setLevel(max(logging.WARNING, root.level))
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # What failed at the start is told by the command, in one line.
    logging.getLogger("uvicorn.error").addFilter(_is_no_start_failure)


def _is_no_start_failure(record: logging.LogRecord) -> bool:
    return record.exc_info is not None or "startup failed" not in record.getMessage()


def _renderer(out: TextIO) -> Processor:
    if out.isatty():
        # The default, rich, prints local variables: a token may be among them.
        return structlog.dev.ConsoleRenderer(colors=True, exception_formatter=structlog.dev.plain_traceback)
    lines = structlog.processors.JSONRenderer(default=str, ensure_ascii=False)

    def render(logger: WrappedLogger, method: str, event: EventDict) -> str | bytes:
        return lines(logger, method, structlog.processors.format_exc_info(logger, method, event))

    return render
