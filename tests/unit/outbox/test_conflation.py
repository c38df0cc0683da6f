"""Conflation against a model: a table of frames as the store keeps it, and a relay that publishes, fails and dies."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fanwire.frames.frame import Target
from fanwire.outbox.conflation import Conflation
from fanwire.store.frames import StoredFrame
from fanwire.testing import FakeClock

# Seconds; a binary fraction, so that sums of the model's steps are exact.
INTERVAL = 0.125


def frame(number: int, key: str | None, channel: str = "post:7") -> StoredFrame:
    return StoredFrame(number, Target.CHANNEL, channel, b"{}", f"e{number}", f"e{number}:0", 0, True, key)


def test_the_first_leaves_at_once_and_the_next_when_the_interval_is_over(clock: FakeClock) -> None:
    conflation = Conflation(clock, INTERVAL)
    first, second = frame(1, "likes"), frame(2, "likes")
    assert conflation.admit([first]) == [first]
    conflation.left([first])
    assert conflation.admit([second]) == []
    assert (conflation.held, conflation.wait) == ([2], INTERVAL)
    clock.advance(INTERVAL / 2)
    assert (conflation.admit([second]), conflation.wait) == ([], INTERVAL / 2)
    clock.advance(INTERVAL / 2)
    assert (conflation.held, conflation.wait) == ([], None)
    assert conflation.admit([second]) == [second]


def test_other_keys_channels_and_frames_without_a_key_pass(clock: FakeClock) -> None:
    conflation = Conflation(clock, INTERVAL)
    conflation.left([frame(1, "likes")])
    others = [frame(2, "likes:c1"), frame(3, "likes", "post:8"), frame(4, None)]
    assert conflation.admit([*others, frame(5, "likes")]) == others
    assert conflation.held == [5]


def test_a_frame_without_a_key_is_not_remembered(clock: FakeClock) -> None:
    conflation = Conflation(clock, INTERVAL)
    conflation.left([frame(1, None)])
    assert len(conflation) == 0


def test_memory_holds_the_keys_of_one_interval(clock: FakeClock) -> None:
    conflation = Conflation(clock, INTERVAL)
    for number in range(1_000):
        conflation.left([frame(number, "likes", f"post:{number}")])
        clock.advance(INTERVAL / 8)
        assert conflation.held == []
        assert len(conflation) <= 8
    clock.advance(INTERVAL)
    assert conflation.admit([]) == []
    assert len(conflation) == 0


def test_an_interval_of_zero_lets_everything_pass(clock: FakeClock) -> None:
    conflation = Conflation(clock, 0.0)
    for number in range(3):
        conflation.left([frame(number, "likes")])
        assert conflation.admit([frame(number + 1, "likes")]) != []


class Relay(RuleBasedStateMachine):
    """``table`` is ``fanwire_frame``; ``sent`` what the broker got, by key, with the time and the relay's life."""

    keys = st.sampled_from(["likes", "likes:c1", "likes:c2"])
    channels = st.sampled_from(["post:7", "post:8"])

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock(monotonic=1_024.0)
        self.table: dict[int, StoredFrame] = {}
        self.newest: dict[tuple[str, str], int] = {}
        self.sent: dict[tuple[str, str], list[tuple[int, float, int]]] = {}
        self.number = 0
        self.life = 0

    @initialize()
    def start(self) -> None:
        self.conflation = Conflation(self.clock, INTERVAL)

    @rule(channel=channels, key=keys, times=st.integers(1, 3))
    def apply(self, channel: str, key: str, times: int) -> None:
        for _ in range(times):
            self.number += 1
            superseded = [one.id for one in self.table.values() if (one.channel, one.conflation_key) == (channel, key)]
            for number in superseded:
                del self.table[number]
            self.table[self.number] = frame(self.number, key, channel)
            self.newest[channel, key] = self.number

    @rule(eighths=st.integers(1, 12))
    def pass_time(self, eighths: int) -> None:
        self.clock.advance(INTERVAL * eighths / 8)

    @rule(outcome=st.sampled_from(["sent", "sent", "refused", "died"]))
    def flush(self, outcome: str) -> None:
        held = set(self.conflation.held)
        leaving = self.conflation.admit([one for number, one in sorted(self.table.items()) if number not in held])
        if outcome != "refused":
            for one in leaving:
                entry = (one.id, self.clock.monotonic(), self.life)
                history = self.sent.setdefault((one.channel, one.conflation_key or ""), [])
                if not history or history[-1][0] != one.id:  # else the broker knows its key
                    history.append(entry)
        self.conflation.left(leaving)
        if outcome == "sent":
            for one in leaving:
                del self.table[one.id]
        if outcome == "died":
            self.life += 1
            self.conflation = Conflation(self.clock, INTERVAL)

    @invariant()
    def versions_rise_and_one_leaves_per_interval(self) -> None:
        for history in self.sent.values():
            for (before, at, life), (after, later, its_life) in itertools.pairwise(history):
                assert before < after
                assert life != its_life or later - at >= INTERVAL

    @invariant()
    def nothing_is_remembered_for_longer_than_an_interval(self) -> None:
        assert len(self.conflation) <= 6

    def teardown(self) -> None:
        """When everything is well for one interval, the newest value of each key is out."""
        self.clock.advance(INTERVAL)
        self.flush("sent")
        assert self.table == {}
        assert {key: history[-1][0] for key, history in self.sent.items()} == self.newest


TestRelay = pytest.mark.filterwarnings("error")(Relay.TestCase)
TestRelay.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
