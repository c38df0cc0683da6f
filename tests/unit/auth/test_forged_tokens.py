"""Tokens that somebody else made, or changed, or kept too long: none opens anything (../shared/FAULTS.md section 5)."""

from __future__ import annotations

import hashlib
import hmac
import json
import traceback
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fanwire.auth.authenticator import TokenAuthenticator
from fanwire.auth.keys import MAX_TOKEN_LENGTH, Keys
from fanwire.errors import ConfigurationError, FanwireError, InvalidToken, TokenExpired
from fanwire.testing.clock import START, FakeClock

Make = Callable[..., TokenAuthenticator]

SECRET = b"a-secret-of-this-test-that-is-long-enough"
GOOD = {"sub": "canary-user", "exp": START + 60}
PLAIN = {"alg": "HS256", "typ": "JWT"}
HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(header: Any = PLAIN, claims: Any = GOOD, key: bytes = SECRET, sign_as: str = "HS256") -> str:
    """A token of our own making: joserfc would refuse to make most of these."""
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    body = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    signed = f"{b64(head)}.{b64(body)}"
    return f"{signed}.{b64(hmac.new(key, signed.encode(), HASHES[sign_as]).digest())}"


def unsigned(header: Any, claims: Any = GOOD) -> str:
    return token(header, claims).rpartition(".")[0] + "."


def public_key() -> bytes:
    pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return pair.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def changed(part: int) -> str:
    parts = token().split(".")
    parts[part] = parts[part][:-3] + ("AAA" if parts[part][-3:] != "AAA" else "BBB")
    return ".".join(parts)


def swapped_payload() -> str:
    head, _, signature = token().split(".")
    return f"{head}.{b64(json.dumps({'sub': 'admin'}).encode())}.{signature}"


