"""Tokens that count no more, by their name or by their age."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fanwire.access.feed import AccessFeed
from fanwire.access.suspects import Suspects
from fanwire.access.tokens import RevokedTokens
from fanwire.auth.authenticator import TokenAuthenticator
from fanwire.auth.tokens import make_api_token, make_connection_token, make_subscription_token
from fanwire.clock import utc
from fanwire.errors import BadRequest, TokenExpired
from fanwire.events.access import revoke_token, revoke_tokens
from fanwire.gateway.wiring.revocations import StoredRevocations
from fanwire.ids import event_id
from fanwire.payloads import RevokeToken, RevokeTokens
from fanwire.platform.identity import Identities
from fanwire.platform.problems import Unauthenticated
from fanwire.settings import ClientSettings, Settings
from tests.integration.access.conftest import World

SECRET = "a-secret-that-is-long-enough-for-it"


def authenticator(world: World) -> TokenAuthenticator:
    settings = ClientSettings.model_validate({"token": {"hmac_secret_key": SECRET}})
    # Nothing was loaded, so that everybody is asked about.
    return TokenAuthenticator(
        settings, world.clock, RevokedTokens(world.database, Suspects(world.database, world.clock))
    )


def token(world: World, user: str = "anna", **claims: object) -> str:
    return make_connection_token(user, secret=SECRET, clock=world.clock, claims=claims)


async def test_a_token_that_is_revoked_by_name_is_as_good_as_expired(each_world: World) -> None:
    tokens = authenticator(each_world)
    stolen, other = token(each_world, jti="j1"), token(each_world, jti="j2")
    assert (await tokens.connect(stolen)).token_id == "j1"
    async with each_world.database.write.begin() as session:
        await revoke_token("anna", "j1", session=session)
    with pytest.raises(TokenExpired):
        await tokens.connect(stolen)
    await tokens.connect(other)
    await tokens.connect(token(each_world, "boris", jti="j1"))  # another user's token of that name


async def test_the_user_need_not_be_known(world: World) -> None:
    await world.say(RevokeToken(token_id="j1"))
    with pytest.raises(TokenExpired):
        await authenticator(world).connect(token(world, jti="j1"))


async def test_all_tokens_up_to_a_time(each_world: World) -> None:
    tokens, old = authenticator(each_world), token(each_world)
    none = token(each_world, iat=None)
    each_world.clock.advance(10)
    await each_world.say(RevokeTokens(user_id="anna", issued_before=utc(each_world.clock)))
    same_second = token(each_world)
    each_world.clock.advance(1)
    new = token(each_world)
    for one in (old, none, same_second):
        with pytest.raises(TokenExpired):
            await tokens.connect(one)
    assert (await tokens.connect(new)).user == "anna"
    await tokens.connect(token(each_world, "boris", iat=1))


async def test_without_a_time_it_is_now(world: World) -> None:
    """By the database's clock, which is the real one: tokens of the test's clock are from the future."""
    async with world.database.write.begin() as session:
        await revoke_tokens("anna", session=session)
    tokens = authenticator(world)
    with pytest.raises(TokenExpired):
        await tokens.connect(token(world, iat=1_000_000_000))
    await tokens.connect(token(world))


async def test_subscription_tokens_too(world: World) -> None:
    await world.say(RevokeToken(token_id="s1", user_id="anna"))
    signed = make_subscription_token("anna", "creator:eva", secret=SECRET, clock=world.clock, claims={"jti": "s1"})
    with pytest.raises(TokenExpired):
        await authenticator(world).subscribe(signed)


async def test_an_id_that_is_no_text_is_no_id(world: World) -> None:
    await world.say(RevokeToken(token_id="7"))
    assert (await authenticator(world).connect(token(world, jti=7))).token_id == ""


async def test_who_never_had_a_token_revoked_costs_no_query(world: World) -> None:
    feed, suspects = AccessFeed(world.database, world.clock), Suspects(world.database, world.clock)
    await feed.changes()
    await suspects.load()
    await world.say(RevokeToken(token_id="j1"), RevokeTokens(user_id="anna"))
    suspects.heard(await feed.changes(), world.clock.monotonic())
    assert suspects.may_be("anna") and suspects.may_be("boris", "token:j1")
    assert not suspects.may_be("boris", "token:j2")


async def test_the_feed_says_up_to_when(each_world: World) -> None:
    feed = AccessFeed(each_world.database, each_world.clock)
    await feed.changes()
    before = utc(each_world.clock) - timedelta(days=1)
    await each_world.say(RevokeTokens(user_id="anna", issued_before=before), RevokeToken(token_id="j1"))
    one, other = await feed.changes()
    assert (one.user, one.resource, one.kind, one.at) == ("anna", "tokens", "token", before.timestamp())
    assert (other.user, other.resource) == ("", "token:j1")
    assert other.at > 0


async def test_the_server_api_stores_them_and_says_what_is_wrong(each_world: World) -> None:
    feed, store = AccessFeed(each_world.database, each_world.clock), StoredRevocations(each_world.database, event_id)
    await feed.changes()
    await store.revoke_token("j1", "")
    await store.revoke_tokens("anna", 1_700_000_000)
    assert [(one.user, one.resource) for one in await feed.changes()] == [("", "token:j1"), ("anna", "tokens")]
    assert (await feed.changes()) == []
    with pytest.raises(BadRequest) as wrong:
        await store.revoke_token("secret token with spaces", "")
    assert "secret" not in str(wrong.value)
    await each_world.work()
    assert each_world.told() == []


async def test_the_platforms_bearer_tokens_too(world: World) -> None:
    settings = Settings.model_validate({"client": {"token": {"hmac_secret_key": SECRET}}})
    identities = Identities(settings, world.clock, RevokedTokens(world.database))
    bearer = f"Bearer {make_api_token('anna', secret=SECRET, clock=world.clock, claims={'jti': 'a1'})}"
    assert await identities.caller(bearer) == "anna"
    await world.say(RevokeToken(token_id="a1"))
    with pytest.raises(Unauthenticated, match="revoked"):
        await identities.caller(bearer)
    with pytest.raises(Unauthenticated, match="no token"):
        await identities.caller(None)
