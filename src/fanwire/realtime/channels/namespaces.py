"""The namespaces in force, and what each channel gets from its own."""

from __future__ import annotations

from typing import NamedTuple

from fanwire.errors import ConfigurationError, UnknownChannel
from fanwire.realtime.channels.names import NAMESPACE_END, ChannelName, parse
from fanwire.settings import ChannelOptions, ChannelSettings

# The namespace whose subscriptions begin with a snapshot and carry the user's audiences (DESIGN.md section 4).
SNAPSHOT_NAMESPACE = "notifications"
STATE_NAMESPACE = "post"


class Channel(NamedTuple):
    """A channel's name together with the options of its namespace."""

    name: ChannelName
    options: ChannelOptions

    @property
    def setting(self) -> str:
        """Where its options stand in the configuration, for hints."""
        namespace = self.name.namespace
        return f"channel.namespaces[{namespace}]" if namespace else "channel.without_namespace"

    @property
    def has_history(self) -> bool:
        return bool(self.options.history_size and self.options.history_ttl)

    @property
    def has_snapshot(self) -> bool:
        """Whether a subscription starts from the user's snapshot: the one place that decides it."""
        return self.options.access == "owner" and self.name.namespace == SNAPSHOT_NAMESPACE

    @property
    def has_state(self) -> bool:
        """Whether a subscription starts from the channel's counters: the one place that decides it."""
        return self.options.access == "post" and self.name.namespace == STATE_NAMESPACE


class Namespaces:
    """Looks channels up; it is made once from the settings."""

    __slots__ = ("_by_name", "_max_length", "_without")

    def __init__(self, settings: ChannelSettings) -> None:
        self._by_name: dict[str, ChannelOptions] = dict(settings.by_name())
        self._without = settings.without_namespace
        self._max_length = settings.max_length

    def channel(self, channel: str) -> Channel:
        """Take a name apart and find its options.

        Raises:
            BadRequest: the name is malformed (107).
            UnknownChannel: there is no such namespace (102).
        """
        name = parse(channel, self._max_length)
        if not name.namespace:
            return Channel(name, self._without)
        options = self._by_name.get(name.namespace)
        if options is None:
            raise UnknownChannel(
                f"there is no namespace {name.namespace!r}", "add it to channel.namespaces, or correct the name"
            )
        return Channel(name, options)

    def personal(self, namespaces: tuple[str, ...], user: str) -> list[str]:
        """The channels that the server subscribes ``user`` to; an anonymous visitor has none."""
        return [f"{namespace}{NAMESPACE_END}{user}" for namespace in namespaces] if user else []

    def require(self, namespaces: tuple[str, ...], setting: str) -> None:
        """Fail at start, rather than at each connect, when ``setting`` names a namespace that does not exist.

        Raises:
            ConfigurationError: with the setting and the names that there are.
        """
        for namespace in namespaces:
            if namespace not in self._by_name:
                raise ConfigurationError(
                    f"{setting} names the namespace {namespace!r}, which is not in channel.namespaces;"
                    f" there are {', '.join(sorted(self._by_name))}"
                )
