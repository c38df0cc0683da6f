"""What a token says, and when that counts (PROTOCOL.md section 4)."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any

import msgspec

from fanwire.errors import InvalidToken, TokenExpired

# Not None: msgspec decodes no "Raw | None".
NO_VALUE = msgspec.Raw()


class SubClaim(msgspec.Struct, frozen=True):
    """One entry of ``subs``. Bytes in base64 must be JSON too, for JSON is what our clients speak."""

    info: msgspec.Raw = NO_VALUE
    b64info: str = ""
    data: msgspec.Raw = NO_VALUE
    b64data: str = ""


class Claims(msgspec.Struct, frozen=True):
    """The claims that have a meaning here; others are ignored.

    ``exp`` and ``nbf`` decide whether the token is good now; ``expire_at`` (0: never) replaces ``exp`` as the
    end of what the token opens. Times are seconds since the epoch.
    """

    sub: str = ""
    exp: float | None = None
    nbf: float | None = None
    iat: float | None = None
    aud: str | list[str] | None = None
    iss: str | None = None
    info: msgspec.Raw = NO_VALUE
    b64info: str = ""
    data: msgspec.Raw = NO_VALUE
    b64data: str = ""
    channels: tuple[str, ...] = ()
    subs: dict[str, SubClaim] = {}
    meta: dict[str, Any] | None = None
    expire_at: float | None = None
    channel: str = ""
    jti: Any = None

    @property
    def token_id(self) -> str:
        """What a revocation names; RFC 7519 section 4.1.7 says that it is text."""
        return self.jti if isinstance(self.jti, str) else ""

    @property
    def ends_at(self) -> float:
        """When what this token opened must be refreshed; 0 is never."""
        return (self.exp or 0.0) if self.expire_at is None else self.expire_at

    def check_times(self, now: float) -> None:
        """Raises InvalidToken before ``nbf``, TokenExpired from ``exp`` on."""
        if self.nbf is not None and now < self.nbf:
            raise InvalidToken("not valid yet (nbf)")
        if self.exp is not None and now >= self.exp:
            raise TokenExpired("the token's exp has passed")

    def check_audience(self, configured: str, ours: str) -> None:
        """``configured`` must be in ``aud``; if nothing is configured, an ``aud`` must at least be ``ours``."""
        named = [self.aud] if isinstance(self.aud, str) else self.aud
        if named is None and not configured:
            return
        if (configured or ours) not in (named or ()):
            raise InvalidToken("aud is not ours: see client.token.audience")

    def check_issuer(self, configured: str) -> None:
        if configured and self.iss != configured:
            raise InvalidToken("iss is not the one of client.token.issuer")


_decoder = msgspec.json.Decoder(Claims)


def read_claims(payload: bytes) -> Claims:
    """Raises InvalidToken when the payload is not the JSON of claims; the message has nothing of it."""
    try:
        return _decoder.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    # Outside of the handler: the failed decoder's message could quote a claim.
    raise InvalidToken("a claim has the wrong type, or the payload is not JSON")


def raw_json(plain: msgspec.Raw, base64: str) -> msgspec.Raw | None:
    """The JSON of ``info``/``b64info`` or ``data``/``b64data`` on one line (a newline would end a message).

    Raises InvalidToken when the base64 does not hold JSON.
    """
    if base64:
        return _decoded(base64)
    # A copy, for a Raw keeps the whole payload alive.
    text = bytes(plain)
    return _one_line(text) if text not in (b"", b"null") else None


def _decoded(base64: str) -> msgspec.Raw:
    try:
        text = b64decode(base64, validate=True)
        msgspec.json.decode(text)
        return _one_line(text)
    except (binascii.Error, ValueError, msgspec.MsgspecError, RecursionError):
        pass
    raise InvalidToken("b64info or b64data is not JSON in base64")


def _one_line(text: bytes) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.format(text, indent=-1) if b"\n" in text or b"\r" in text else text)
