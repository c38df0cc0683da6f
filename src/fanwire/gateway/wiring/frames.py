"""The relay's way to the broker: stored frames as publications."""

from __future__ import annotations

from collections.abc import Sequence

from fanwire.brokers.base import Broker, PublishOptions
from fanwire.errors import ClientError
from fanwire.frames import Target
from fanwire.outbox.crash import CrashPoint, reached
from fanwire.realtime.channels.names import audience
from fanwire.realtime.channels.namespaces import Namespaces
from fanwire.realtime.node import control
from fanwire.settings import BrokerSettings, ChannelOptions
from fanwire.store.frames import StoredFrame

_NO_HISTORY = ChannelOptions()


class BrokerPublisher:
    """Publishes frames one after the other: a membership (control) must be known before the item that follows it."""

    def __init__(self, broker: Broker, namespaces: Namespaces, settings: BrokerSettings) -> None:
        self._broker = broker
        self._namespaces = namespaces
        self._idempotency_ttl = settings.idempotency_ttl

    async def publish(self, frames: Sequence[StoredFrame]) -> None:
        """Hand frames over, in order. Raises: BrokerUnavailable; what went out before it is suppressed next time."""
        for frame in frames:
            await self._one(frame)

    async def _one(self, frame: StoredFrame) -> None:
        if frame.target is Target.CONTROL:
            await self._broker.publish_control(control.wrap(frame.channel, frame.data))
            return
        reached(CrashPoint.GATEWAY_BEFORE_FANOUT)
        channel = audience(frame.channel) if frame.target is Target.AUDIENCE else frame.channel
        await self._broker.publish(channel, frame.data, self._options(frame))

    def _options(self, frame: StoredFrame) -> PublishOptions:
        history = self._history(frame)
        return PublishOptions(
            history_size=history.history_size,
            history_ttl=history.history_ttl,
            idempotency_key=frame.key,
            idempotency_ttl=self._idempotency_ttl,
            tags={"eventId": frame.event_id},
            version=frame.version,
            meta_ttl=history.history_meta_ttl,
        )

    def _history(self, frame: StoredFrame) -> ChannelOptions:
        if frame.skip_history or frame.target is Target.AUDIENCE:
            return _NO_HISTORY
        try:
            return self._namespaces.channel(frame.channel).options
        except ClientError:
            # A namespace that the file has taken away: nobody can subscribe, and the frame must not block others.
            return _NO_HISTORY
