"""Who sends a request: the ``sub`` of a bearer token."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from fanwire.auth.authenticator import Revocations, TokenVerifier
from fanwire.auth.claims import Claims
from fanwire.auth.tokens import API_AUDIENCE, CONNECTION_AUDIENCE, make_api_token, make_connection_token
from fanwire.clock import Clock
from fanwire.errors import ConfigurationError, InvalidToken, TokenExpired
from fanwire.platform.answers import DevTokens
from fanwire.platform.problems import Unauthenticated
from fanwire.platform.requests import Id
from fanwire.settings import Settings, TokenSettings

# Seconds that a development token lives: a working day, so that nobody's demo stops at noon.
DEV_TTL = 12 * 3600.0
_HOW = "Send the header 'Authorization: Bearer <token>', a JWT (HS256) whose sub is the user's id"
_ID: TypeAdapter[str] = TypeAdapter(Id)


class Identities:
    """Reads the Authorization header. No message and no log line holds any part of a token."""

    def __init__(self, settings: Settings, clock: Clock, revocations: Revocations | None = None) -> None:
        """Without ``revocations`` a token counts until its time is over."""
        self._tokens = _token_settings(settings)
        self._client = settings.client.token
        self._clock = clock
        self._revocations = revocations
        self._verifier = TokenVerifier(self._tokens, clock, API_AUDIENCE)
        self._hint = " (in development: POST /api/dev/token)." if settings.platform.dev else "."

    async def caller(self, header: str | None) -> str:
        """The user, whose token must not be revoked either (``revoke_token``, ``revoke_tokens``).

        Raises:
            Unauthenticated: with what is wrong and how to do it right.
        """
        claims = self._bearer(header)
        if self._revocations is not None and await self._revocations.is_revoked(
            claims.sub, claims.token_id, claims.iat or 0.0
        ):
            raise Unauthenticated(f"The token was revoked; get a new one and send the request again{self._hint}")
        return self._user(claims)

    def optional(self, header: str | None) -> str | None:
        """The user, or None without a header. A bad token is refused, never taken for none."""
        return None if header is None else self.require(header)

    def require(self, header: str | None) -> str:
        """The user.

        Raises:
            Unauthenticated: with what is wrong and how to do it right.
        """
        return self._user(self._bearer(header))

    def _bearer(self, header: str | None) -> Claims:
        if header is None:
            raise Unauthenticated(f"There is no token. {_HOW}{self._hint}")
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated(f"The Authorization header has no bearer token. {_HOW}{self._hint}")
        return self._claims(token.strip())

    def dev_tokens(self, user: str) -> DevTokens:
        """Tokens for the API and for the socket."""
        secret, issuer = self._tokens.hmac_secret_key.get_secret_value(), self._tokens.issuer
        claims = {"iss": issuer} if issuer else None
        return DevTokens(
            token=make_api_token(user, secret=secret, clock=self._clock, ttl=DEV_TTL, claims=claims),
            connection_token=make_connection_token(
                user,
                secret=self._client.hmac_secret_key.get_secret_value(),
                clock=self._clock,
                ttl=DEV_TTL,
                audience=self._client.audience or CONNECTION_AUDIENCE,
                issuer=self._client.issuer,
            ),
        )

    def _claims(self, token: str) -> Claims:
        try:
            return self._verifier.claims(token)
        except TokenExpired:
            problem = Unauthenticated(f"The token has expired; get a new one and send the request again{self._hint}")
        except InvalidToken as error:
            problem = Unauthenticated(f"The token is not good: {error.detail}. {_HOW}{self._hint}")
        # Raised out here so that no exception in its chain knows the token.
        raise problem

    def _user(self, claims: Claims) -> str:
        if claims.channel:
            raise Unauthenticated(f"This token is for a subscription to a channel, not for the API. {_HOW}{self._hint}")
        try:
            return _ID.validate_python(claims.sub)
        except ValidationError:
            raise Unauthenticated(
                "The token's sub cannot be a user's id: 1 to 128 printable ASCII characters without spaces."
            ) from None


def _token_settings(settings: Settings) -> TokenSettings:
    """The platform's own secret, or the client tokens' one. Their audience is theirs: ours is ``fanwire-api``."""
    own = settings.platform.token_secret_key
    if own.get_secret_value():
        return TokenSettings(hmac_secret_key=own)
    shared = settings.client.token
    if not shared.hmac_secret_key.get_secret_value():
        raise ConfigurationError(
            "the platform API has no secret to check tokens with: "
            "set platform.token_secret_key or client.token.hmac_secret_key (FANWIRE_TOKEN_SECRET)"
        )
    return shared.model_copy(update={"audience": ""})
