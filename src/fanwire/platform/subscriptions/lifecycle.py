"""The states of a subscription and the steps between them, as one table; what is not in it is refused."""

from __future__ import annotations

from enum import StrEnum

from fanwire.platform.problems import Conflict


class State(StrEnum):
    """``EXPIRED`` is never stored: it is a running one whose ``validUntil`` has passed."""

    ACTIVE = "active"
    ENDING = "ending"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    EXPIRED = "expired"


class Step(StrEnum):
    """What may be asked for."""

    RENEW = "renew"
    CANCEL_AT_PERIOD_END = "cancel"
    CANCEL_AT_ONCE = "cancel immediately"
    REFUND = "refund"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"


# These give access until ``validUntil``.
RUNNING = frozenset({State.ACTIVE, State.ENDING})

_TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.ACTIVE, Step.RENEW): State.ACTIVE,
    (State.ENDING, Step.RENEW): State.ACTIVE,
    (State.ACTIVE, Step.CANCEL_AT_PERIOD_END): State.ENDING,
    (State.ENDING, Step.CANCEL_AT_PERIOD_END): State.ENDING,
    (State.ACTIVE, Step.CANCEL_AT_ONCE): State.CANCELLED,
    (State.ENDING, Step.CANCEL_AT_ONCE): State.CANCELLED,
    # Money can be given back after the end, too.
    (State.ACTIVE, Step.REFUND): State.REFUNDED,
    (State.ENDING, Step.REFUND): State.REFUNDED,
    (State.CANCELLED, Step.REFUND): State.REFUNDED,
    (State.EXPIRED, Step.REFUND): State.REFUNDED,
    # Another tier does not undo a cancellation.
    (State.ACTIVE, Step.UPGRADE): State.ACTIVE,
    (State.ENDING, Step.UPGRADE): State.ENDING,
    (State.ACTIVE, Step.DOWNGRADE): State.ACTIVE,
    (State.ENDING, Step.DOWNGRADE): State.ENDING,
}


class WrongState(Conflict):
    slug, title = "wrong-state", "The subscription is not in a state for this"


def after(state: State, step: Step) -> State:
    """The state that ``step`` leads to.

    Raises:
        WrongState: the table has no such step; the detail names those there are.
    """
    found = _TRANSITIONS.get((state, step))
    if found is None:
        possible = [step.value for (start, step) in _TRANSITIONS if start is state]
        ways = f"possible: {', '.join(possible)}" if possible else "nothing more can be done with it"
        raise WrongState(
            f"This subscription is {state}, so '{step}' does not fit; {ways}. "
            "POST /api/subscriptions/process-payment begins a new one."
        )
    return found
