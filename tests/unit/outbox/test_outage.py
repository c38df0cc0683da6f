"""An outage is one line when it begins and one when it ends; tries become rarer up to a limit."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from fanwire.outbox.outage import FIRST_DELAY, LONGEST_DELAY, Outage
from fanwire.testing import FakeClock


def test_two_lines_however_many_tries(clock: FakeClock) -> None:
    outage = Outage("relay.database", clock)
    with capture_logs() as logs:
        outage.worked()
        for _ in range(20):
            outage.failed(ConnectionRefusedError("no"))
            clock.advance(outage.wait)
        outage.worked()
        outage.worked()
    assert [line["event"] for line in logs] == ["relay.database.down", "relay.database.back"]
    assert logs[0]["error"] == "ConnectionRefusedError: no"
    assert logs[1]["tries"] == 20


def test_delays_double_up_to_the_longest_and_start_again(clock: FakeClock) -> None:
    outage = Outage("x", clock)
    waits = []
    for _ in range(8):
        outage.failed(OSError())
        waits.append(outage.wait)
        clock.advance(outage.wait)
    assert waits[:3] == pytest.approx([FIRST_DELAY, 2 * FIRST_DELAY, 4 * FIRST_DELAY])
    assert waits[-1] == pytest.approx(LONGEST_DELAY)
    outage.worked()
    assert outage.wait == 0
    outage.failed(OSError())
    assert outage.wait == pytest.approx(FIRST_DELAY)
