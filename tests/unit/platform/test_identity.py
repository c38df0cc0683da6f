"""Who sends a request, and what is said to those who are not believed."""

from __future__ import annotations

import pytest

from fanwire.auth.authenticator import TokenAuthenticator
from fanwire.auth.tokens import make_api_token, make_connection_token, make_subscription_token
from fanwire.errors import ConfigurationError
from fanwire.platform.identity import DEV_TTL, Identities
from fanwire.platform.problems import Unauthenticated
from fanwire.settings import Settings
from fanwire.testing.clock import FakeClock

SECRET = "a-secret-of-the-tests-that-is-long-enough-for-hs256"
OTHER = "another-secret-that-is-long-enough-for-hs256-tokens"


def settings(**options: object) -> Settings:
    token = {"hmac_secret_key": SECRET, **options}
    return Settings.model_validate({"client": {"token": token}, "platform": {"dev": True}})


@pytest.fixture
def identities(clock: FakeClock) -> Identities:
    return Identities(settings(), clock)


def refusal(identities: Identities, header: str | None) -> str:
    with pytest.raises(Unauthenticated) as caught:
        identities.require(header)
    return caught.value.detail


def test_the_user_is_the_sub_of_the_token(identities: Identities, clock: FakeClock) -> None:
    token = make_api_token("boris", secret=SECRET, clock=clock)
    assert identities.require(f"Bearer {token}") == "boris"
    assert identities.require(f"bearer  {token} ") == "boris"
    assert identities.optional(f"Bearer {token}") == "boris"


def test_no_header_is_nobody_where_nobody_may_ask(identities: Identities) -> None:
    assert identities.optional(None) is None
    assert "POST /api/dev/token" in refusal(identities, None)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic Ym9yaXM6", "boris"])
def test_a_header_without_a_bearer_token_is_told_how_to_send_one(identities: Identities, header: str) -> None:
    assert "Authorization: Bearer" in refusal(identities, header)
    with pytest.raises(Unauthenticated):
        identities.optional(header)


def test_an_expired_token_is_told_so(identities: Identities, clock: FakeClock) -> None:
    token = make_api_token("boris", secret=SECRET, clock=clock, ttl=60)
    clock.advance(60)
    assert "expired" in refusal(identities, f"Bearer {token}")


def test_a_forged_token_is_told_so_and_is_not_repeated(identities: Identities, clock: FakeClock) -> None:
    for token in (make_api_token("boris", secret=OTHER, clock=clock), "nonsense", "a.b.c", "x" * 20_000):
        detail = refusal(identities, f"Bearer {token}")
        assert "not good" in detail
        assert token not in detail


def test_tokens_for_the_socket_do_not_open_the_api(identities: Identities, clock: FakeClock) -> None:
    connection = make_connection_token("boris", secret=SECRET, clock=clock)
    assert "aud" in refusal(identities, f"Bearer {connection}")
    subscription = make_subscription_token("boris", "post:1", secret=SECRET, clock=clock, audience="")
    assert "subscription" in refusal(identities, f"Bearer {subscription}")


@pytest.mark.parametrize("sub", ["", "bo ris", "борис", "b" * 129, "a\x00"])
def test_a_sub_that_could_be_no_channel_name_is_refused(identities: Identities, clock: FakeClock, sub: str) -> None:
    assert "sub" in refusal(identities, f"Bearer {make_api_token(sub, secret=SECRET, clock=clock)}")


def test_the_platform_may_have_a_secret_of_its_own(clock: FakeClock) -> None:
    both = Settings.model_validate(
        {"client": {"token": {"hmac_secret_key": SECRET}}, "platform": {"token_secret_key": OTHER}}
    )
    identities = Identities(both, clock)
    assert identities.require(f"Bearer {make_api_token('boris', secret=OTHER, clock=clock)}") == "boris"
    detail = refusal(identities, f"Bearer {make_api_token('boris', secret=SECRET, clock=clock)}")
    assert "dev/token" not in detail


async def test_development_tokens_are_good_for_both_doors(clock: FakeClock) -> None:
    configured = settings(audience="site", issuer="me")
    identities = Identities(configured, clock)
    tokens = identities.dev_tokens("boris")
    clock.advance(DEV_TTL - 1)
    assert identities.require(f"Bearer {tokens.token}") == "boris"
    assert (await TokenAuthenticator(configured.client, clock).connect(tokens.connection_token)).user == "boris"


def test_without_a_secret_there_is_no_platform(clock: FakeClock) -> None:
    with pytest.raises(ConfigurationError, match="FANWIRE_TOKEN_SECRET"):
        Identities(Settings(), clock)
