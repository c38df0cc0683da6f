"""What a channel's name says: namespace, id, private, and the users it is limited to.

``[$][namespace:]id[#user,user]``, as Centrifugo reads it (PROTOCOL.md section 4).
"""

from __future__ import annotations

from typing import NamedTuple

from fanwire.errors import BadRequest, UnknownChannel

PRIVATE = "$"
NAMESPACE_END = ":"
USERS = "#"
USER_END = ","
# Channels between relay and nodes (audiences): no client may name one.
RESERVED = "@"


class ChannelName(NamedTuple):
    """A channel's name, taken apart. ``users`` is None when the channel is not limited to users."""

    full: str
    namespace: str
    id: str
    private: bool
    users: tuple[str, ...] | None


def parse(channel: str, max_length: int) -> ChannelName:
    """Take ``channel`` apart.

    Raises:
        BadRequest: it is empty, not ASCII, or longer than ``max_length`` (107).
        UnknownChannel: it begins with the prefix that is reserved for the server (102).
    """
    if not channel:
        raise BadRequest("the channel's name is empty")
    if len(channel) > max_length:
        raise BadRequest(f"the channel's name has {len(channel)} characters", f"channel.max_length is {max_length}")
    if not channel.isascii():
        raise BadRequest("the channel's name is not ASCII", "encode ids, for example as numbers or with base64")
    if channel.startswith(RESERVED):
        raise UnknownChannel(f"names that begin with {RESERVED!r} are the server's own")
    private = channel.startswith(PRIVATE)
    public = channel[1:] if private else channel
    namespace, colon, rest = public.partition(NAMESPACE_END)
    _before, hash_sign, users = public.rpartition(USERS)
    return ChannelName(
        full=channel,
        namespace=namespace if colon else "",
        id=rest if colon else public,
        private=private,
        users=tuple(users.split(USER_END)) if hash_sign else None,
    )


def audience(stream: str) -> str:
    """The broker's channel of an audience: ``creator:anna`` travels as ``@creator:anna``."""
    return RESERVED + stream
