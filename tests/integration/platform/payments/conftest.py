"""The platform with a payment provider."""

from __future__ import annotations

import pytest

from fanwire.settings import Settings
from tests.integration.platform import api as platform
from tests.integration.platform.api import PlatformApi
from tests.integration.platform.payments.provider import SECRET, Provider


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate(
        {
            "client": {"token": {"hmac_secret_key": platform.SECRET}},
            "platform": {
                "webhook_secret_key": SECRET,
                "webhook": {"body_size_limit": 4_000},
                "client_payments": True,
            },
        }
    )


@pytest.fixture
def provider(api: PlatformApi) -> Provider:
    return Provider(api)
