"""The table of a subscription's steps, whole."""

from __future__ import annotations

import pytest

from fanwire.platform.subscriptions.lifecycle import RUNNING, State, Step, WrongState, after

ALLOWED = {
    State.ACTIVE: {
        Step.RENEW: State.ACTIVE,
        Step.CANCEL_AT_PERIOD_END: State.ENDING,
        Step.CANCEL_AT_ONCE: State.CANCELLED,
        Step.REFUND: State.REFUNDED,
        Step.UPGRADE: State.ACTIVE,
        Step.DOWNGRADE: State.ACTIVE,
    },
    State.ENDING: {
        Step.RENEW: State.ACTIVE,
        Step.CANCEL_AT_PERIOD_END: State.ENDING,
        Step.CANCEL_AT_ONCE: State.CANCELLED,
        Step.REFUND: State.REFUNDED,
        Step.UPGRADE: State.ENDING,
        Step.DOWNGRADE: State.ENDING,
    },
    State.CANCELLED: {Step.REFUND: State.REFUNDED},
    State.EXPIRED: {Step.REFUND: State.REFUNDED},
    State.REFUNDED: {},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_every_step_from_every_state(state: State, step: Step) -> None:
    if step in ALLOWED[state]:
        assert after(state, step) is ALLOWED[state][step]
        return
    with pytest.raises(WrongState) as caught:
        after(state, step)
    assert f"is {state}" in caught.value.detail
    assert "process-payment" in caught.value.detail


def test_no_step_leads_out_of_an_end() -> None:
    ends = set(State) - RUNNING
    assert all(ALLOWED[end][step] in ends for end in ends for step in ALLOWED[end])
