"""``fanwire.realtime.ports.Authenticator`` over HMAC-signed JSON web tokens."""

from __future__ import annotations

from typing import Protocol

from fanwire.auth.claims import Claims, SubClaim, raw_json, read_claims
from fanwire.auth.keys import Keys
from fanwire.auth.tokens import CONNECTION_AUDIENCE
from fanwire.clock import Clock
from fanwire.errors import BadCommand, InvalidToken, TokenExpired
from fanwire.realtime.ports import Identity, ServerSubscription, SubscriptionGrant
from fanwire.settings import ClientSettings, TokenSettings


class TokenVerifier:
    """Tokens of one purpose: signature, audience, issuer and times. Used for API tokens too.

    ``audience`` is what ``aud`` must name when ``client.token.audience`` is not set.
    """

    def __init__(self, settings: TokenSettings, clock: Clock, audience: str) -> None:
        self._keys = Keys(
            settings.hmac_secret_key.get_secret_value(), settings.hmac_previous_secret_key.get_secret_value()
        )
        self._settings = settings
        self._clock = clock
        self._audience = audience

    def claims(self, token: str) -> Claims:
        """The claims of a token that is good now.

        Raises:
            TokenExpired: everything about it is right, but its time is over.
            InvalidToken: anything else. No message holds any part of the token.
        """
        claims = read_claims(self._keys.payload(token))
        claims.check_audience(self._settings.audience, self._audience)
        claims.check_issuer(self._settings.issuer)
        claims.check_times(self._clock.wall())
        return claims


class Revocations(Protocol):
    """Knows which tokens count no more (``fanwire.access.tokens``)."""

    async def is_revoked(self, user: str, token_id: str, issued_at: float) -> bool:
        """Whether a token was revoked, by its ``jti`` or by its ``iat`` (0: it has none)."""
        ...


class TokenAuthenticator:
    """Connection and subscription tokens of Centrifugo's shape."""

    def __init__(self, settings: ClientSettings, clock: Clock, revocations: Revocations | None = None) -> None:
        """Without ``revocations`` a token counts until its time is over."""
        self._verifier = TokenVerifier(settings.token, clock, CONNECTION_AUDIENCE)
        self._revocations = revocations
        self._without_token = settings.insecure or settings.allow_anonymous_connect_without_token

    async def connect(self, token: str) -> Identity:
        """Who a connection token speaks for; an absent one is anonymous where the settings allow it.

        Raises: TokenExpired, InvalidToken, and BadCommand (3501) for an absent token.
        """
        if not token:
            return self._anonymous()
        claims = self._verifier.claims(token)
        if claims.channel:
            raise InvalidToken("a subscription token cannot open a connection")
        await self._check_revocation(claims)
        return Identity(
            user=claims.sub,
            expire_at=claims.ends_at,
            info=raw_json(claims.info, claims.b64info),
            channels=claims.channels,
            subs={channel: _subscription(sub) for channel, sub in claims.subs.items()},
            token_id=claims.token_id,
            issued_at=claims.iat or 0.0,
        )

    async def subscribe(self, token: str) -> SubscriptionGrant:
        """What a subscription token allows. Raises: TokenExpired, InvalidToken."""
        claims = self._verifier.claims(token)
        if not claims.channel:
            raise InvalidToken("a subscription token must name its channel")
        await self._check_revocation(claims)
        return SubscriptionGrant(
            user=claims.sub,
            channel=claims.channel,
            expire_at=claims.ends_at,
            info=raw_json(claims.info, claims.b64info),
            data=raw_json(claims.data, claims.b64data),
            token_id=claims.token_id,
            issued_at=claims.iat or 0.0,
        )

    async def _check_revocation(self, claims: Claims) -> None:
        """A revoked token is answered as an expired one: whoever may have another fetches it."""
        if self._revocations is not None and await self._revocations.is_revoked(
            claims.sub, claims.token_id, claims.iat or 0.0
        ):
            raise TokenExpired("the token is revoked", "get a new one")

    def _anonymous(self) -> Identity:
        if self._without_token:
            return Identity(user="")
        raise BadCommand("no token: give one, or set client.allow_anonymous_connect_without_token")


def _subscription(sub: SubClaim) -> ServerSubscription:
    return ServerSubscription(info=raw_json(sub.info, sub.b64info), data=raw_json(sub.data, sub.b64data))
