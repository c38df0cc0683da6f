"""Who may do what: each rule allows, refuses, and says what to change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fanwire.errors import PermissionDenied
from fanwire.realtime.channels.namespaces import Channel, Namespaces
from fanwire.realtime.channels.rules import Subject, Verdict, may_history, may_presence, may_publish, may_subscribe
from fanwire.settings import ChannelSettings, Namespace

ANNA = Subject("anna")
NOBODY = Subject("")
INSECURE = Subject("", insecure=True)
ACTS: dict[str, Callable[[Subject, Channel], None]] = {
    "publish": may_publish,
    "presence": may_presence,
    "history": may_history,
}


def channel(name: str, **options: Any) -> Channel:
    return Namespaces(ChannelSettings(namespaces=(Namespace(name="chat", **options),))).channel(name)


def refused(subject: Subject, where: Channel, act: Callable[..., Any] = may_subscribe, **more: Any) -> PermissionDenied:
    with pytest.raises(PermissionDenied) as refusal:
        act(subject, where, **more)
    assert refusal.value.rule
    assert refusal.value.hint
    return refusal.value


# --- subscribe


def test_nothing_is_allowed_by_default() -> None:
    assert "channel.namespaces[chat].allow_subscribe_for_client" in refused(ANNA, channel("chat:1")).hint


def test_clients_may_be_allowed_and_anonymous_ones_apart() -> None:
    allowed = channel("chat:1", allow_subscribe_for_client=True)
    assert may_subscribe(ANNA, allowed) is Verdict.ALLOWED
    assert "allow_subscribe_for_anonymous" in refused(NOBODY, allowed).hint
    for_all = channel("chat:1", allow_subscribe_for_client=True, allow_subscribe_for_anonymous=True)
    assert may_subscribe(NOBODY, for_all) is Verdict.ALLOWED


def test_open_is_for_anyone() -> None:
    assert may_subscribe(NOBODY, channel("chat:1", access="open")) is Verdict.ALLOWED


def test_owner_is_for_the_user_whose_id_follows_the_colon() -> None:
    assert may_subscribe(ANNA, channel("chat:anna", access="owner")) is Verdict.ALLOWED
    for name in ("chat:boris", "chat:anna2", "chat:", "chat:anna:x"):
        refused(ANNA, channel(name, access="owner"))
    refused(NOBODY, channel("chat:", access="owner"))


def test_post_leaves_it_to_channel_access() -> None:
    assert may_subscribe(NOBODY, channel("chat:1", access="post")) is Verdict.ASK


def test_insecure_opens_what_no_rule_guards() -> None:
    assert may_subscribe(INSECURE, channel("chat:1")) is Verdict.ALLOWED
    refused(INSECURE, channel("chat:anna", access="owner"))
    refused(INSECURE, channel("$chat:1"))
    assert may_subscribe(INSECURE, channel("chat:1", access="post")) is Verdict.ASK


def test_private_channels_need_a_token() -> None:
    private = channel("$chat:1", allow_subscribe_for_client=True)
    assert "token" in refused(ANNA, private).rule
    assert may_subscribe(ANNA, private, by_token=True) is Verdict.ALLOWED


def test_a_token_opens_anything_but_what_access_facts_guard() -> None:
    assert may_subscribe(ANNA, channel("chat:boris", access="owner"), by_token=True) is Verdict.ALLOWED
    assert may_subscribe(ANNA, channel("chat:1", access="post"), by_token=True) is Verdict.ASK


def test_user_limited_channels() -> None:
    limited = channel("chat:1#anna,boris", allow_user_limited_channels=True)
    assert may_subscribe(ANNA, limited) is Verdict.ALLOWED
    refused(Subject("clara"), limited)
    refused(NOBODY, channel("chat:1#", allow_user_limited_channels=True))
    assert "allow_user_limited_channels" in refused(ANNA, channel("chat:1#anna", access="open")).hint
    guarded = channel("chat:1#anna", allow_user_limited_channels=True, access="post")
    assert may_subscribe(ANNA, guarded) is Verdict.ASK


# --- publish, presence, history


@pytest.mark.parametrize("act", ACTS)
def test_other_acts(act: str) -> None:
    rule = ACTS[act]
    subscriber = Subject("anna", subscribed=True)
    assert f"allow_{act}_for_client" in refused(ANNA, channel("chat:1"), rule).hint
    rule(ANNA, channel("chat:1", **{f"allow_{act}_for_client": True}))
    for_subscribers = channel("chat:1", **{f"allow_{act}_for_subscriber": True})
    rule(subscriber, for_subscribers)
    refused(ANNA, for_subscribers, rule)
    for_clients = channel("chat:1", **{f"allow_{act}_for_client": True})
    assert f"allow_{act}_for_anonymous" in refused(NOBODY, for_clients, rule).hint
    rule(NOBODY, channel("chat:1", **{f"allow_{act}_for_client": True, f"allow_{act}_for_anonymous": True}))
    rule(INSECURE, channel("chat:1"))
