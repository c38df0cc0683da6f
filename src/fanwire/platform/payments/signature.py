"""The signature of a webhook: HMAC-SHA256 over the time and the raw body, in the scheme that Stripe made common.

``X-Payment-Signature: t=<unix seconds>,v1=<hex>[,v1=<hex>...]``: several while the provider rotates its secret.
Source: docs.stripe.com/webhooks, "Verify webhook signatures manually".
"""

from __future__ import annotations

import hashlib
import hmac
import re

from fanwire.platform.problems import Problem

HEADER = "X-Payment-Signature"
# More than a rotation needs; each costs a comparison.
MAX_SIGNATURES = 8
_PART = re.compile(r"(?P<name>[a-z][a-z0-9]{0,7})=(?P<value>[0-9A-Za-z]{1,128})")
_TIME = re.compile(r"[0-9]{1,12}")


class BadSignature(Problem):
    status, slug, title = 400, "bad-signature", "The signature does not fit"


class OldSignature(BadSignature):
    slug, title = "old-signature", "The signature is of another time"


def sign(body: bytes, secret: str, at: int) -> str:
    """The header's value for ``body`` sent at ``at`` (unix seconds)."""
    return f"t={at},v1={_digest(body, secret, str(at))}"


def verify(header: str | None, body: bytes, secret: str, now: float, tolerance: float) -> None:
    """Let only what the provider signed within ``tolerance`` seconds pass. ``body`` is what came, byte for byte.

    Raises:
        BadSignature: there is none, it cannot be read, or it is of another body or secret.
        OldSignature: it fits, but was made too long ago (or ahead): somebody repeats what they have overheard.
    """
    at, given = _read(header)
    expected = _digest(body, secret, at).encode()
    # In constant time: how long it takes tells nothing of how much of it was right.
    if not any(hmac.compare_digest(expected, each.encode()) for each in given):
        raise BadSignature(
            f"{HEADER} does not fit this body: sign the bytes that are sent, with platform.webhook_secret_key."
        )
    if abs(now - int(at)) > tolerance:
        raise OldSignature(
            f"The signature's time is {abs(now - int(at)):.0f} seconds off, {tolerance:.0f} are allowed "
            "(platform.webhook.tolerance): sign anew for each try, and set the clock."
        )


def _read(header: str | None) -> tuple[str, list[str]]:
    if header is None:
        raise BadSignature(f"There is no signature. Send {HEADER}: t=<unix seconds>,v1=<HMAC-SHA256 as hex>.")
    parts = [_PART.fullmatch(part.strip()) for part in header.split(",")]
    named = [(part["name"], part["value"]) for part in parts if part]
    times = [value for name, value in named if name == "t" and _TIME.fullmatch(value)]
    signatures = [value for name, value in named if name == "v1"]
    if len(times) != 1 or not 1 <= len(signatures) <= MAX_SIGNATURES:
        raise BadSignature(f"{HEADER} cannot be read. Send t=<unix seconds>,v1=<HMAC-SHA256 as hex>.")
    return times[0], signatures


def _digest(body: bytes, secret: str, at: str) -> str:
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
