"""Which web pages may open a connection (cross-site WebSocket hijacking, OWASP WebSocket cheat sheet)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fanwire.errors import ConfigurationError

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
# RFC 6454 section 7: scheme, host, port and nothing else. Host: a DNS name or IPv4, or IPv6 in brackets.
_ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://([a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")
_PATTERN = re.compile(r"([a-z][a-z0-9+.-]*)://([a-z0-9_.*-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")
# What one * of a pattern stands for: one or more characters of a host name, so never a port or a path.
_WILDCARD = r"[a-z0-9_-](?:[a-z0-9_.-]*[a-z0-9_-])?"
# A host name has at most 253 characters; what is longer need not be matched against patterns.
_LONGEST = 300

_Origin = tuple[str, str, int | None]


class AllowedOrigins:
    """``client.allowed_origins``: exact origins, patterns like ``https://*.example.com``, or ``*`` for any.

    Scheme, host and port must all fit; a missing port is the scheme's own. A request without Origin passes: it
    does not come from a browser's page. With an empty list nothing else does.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        self._any = False
        self._exact: set[_Origin] = set()
        self._patterns: list[tuple[str, re.Pattern[str], int | None]] = []
        for entry in allowed:
            self._add(entry)

    def allows(self, origin: str) -> bool:
        return not self.why_not(origin)

    def why_not(self, origin: str) -> str:
        """The rule that refuses ``origin``, in words for the log; empty when it is allowed."""
        if not origin or self._any:
            return ""
        if not self._exact and not self._patterns:
            return "client.allowed_origins is empty: only requests without Origin pass"
        parsed = _parse(_ORIGIN, origin)
        if parsed is None:
            return "the Origin header is not scheme://host[:port]"
        if parsed in self._exact or self._fits_pattern(parsed):
            return ""
        return "the origin is not in client.allowed_origins"

    def _add(self, entry: str) -> None:
        if entry == "*":
            self._any = True
            return
        parsed = _parse(_PATTERN, entry)
        if parsed is None:
            raise ConfigurationError(
                f"client.allowed_origins: {entry!r} is not an origin; write scheme://host[:port], "
                "https://*.example.com for every subdomain, or * for any page"
            )
        scheme, host, port = parsed
        if "*" in host:
            self._patterns.append((scheme, re.compile(re.escape(host).replace(r"\*", _WILDCARD)), port))
        else:
            self._exact.add(parsed)

    def _fits_pattern(self, origin: _Origin) -> bool:
        scheme, host, port = origin
        return any(
            scheme == its_scheme and port == its_port and pattern.fullmatch(host)
            for its_scheme, pattern, its_port in self._patterns
        )


def _parse(shape: re.Pattern[str], text: str) -> _Origin | None:
    # Scheme and host ignore case (RFC 6454 section 4); browsers send them in lower case anyway.
    found = shape.fullmatch(text.lower()) if len(text) <= _LONGEST and text.isascii() else None
    if found is None:
        return None
    scheme, host, port = found.groups()
    return scheme, host, int(port) if port else _DEFAULT_PORTS.get(scheme)
