"""What may be asked of the server API: one typed command per method, decoded by msgspec in one pass."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

Channel = str  # the node knows how long one may be (channel.max_length)
Tags = dict[str, str]

# Asked for at once; more only makes one request hold the loop for longer.
MAX_CHANNELS = 1024
MAX_COMMANDS = 1024


class Payload(Struct, frozen=True, kw_only=True):
    """What a publication carries; ``b64data`` is JSON too, in base64."""

    data: Raw | UnsetType = UNSET
    b64data: str = ""
    skip_history: bool = False
    tags: Tags | None = None
    idempotency_key: Annotated[str, Meta(max_length=200)] = ""


class Publish(Payload, frozen=True, kw_only=True):
    channel: Channel = ""


class Broadcast(Payload, frozen=True, kw_only=True):
    channels: Annotated[list[Channel], Meta(max_length=MAX_CHANNELS)] = msgspec.field(default_factory=list)


class OfChannel(Struct, frozen=True):
    """A command that needs nothing but a channel."""

    channel: Channel = ""


class Since(Struct, frozen=True):
    offset: int = 0
    epoch: str = ""


class History(Struct, frozen=True):
    channel: Channel = ""
    limit: int = 0
    since: Since | None = None
    reverse: bool = False


class OfUser(Struct, frozen=True):
    """One channel of one user, on all connections or on one."""

    user: str = ""
    channel: Channel = ""
    client: str = ""


class RevokeToken(Struct, frozen=True):
    """One token by its ``jti``; ``uid`` is Centrifugo PRO's name for it. ``user`` is its ``sub``, if known."""

    token: str = ""
    uid: str = ""
    user: str = ""


class RevokeTokens(Struct, frozen=True):
    """All tokens of a user that were issued until ``issued_before``, in seconds since the epoch (0: until now)."""

    user: str = ""
    issued_before: Annotated[float, Meta(ge=0, le=253_402_300_799)] = 0


class CloseCode(Struct, frozen=True):
    code: Annotated[int, Meta(ge=3000, le=4999)]
    reason: Annotated[str, Meta(max_length=123)] = ""


class DisconnectUser(Struct, frozen=True):
    user: str = ""
    client: str = ""
    whitelist: list[str] = msgspec.field(default_factory=list)
    disconnect: CloseCode | None = None


class Nothing(Struct, frozen=True):
    """A command without arguments."""


class Pattern(Struct, frozen=True):
    pattern: str = ""


class Explain(Struct, frozen=True):
    """Ours, not Centrifugo's: may this user subscribe, and if not, which rule says so?"""

    user: str = ""
    channel: Channel = ""


class Batch(Struct, frozen=True):
    commands: Annotated[list[dict[str, Raw]], Meta(max_length=MAX_COMMANDS)] = msgspec.field(default_factory=list)
    parallel: bool = False
