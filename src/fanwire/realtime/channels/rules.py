"""Who may do what on a channel. Every denial names the rule that decided and the setting to change.

Order of the rules for subscribing (PROTOCOL.md section 4): private prefix, token, user-limited, the
namespace's ``access``, ``allow_subscribe_for_client``, insecure.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from fanwire.errors import PermissionDenied
from fanwire.realtime.channels.namespaces import Channel

# What a namespace's ``access`` may be that only the platform's own data can answer.
_ASKED = frozenset({"post", "conversation"})


class Verdict(Enum):
    """``ASK``: the rules leave it to ``ChannelAccess``, which has to be asked now and again at each change."""

    ALLOWED = auto()
    ASK = auto()


class Subject(NamedTuple):
    """Who asks: a user ("" is anonymous), whether of this channel's subscribers, on a server without security."""

    user: str
    subscribed: bool = False
    insecure: bool = False


def may_subscribe(subject: Subject, channel: Channel, *, by_token: bool = False) -> Verdict:
    """Decide on a subscription; ``by_token`` says that a valid subscription token names this user and channel.

    Raises:
        PermissionDenied: with rule and hint (103).
    """
    if by_token:
        return _asked(subject, channel)
    if channel.name.private:
        raise PermissionDenied("a channel with the prefix '$' needs a subscription token", "send one in `token`")
    if channel.name.users is not None:
        return _user_limited(subject, channel, channel.name.users)
    access = channel.options.access
    if access == "owner":
        return _owner(subject, channel)
    if access == "none" and not subject.insecure:
        _allow_subscribe(subject, channel)
    return _asked(subject, channel)


def may_publish(subject: Subject, channel: Channel) -> None:
    """Raises PermissionDenied unless a client may publish here."""
    _decide(subject, channel, "publish")


def may_presence(subject: Subject, channel: Channel) -> None:
    """Raises PermissionDenied unless a client may ask who is here."""
    _decide(subject, channel, "presence")


def may_history(subject: Subject, channel: Channel) -> None:
    """Raises PermissionDenied unless a client may read the history."""
    _decide(subject, channel, "history")


def _asked(subject: Subject, channel: Channel) -> Verdict:
    # A token opens a channel, but it does not outlive the access that it was made for.
    if channel.options.access == "unblocked":
        # Nobody can block a visitor without a name, or themselves.
        return Verdict.ALLOWED if subject.user in ("", channel.name.id) else Verdict.ASK
    return Verdict.ASK if channel.options.access in _ASKED else Verdict.ALLOWED


def _user_limited(subject: Subject, channel: Channel, users: tuple[str, ...]) -> Verdict:
    if not channel.options.allow_user_limited_channels:
        raise PermissionDenied(
            "user-limited channels are off in this namespace",
            f"set {channel.setting}.allow_user_limited_channels, or drop '#' from the name",
        )
    if subject.user not in users or not subject.user:
        raise PermissionDenied("the user is not among those after '#'", "connect as one of them")
    return _asked(subject, channel)


def _owner(subject: Subject, channel: Channel) -> Verdict:
    if not subject.user or subject.user != channel.name.id:
        raise PermissionDenied(
            "the channel belongs to the user whose id follows the colon",
            f"connect as that user, or change {channel.setting}.access",
        )
    return Verdict.ALLOWED


def _allow_subscribe(subject: Subject, channel: Channel) -> None:
    options = channel.options
    if not options.allow_subscribe_for_client:
        raise PermissionDenied(
            "clients may not subscribe by themselves here",
            f"set {channel.setting}.allow_subscribe_for_client or .access, or use a subscription token",
        )
    if not subject.user and not options.allow_subscribe_for_anonymous:
        raise PermissionDenied(
            "anonymous visitors may not subscribe here", f"set {channel.setting}.allow_subscribe_for_anonymous"
        )


def _decide(subject: Subject, channel: Channel, act: str) -> None:
    """``allow_<act>_for_subscriber``, else ``allow_<act>_for_client`` (and ``_for_anonymous``), else insecure."""
    if subject.insecure:
        return
    options = channel.options
    if subject.subscribed and getattr(options, f"allow_{act}_for_subscriber"):
        return
    if not getattr(options, f"allow_{act}_for_client"):
        raise PermissionDenied(
            f"clients may not ask for {act} here" if act != "publish" else "clients may not publish here",
            f"set {channel.setting}.allow_{act}_for_client, or .allow_{act}_for_subscriber and subscribe first",
        )
    if not subject.user and not getattr(options, f"allow_{act}_for_anonymous"):
        raise PermissionDenied(
            f"anonymous visitors have no right to {act} here", f"set {channel.setting}.allow_{act}_for_anonymous"
        )
