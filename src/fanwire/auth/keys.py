"""The secrets that sign tokens. One family of algorithms only (HMAC), whatever a token's header says."""

from __future__ import annotations

import warnings

from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OctKey

from fanwire.errors import ConfigurationError, InvalidToken

ALGORITHMS = ("HS256", "HS384", "HS512")
# Longer than any token that serves its purpose; what is longer is not even decoded.
MAX_TOKEN_LENGTH = 16_384
# RFC 7515 section 4.1.11 and RFC 7797: both change what a signature means. Nobody who signs with a shared
# secret needs them, and they have hidden forgeries (GHSA-752w-5fwx-jx9f).
FORBIDDEN_HEADERS = frozenset({"crit", "b64"})


class Keys:
    """The current secret and the previous one. Headers that point at keys (kid, jku, jwk, x5u) have no effect."""

    def __init__(self, current: str, previous: str = "") -> None:
        self._keys = [
            _import(secret, name)
            for secret, name in ((current, "hmac_secret_key"), (previous, "hmac_previous_secret_key"))
            if secret
        ]
        # Tokens may carry headers of their own; those that are registered must have the registered type.
        self._registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def payload(self, token: str) -> bytes:
        """The payload of ``token`` if one of the keys has signed it.

        Raises:
            InvalidToken: it is not a signed token, or of somebody else. The message has no part of the token.
        """
        if not self._keys:
            raise InvalidToken("no key to verify tokens with: set client.token.hmac_secret_key")
        if len(token) > MAX_TOKEN_LENGTH:
            raise InvalidToken(f"token longer than {MAX_TOKEN_LENGTH} characters")
        signed = next((signed for key in self._keys if (signed := self._verified(token, key))), None)
        # Raised here and not where joserfc failed: no exception in the chain can hold the token.
        if signed is None or signed.payload is None:
            raise InvalidToken("not signed by any key of client.token")
        if FORBIDDEN_HEADERS & signed.headers().keys():
            raise InvalidToken("the header has crit or b64")
        return signed.payload

    def _verified(self, token: str, key: OctKey) -> jws.CompactSignature | None:
        try:
            return jws.deserialize_compact(token, key, ALGORITHMS, self._registry)
        except BadSignatureError:
            return None
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # joserfc meets some malformed headers with plain Python errors.
            return None


def _import(secret: str, name: str) -> OctKey:
    try:
        with warnings.catch_warnings():
            # Short secrets are refused by the requirements of production, with a better message.
            warnings.simplefilter("ignore")
            return OctKey.import_key(secret)
    except ValueError:
        raise ConfigurationError(
            f"client.token.{name}: a public key is not a secret; HS256 needs a random one"
        ) from None


def sign(payload: bytes, secret: str, algorithm: str = "HS256") -> str:
    """A compact JWS of ``payload``. Raises ConfigurationError for a secret that cannot be one."""
    return jws.serialize_compact(
        {"alg": algorithm, "typ": "JWT"}, payload, _import(secret, "hmac_secret_key"), ALGORITHMS
    )