FORGED = {
    # no signature
    "none": unsigned({"alg": "none"}),
    "None": unsigned({"alg": "None"}),
    "NONE with a signature": token({"alg": "NONE"}),
    "nOnE": unsigned({"alg": "nOnE"}),
    "empty alg": unsigned({"alg": ""}),
    "no alg": token({"typ": "JWT"}),
    "null alg": token({"alg": None}),
    "alg as a list": token({"alg": ["HS256"]}),
    "alg as a number": token({"alg": 256}),
    "signature cut off": unsigned(PLAIN),
    "two parts": ".".join(token().split(".")[:2]),
    # confusion of algorithms
    "HMAC with a public key": token({"alg": "HS256"}, key=public_key()),
    "RS256 named over HMAC": token({"alg": "RS256"}),
    "ES256 named over HMAC": token({"alg": "ES256"}),
    "PS256 named over HMAC": token({"alg": "PS256"}),
    "EdDSA named over HMAC": token({"alg": "EdDSA"}),
    "HS512 named, HS256 signed": token({"alg": "HS512"}),
    "HS1": token({"alg": "HS1"}),
    "lower case": token({"alg": "hs256"}),
    "encrypted": token({"alg": "dir", "enc": "A128GCM"}),
    # another key
    "empty key": token(key=b""),
    "wrong key": token(key=b"secret"),
    "key with a newline": token(key=SECRET + b"\n"),
    "kid with a path": token({**PLAIN, "kid": "../../../../dev/null"}, key=b""),
    "kid with SQL": token({**PLAIN, "kid": "x' UNION SELECT 'secret"}, key=b"secret"),
    "kid as an object": token({**PLAIN, "kid": {"a": 1}}),
    "jku": token({**PLAIN, "jku": "https://evil.test/keys"}, key=b"evil"),
    "jwk": token({**PLAIN, "jwk": {"kty": "oct", "k": b64(b"evil")}}, key=b"evil"),
    "x5u": token({**PLAIN, "x5u": "https://evil.test/cert"}, key=b"evil"),
    "x5c": token({**PLAIN, "x5c": ["evil"]}, key=b"evil"),
    # headers that change the meaning
    "crit unknown": token({**PLAIN, "crit": ["evil"], "evil": 1}),
    "crit known": token({**PLAIN, "crit": ["kid"], "kid": "1"}),
    "crit empty": token({**PLAIN, "crit": []}),
    "b64 off": token({**PLAIN, "b64": False, "crit": ["b64"]}),
    "b64 without crit": token({**PLAIN, "b64": False}),
    # changed after signing
    "payload swapped": swapped_payload(),
    "header changed": changed(0),
    "payload changed": changed(1),
    "signature changed": changed(2),
    "a part added": token() + ".AAAA",
    "spaces around": f" {token()} ",
    "line feed inside": token()[:20] + "\n" + token()[20:],
    # claims
    "not yet valid": token(claims={**GOOD, "nbf": START + 10}),
    "wrong aud": token(claims={**GOOD, "aud": "somebody-else"}),
    "aud of the API": token(claims={**GOOD, "aud": "fanwire-api"}),
    "empty aud list": token(claims={**GOOD, "aud": []}),
    "aud as a number": token(claims={**GOOD, "aud": 1}),
    "aud with a suffix": token(claims={**GOOD, "aud": "fanwire-connection.evil"}),
    "exp as text": token(claims={"sub": "a", "exp": "9999999999"}),
    "exp as a bool": token(claims={"sub": "a", "exp": True}),
    "exp out of range": token(claims=b'{"sub":"a","exp":1e999}'),
    "exp not a number": token(claims=b'{"sub":"a","exp":NaN}'),
    "sub as a number": token(claims={**GOOD, "sub": 1}),
    "sub as null": token(claims={**GOOD, "sub": None}),
    "sub as a list": token(claims={**GOOD, "sub": ["admin"]}),
    "channels as text": token(claims={**GOOD, "channels": "a"}),
    "b64info that is no JSON": token(claims={**GOOD, "b64info": b64(b"\xff\xfe")}),
    "b64info that is no base64": token(claims={**GOOD, "b64info": "!!"}),
    "a subscription token": token(claims={**GOOD, "channel": "a"}),
    # garbage
    "one word": "garbage",
    "dots": "...",
    "two dots": "..",
    "not base64": "!!!.???.###",
    "not ASCII": "секрет.секрет.секрет",
    "NUL": "\x00.\x00.\x00",
    "lone surrogate": "\ud800.a.b",
    "header is no JSON": token(b"{"),
    "header is a list": token([1]),
    "header is null": token(b"null"),
    "header is nested deeply": token(b"[" * 5_000),
    "claims are no JSON": token(claims=b"{"),
    "claims are a list": token(claims=[1]),
    "claims are a string": token(claims="anna"),
    "claims are not UTF-8": token(claims=b'{"sub":"\xff"}'),
    "claims are nested deeply": token(claims=b'{"meta":' + b"[" * 5_000),
    "huge": token(claims={**GOOD, "meta": {"x": "y" * 1_000_000}}),
    "a bit too long": token(claims={**GOOD, "meta": {"x": "y" * MAX_TOKEN_LENGTH}}),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
async def test_is_refused_and_leaves_no_trace(authenticator: Make, forged: str) -> None:
    with pytest.raises(InvalidToken) as refused:
        await authenticator().connect(forged)
    assert_no_trace(refused.value, forged)


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
async def test_subscribes_to_nothing(authenticator: Make, forged: str) -> None:
    if forged == FORGED["a subscription token"]:
        return  # the one that is good for this
    with pytest.raises(InvalidToken):
        await authenticator().subscribe(forged)


async def test_expired_is_told_apart_only_when_all_else_is_right(authenticator: Make) -> None:
    old = {"sub": "canary-user", "exp": START - 1}
    with pytest.raises(TokenExpired) as refused:
        await authenticator().connect(token(claims=old))
    assert_no_trace(refused.value, token(claims=old))
    with pytest.raises(InvalidToken):
        await authenticator().connect(token(claims=old, key=b"wrong"))
    with pytest.raises(InvalidToken):
        await authenticator().connect(token(claims={**old, "aud": "somebody-else"}))


async def test_the_clock_decides_not_the_token(authenticator: Make, clock: FakeClock) -> None:
    early = token(claims={**GOOD, "nbf": START + 10})
    clock.advance(10)
    assert (await authenticator().connect(early)).user == "canary-user"


async def test_the_maker_of_this_corpus_makes_good_tokens_too(authenticator: Make) -> None:
    """Else every test above would pass for the wrong reason."""
    assert (await authenticator().connect(token())).user == "canary-user"
    harmless = token({**PLAIN, "kid": "../../etc/passwd", "app": "x"}, {**GOOD, "aud": "fanwire-connection"})
    assert (await authenticator().connect(harmless)).user == "canary-user"


def test_a_public_key_is_no_secret() -> None:
    with pytest.raises(ConfigurationError, match=r"client\.token\.hmac_secret_key"):
        Keys(public_key().decode())


def test_the_corpus_is_large_enough() -> None:
    assert len(FORGED) >= 40


def assert_no_trace(error: FanwireError, text: str) -> None:
    """Neither the message nor anything that a log would print of the chain holds a part of the token."""
    assert error.__cause__ is None
    assert error.__context__ is None
    printed = "".join(traceback.format_exception(error))
    assert "canary" not in printed
    for part in text.split("."):
        assert len(part) < 8 or part not in printed
