"""Namespaces: which options a channel gets."""

from __future__ import annotations

import pytest

from fanwire.errors import ConfigurationError, UnknownChannel
from fanwire.realtime.channels.namespaces import Namespaces
from fanwire.settings import ChannelOptions, ChannelSettings, Namespace

SPACES = Namespaces(
    ChannelSettings(
        without_namespace=ChannelOptions(presence=True),
        namespaces=(Namespace(name="post", access="open"), Namespace(name="chat", history_size=5)),
    )
)


def test_a_channel_has_the_options_of_its_namespace() -> None:
    assert SPACES.channel("chat:1").options.history_size == 5
    assert SPACES.channel("news").options.presence
    assert SPACES.channel("$chat:1").options.history_size == 5


def test_a_file_replaces_a_built_in_namespace() -> None:
    assert SPACES.channel("post:1").options.access == "open"
    assert SPACES.channel("feed:1").options.access == "owner"


def test_an_unknown_namespace_is_refused_with_the_setting() -> None:
    with pytest.raises(UnknownChannel) as refusal:
        SPACES.channel("diary:1")
    assert "channel.namespaces" in refusal.value.hint


def test_hints_name_the_place_in_the_configuration() -> None:
    assert SPACES.channel("chat:1").setting == "channel.namespaces[chat]"
    assert SPACES.channel("news").setting == "channel.without_namespace"


def test_history_needs_a_size_and_a_time() -> None:
    assert not SPACES.channel("chat:1").has_history
    assert SPACES.channel("feed:1").has_history


def test_only_the_owners_notifications_begin_with_a_snapshot() -> None:
    assert SPACES.channel("notifications:anna").has_snapshot
    assert not SPACES.channel("feed:anna").has_snapshot
    changed = Namespaces(ChannelSettings(namespaces=(Namespace(name="notifications", access="open"),)))
    assert not changed.channel("notifications:anna").has_snapshot


def test_personal_channels() -> None:
    assert SPACES.personal(("notifications", "feed"), "anna") == ["notifications:anna", "feed:anna"]
    assert SPACES.personal(("notifications",), "") == []


def test_a_required_namespace_that_is_missing_is_an_error() -> None:
    SPACES.require(("feed", "chat"), "client.user_channels")
    with pytest.raises(ConfigurationError, match=r"client\.user_channels names the namespace 'diary'.*notifications"):
        SPACES.require(("feed", "diary"), "client.user_channels")
