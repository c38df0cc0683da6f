from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from fanwire.auth.authenticator import TokenAuthenticator
from fanwire.settings import ClientSettings, TokenSettings
from fanwire.testing.clock import FakeClock

SECRET = "a-secret-of-this-test-that-is-long-enough"

MakeAuthenticator = Callable[..., TokenAuthenticator]


@pytest.fixture
def secret() -> str:
    return SECRET


@pytest.fixture
def authenticator(clock: FakeClock) -> MakeAuthenticator:
    def make(previous: str = "", audience: str = "", issuer: str = "", **client: Any) -> TokenAuthenticator:
        token = TokenSettings(
            hmac_secret_key=SecretStr(SECRET),
            hmac_previous_secret_key=SecretStr(previous),
            audience=audience,
            issuer=issuer,
        )
        return TokenAuthenticator(ClientSettings(token=token, **client), clock)

    return make
