"""The tables of a session's life: complete, reachable, and the only way to change state."""

from __future__ import annotations

import pytest

from fanwire.realtime.protocol.model import Command, Kind
from fanwire.realtime.session.dispatch import HANDLERS
from fanwire.realtime.session.state import ACCEPTS, DEAF, TRANSITIONS, Event, State
from fanwire.testing import FakeClock
from tests.unit.realtime.session.script import Script


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    reached, new = {State.FRESH}, {State.FRESH}
    while new:
        new = {to for state in new for to in TRANSITIONS[state].values()} - reached
        reached |= new
    assert reached == set(State) == set(TRANSITIONS)


def test_every_state_can_close_and_nothing_follows() -> None:
    assert all(Event.CLOSE in TRANSITIONS[state] for state in State if state is not State.CLOSED)
    assert TRANSITIONS[State.CLOSED] == {}


def test_each_state_accepts_or_is_deaf() -> None:
    assert set(ACCEPTS) | DEAF == set(State)
    assert not set(ACCEPTS) & DEAF


def test_whatever_is_accepted_has_a_handler() -> None:
    assert set(HANDLERS) == frozenset().union(*ACCEPTS.values())


def test_an_event_that_a_state_does_not_list_is_our_own_mistake(clock: FakeClock) -> None:
    with pytest.raises(KeyError):
        Script(clock).session.move(Event.ADMIT)


def test_every_request_of_a_command_is_a_kind() -> None:
    requests = set(Command.__struct_fields__) - {"id"}
    assert requests == {kind.value for kind in Kind} - {"pong", "unknown"}
