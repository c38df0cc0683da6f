"""Names of channels, taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanwire.errors import BadRequest, ClientError, UnknownChannel
from fanwire.realtime.channels.names import ChannelName, audience, parse


@pytest.mark.parametrize(
    ("channel", "namespace", "id", "private", "users"),
    [
        ("news", "", "news", False, None),
        ("post:1", "post", "1", False, None),
        ("post:1:2", "post", "1:2", False, None),
        ("$post:1", "post", "1", True, None),
        ("$news", "", "news", True, None),
        ("chat:1#anna,boris", "chat", "1#anna,boris", False, ("anna", "boris")),
        ("#anna", "", "#anna", False, ("anna",)),
        ("a#b#c", "", "a#b#c", False, ("c",)),
        ("a#", "", "a#", False, ("",)),
    ],
)
def test_parse(channel: str, namespace: str, id: str, private: bool, users: tuple[str, ...] | None) -> None:
    assert parse(channel, 255) == ChannelName(channel, namespace, id, private, users)


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("", BadRequest),
        ("x" * 256, BadRequest),
        ("x" * 10_000, BadRequest),
        ("é", BadRequest),
        ("@a:b", UnknownChannel),
    ],
)
def test_names_that_are_refused(channel: str, error: type[ClientError]) -> None:
    with pytest.raises(error) as refusal:
        parse(channel, 255)
    assert refusal.value.rule
    assert len(refusal.value.rule) < 200


def test_the_longest_name() -> None:
    assert parse("x" * 255, 255).id == "x" * 255


def test_nobody_can_name_the_channel_of_an_audience() -> None:
    assert audience("creator:anna") == "@creator:anna"
    with pytest.raises(UnknownChannel):
        parse(audience("creator:anna"), 255)


@given(st.text(max_size=300))
def test_any_text_is_a_name_or_refused(channel: str) -> None:
    try:
        name = parse(channel, 255)
    except ClientError:
        return
    assert name.full == channel
