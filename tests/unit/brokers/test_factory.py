from __future__ import annotations

import pytest

from fanwire.brokers.factory import create_broker
from fanwire.brokers.memory import MemoryBroker
from fanwire.errors import ConfigurationError
from fanwire.testing.clock import FakeClock


def test_memory(clock: FakeClock) -> None:
    assert isinstance(create_broker("memory://", clock), MemoryBroker)


@pytest.mark.parametrize("url", ["nats://user:hunter2@host", "", "memory", "kafka:hunter2"])
def test_other_schemes_are_refused_by_name_and_without_the_password(clock: FakeClock, url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"broker\.url") as refused:
        create_broker(url, clock)
    assert "hunter2" not in str(refused.value)
