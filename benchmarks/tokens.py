"""Tokens made here, with the secret that the measured server was given."""

from __future__ import annotations

import time

from joserfc import jwt
from joserfc.jwk import OctKey

SECRET = "benchmarks-make-their-own-tokens-with-this"
API_KEY = "benchmarks-publish-with-this"
_LIFE = 3600


def token(user: str) -> str:
    """A bearer and connection token for ``user``, good for an hour."""
    now = int(time.time())
    claims = {"sub": user, "iat": now, "exp": now + _LIFE}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
