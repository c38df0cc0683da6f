"""Every answer about a locked post, whatever happened before, against a model that replays all of it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.integration.access.oracle import AUTHOR, FAN, VISITOR, Trial

TIERS = (None, "basic", "premium", "vip")
ENDS = st.sampled_from((None, 0.3, 1.0, 2.5, 30.0))
APPLIED = st.sampled_from((True, True, True, False))
STEPS = st.one_of(
    st.tuples(st.just("subscription"), st.sampled_from(TIERS), ENDS, APPLIED),
    st.tuples(st.just("purchase"), ENDS, APPLIED),
    st.tuples(st.just("refund"), st.sampled_from(("creator:anna", "post:1")), APPLIED),
    st.tuples(st.sampled_from(("block", "unblock")), APPLIED),
    st.tuples(st.just("time"), st.sampled_from((0.1, 0.4, 1.2, 3.0))),
    st.just(("publish",)),
    st.just(("publish",)),
    st.just(("subscribe",)),
    st.just(("recover",)),
    st.just(("recover",)),
    st.just(("history",)),
    st.tuples(st.just("database"), st.booleans()),
    st.just(("revoke_tokens",)),
    st.just(("reconnect",)),
)
CASES = {
    "user": st.sampled_from((FAN, FAN, FAN, FAN, AUTHOR, VISITOR)),
    "locked": st.sampled_from((True, True, True, False, None)),
    "tier": st.sampled_from(TIERS),
    "steps": st.lists(STEPS, min_size=1, max_size=14),
}
COUNTED = {"cases": 0, "answers": 0}


async def _step(trial: Trial, name: str, *with_: Any) -> None:
    match name:
        case "subscription":
            tier, seconds, applied = with_
            trial.fact("creator:anna", "grant", tier, seconds, applied, "")
        case "purchase":
            seconds, applied = with_
            trial.fact("post:1", "grant", None, seconds, applied, "")
        case "refund":
            resource, applied = with_
            trial.fact(resource, "revoke", None, None, applied, "refunded")
        case "block" | "unblock":
            trial.fact("block:anna", name, None, None, with_[0], "blocked" if name == "block" else "")
        case "time":
            await trial.time(with_[0])
        case "subscribe" | "recover":
            await trial.subscribe(recover=name == "recover")
        case "database":
            trial.log.down = with_[0]
        case "revoke_tokens":
            trial.revoke_tokens()
        case "publish" | "history" | "reconnect":
            await getattr(trial, name)()


async def _case(user: str, locked: bool | None, tier: str | None, steps: list[tuple[Any, ...]]) -> None:
    trial = Trial(user, locked, tier)
    await trial.begin()
    try:
        for step in steps:
            await _step(trial, *step)
            trial.observe()
        await trial.time(1.0)
    finally:
        await trial.end()
    COUNTED["cases"] += 1
    COUNTED["answers"] += trial.answers


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A hundred thousand cases are half a million lines about denials."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


def _run(examples: int) -> None:
    with asyncio.Runner() as runner:

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(**CASES)
        def every_answer_is_right(**case: Any) -> None:
            runner.run(_case(**case))

        every_answer_is_right()


def test_every_answer_is_right() -> None:
    _run(150)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_hundred_thousand_cases() -> None:
    _run(int(os.environ.get("FANWIRE_ORACLE_CASES", "100000")))
    print(f"\n{COUNTED['cases']} cases, {COUNTED['answers']} answers, none of them wrong")
