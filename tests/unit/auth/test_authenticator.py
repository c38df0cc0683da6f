"""What good tokens open. Bad ones are in test_forged_tokens.py."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import msgspec
import pytest
from pydantic import SecretStr

from fanwire.auth.authenticator import TokenAuthenticator, TokenVerifier
from fanwire.auth.tokens import API_AUDIENCE, make_api_token, make_connection_token, make_subscription_token
from fanwire.errors import BadCommand, InvalidToken, TokenExpired
from fanwire.realtime.ports import Identity, ServerSubscription, SubscriptionGrant
from fanwire.settings import ClientSettings, TokenSettings
from fanwire.testing.clock import FakeClock

Make = Callable[..., TokenAuthenticator]


async def test_a_plain_token(authenticator: Make, clock: FakeClock, secret: str) -> None:
    token = make_connection_token("anna", secret=secret, clock=clock, ttl=60)
    assert await authenticator().connect(token) == Identity(
        user="anna", expire_at=clock.wall() + 60, issued_at=clock.wall()
    )


async def test_a_token_without_end(authenticator: Make, clock: FakeClock, secret: str) -> None:
    token = make_connection_token("anna", secret=secret, clock=clock, ttl=None)
    clock.advance(10_000_000)
    assert await authenticator().connect(token) == Identity(user="anna", issued_at=clock.wall() - 10_000_000)


async def test_every_claim_of_a_connection(authenticator: Make, clock: FakeClock, secret: str) -> None:
    claims = {
        "info": {"name": "Анна"},
        "channels": ["news"],
        "subs": {"feed:1": {"info": {"a": 1}, "b64data": b64encode(b'{"b":2}').decode()}, "feed:2": {}},
        "meta": {"plan": "gold"},
        "expire_at": clock.wall() + 5,
        "jti": "x",
    }
    identity = await authenticator().connect(make_connection_token("anna", secret=secret, clock=clock, claims=claims))
    assert identity.expire_at == clock.wall() + 5
    assert identity.info == msgspec.Raw('{"name":"Анна"}'.encode())
    assert identity.channels == ("news",)
    assert identity.subs == {
        "feed:1": ServerSubscription(info=msgspec.Raw(b'{"a":1}'), data=msgspec.Raw(b'{"b":2}')),
        "feed:2": ServerSubscription(),
    }


async def test_expire_at_zero_is_never(authenticator: Make, clock: FakeClock, secret: str) -> None:
    token = make_connection_token("anna", secret=secret, clock=clock, claims={"expire_at": 0})
    assert (await authenticator().connect(token)).expire_at == 0


async def test_info_is_one_line_whatever_its_layout(authenticator: Make, clock: FakeClock, secret: str) -> None:
    spread = b64encode(b'{\n "name":\r\n "Anna" }').decode()
    token = make_connection_token("anna", secret=secret, clock=clock, claims={"b64info": spread})
    assert (await authenticator().connect(token)).info == msgspec.Raw(b'{"name":"Anna"}')


async def test_null_info_is_none(authenticator: Make, clock: FakeClock, secret: str) -> None:
    token = make_connection_token("anna", secret=secret, clock=clock, claims={"info": None})
    assert (await authenticator().connect(token)).info is None


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
async def test_the_whole_hmac_family(authenticator: Make, clock: FakeClock, secret: str, algorithm: str) -> None:
    token = make_connection_token("anna", secret=secret, clock=clock, algorithm=algorithm)
    assert (await authenticator().connect(token)).user == "anna"


async def test_a_token_expires_to_the_second(authenticator: Make, clock: FakeClock, secret: str) -> None:
    token = make_connection_token("anna", secret=secret, clock=clock, ttl=60)
    clock.advance(59)
    await authenticator().connect(token)
    clock.advance(1)
    with pytest.raises(TokenExpired):
        await authenticator().connect(token)


async def test_the_previous_key_is_good_while_it_is_configured(
    authenticator: Make, clock: FakeClock, secret: str
) -> None:
    old = "the-secret-before-this-one-was-made"
    token = make_connection_token("anna", secret=old, clock=clock)
    assert (await authenticator(previous=old).connect(token)).user == "anna"
    assert (await authenticator(previous=old).connect(make_connection_token("boris", secret=secret, clock=clock))).user
    with pytest.raises(InvalidToken):
        await authenticator().connect(token)


async def test_no_audience_is_good_until_one_is_configured(authenticator: Make, clock: FakeClock, secret: str) -> None:
    token = make_connection_token("anna", secret=secret, clock=clock, audience="")
    await authenticator().connect(token)
    with pytest.raises(InvalidToken, match="aud"):
        await authenticator(audience="my-site").connect(token)


async def test_a_configured_audience_and_issuer(authenticator: Make, clock: FakeClock, secret: str) -> None:
    strict = authenticator(audience="my-site", issuer="my-login")
    good = make_connection_token("anna", secret=secret, clock=clock, audience="my-site", issuer="my-login")
    several = make_connection_token(
        "anna", secret=secret, clock=clock, issuer="my-login", claims={"aud": ["other", "my-site"]}
    )
    assert (await strict.connect(good)).user == (await strict.connect(several)).user == "anna"
    with pytest.raises(InvalidToken, match="iss"):
        await strict.connect(make_connection_token("anna", secret=secret, clock=clock, audience="my-site"))
    with pytest.raises(InvalidToken, match="aud"):
        await strict.connect(make_connection_token("anna", secret=secret, clock=clock, issuer="my-login"))


async def test_an_api_token_opens_no_connection(authenticator: Make, clock: FakeClock, secret: str) -> None:
    with pytest.raises(InvalidToken, match="aud"):
        await authenticator().connect(make_api_token("anna", secret=secret, clock=clock))


def test_a_verifier_of_api_tokens(clock: FakeClock, secret: str) -> None:
    verifier = TokenVerifier(TokenSettings(hmac_secret_key=SecretStr(secret)), clock, API_AUDIENCE)
    assert verifier.claims(make_api_token("anna", secret=secret, clock=clock)).sub == "anna"
    with pytest.raises(InvalidToken):
        verifier.claims(make_connection_token("anna", secret=secret, clock=clock))


async def test_a_subscription_token(authenticator: Make, clock: FakeClock, secret: str) -> None:
    token = make_subscription_token(
        "anna", "$private", secret=secret, clock=clock, ttl=60, claims={"info": {"a": 1}, "data": [1]}
    )
    assert await authenticator().subscribe(token) == SubscriptionGrant(
        "anna", "$private", clock.wall() + 60, msgspec.Raw(b'{"a":1}'), msgspec.Raw(b"[1]"), issued_at=clock.wall()
    )
    clock.advance(60)
    with pytest.raises(TokenExpired):
        await authenticator().subscribe(token)


async def test_the_two_kinds_are_not_exchangeable(authenticator: Make, clock: FakeClock, secret: str) -> None:
    with pytest.raises(InvalidToken):
        await authenticator().connect(make_subscription_token("anna", "a", secret=secret, clock=clock))
    with pytest.raises(InvalidToken):
        await authenticator().subscribe(make_connection_token("anna", secret=secret, clock=clock))


async def test_no_token(authenticator: Make) -> None:
    with pytest.raises(BadCommand, match="no token"):
        await authenticator().connect("")
    assert await authenticator(insecure=True).connect("") == Identity(user="")
    assert await authenticator(allow_anonymous_connect_without_token=True).connect("") == Identity(user="")


async def test_insecure_still_refuses_a_forged_token(authenticator: Make, clock: FakeClock) -> None:
    with pytest.raises(InvalidToken):
        await authenticator(insecure=True).connect(make_connection_token("anna", secret="forged", clock=clock))


async def test_without_any_key_every_token_is_refused(clock: FakeClock) -> None:
    nobody = TokenAuthenticator(ClientSettings(insecure=True), clock)
    with pytest.raises(InvalidToken, match="hmac_secret_key"):
        await nobody.connect(make_connection_token("anna", secret="any", clock=clock))
