"""Every broker runs through the one suite."""

from __future__ import annotations

from fanwire.brokers.base import Broker
from fanwire.brokers.memory import MemoryBroker
from fanwire.testing.broker_suite import BrokerSuite
from fanwire.testing.clock import FakeClock


class TestMemoryBroker(BrokerSuite):
    def make_broker(self, clock: FakeClock) -> Broker:
        return MemoryBroker(clock)
