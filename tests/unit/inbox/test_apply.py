"""Every event that exists can be applied."""

from __future__ import annotations

from fanwire.inbox.apply import APPLIERS
from fanwire.payloads import EVENTS


def test_there_is_one_applier_for_each_event() -> None:
    assert APPLIERS.keys() == EVENTS.keys()
