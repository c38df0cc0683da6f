"""What /metrics shows of a gateway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fanwire.events.receipt import tally
from fanwire.gateway.events_api import EventsApi
from fanwire.gateway.metrics import Figure, Source
from fanwire.gateway.runtime import Runtime
from fanwire.gateway.server_api import ServerApi
from fanwire.gateway.websocket import WebSocketEndpoint


def runtime_figures(runtime: Runtime) -> list[Source]:
    """The sources of everything that runs in every gateway."""
    return [lambda: _node(runtime), lambda: _relay(runtime), lambda: _backlog(runtime), _events]


def api_figures(server: ServerApi, events: EventsApi) -> Source:
    """What was asked over HTTP."""

    def source() -> Iterator[Figure]:
        yield Figure("server_api_served", "Commands of the server API that succeeded.", server.served, "counter")
        yield Figure("server_api_failed", "Commands of the server API that failed.", server.failed, "counter")
        yield Figure("events_api_accepted", "Events accepted over HTTP.", events.accepted, "counter")
        yield Figure("events_api_refused", "Events refused over HTTP.", events.refused, "counter")

    return source


def socket_figures(endpoint: WebSocketEndpoint) -> Source:
    """What the WebSocket transport has seen."""

    def source() -> Iterator[Figure]:
        stats = endpoint.stats
        yield Figure("websocket_open", "WebSockets that are open.", stats.open)
        yield Figure("websocket_opened", "WebSockets opened.", stats.opened, "counter")
        yield Figure("websocket_messages", "Messages of clients.", stats.messages, "counter")
        yield Figure("websocket_cut_off", "WebSockets whose client did not close in time.", stats.cut_off, "counter")
        yield from _by("websocket_refused", "Upgrades refused.", "status", stats.refused)
        yield from _by("websocket_closed", "WebSockets closed.", "code", stats.closed)

    return source


def _node(runtime: Runtime) -> Iterator[Figure]:
    stats = runtime.node.stats()
    yield Figure("connections", "Connections that said connect.", stats.connections)
    yield Figure("users", "Distinct users among them.", stats.users)
    yield Figure("channels", "Channels with a subscriber here.", stats.channels)
    yield Figure("audiences", "Audiences with a member here.", stats.audiences)
    yield Figure("subscriptions", "Subscriptions.", stats.subscriptions)
    yield Figure("commands", "Commands of clients.", stats.messages_in, "counter")
    yield Figure("messages_sent", "Replies, pings and pushes to one connection.", stats.messages_out, "counter")
    yield Figure("publications", "Publications that had a subscriber here.", stats.publications, "counter")
    yield Figure("deliveries", "Publications times their subscribers.", stats.deliveries, "counter")
    yield from _by("closes", "Connections ended.", "code", stats.closes)
    yield from _by("command_errors", "Commands answered with an error.", "code", stats.errors)
    yield from _by("unsubscribes", "Subscriptions ended by the server.", "code", stats.unsubscribes)
    yield Figure("access_changes", "Grants and revocations seen.", runtime.access.changes, "counter")


def _relay(runtime: Runtime) -> Iterator[Figure]:
    if runtime.relay is None:
        return
    stats = runtime.relay.stats
    yield Figure("relay_holding", "1 while this process is the relay.", float(stats.holding))
    yield Figure("relay_applied", "Events applied to the inbox.", stats.applied, "counter")
    yield Figure("relay_published", "Frames published.", stats.published, "counter")
    yield Figure("relay_dead", "Events that could not be applied.", stats.dead, "counter")
    yield Figure("relay_publish_failures", "Tries to publish that failed.", stats.publish_failures, "counter")
    yield Figure("relay_leases_lost", "Times that another relay took over.", stats.leases_lost, "counter")


def _backlog(runtime: Runtime) -> Iterator[Figure]:
    backlog = runtime.backlog.latest
    yield Figure("outbox_pending", "Events that wait for the relay.", backlog.pending)
    yield Figure("outbox_oldest_seconds", "How long the oldest of them has waited.", backlog.oldest_age)
    yield Figure("outbox_frames", "Frames applied and not yet published.", backlog.frames)
    yield Figure("outbox_dead_letters", "Events that could not be applied, waiting for somebody.", backlog.dead)


def _events() -> Iterator[Figure]:
    by_status = {status.value: number for status, number in tally.items()}
    yield from _by("event_calls", "Calls of event functions in this process.", "status", by_status)


def _by(name: str, help: str, label: str, numbers: Mapping[int, int] | Mapping[str, int]) -> Iterator[Figure]:
    for key, number in numbers.items():
        yield Figure(name, help, number, "counter", ((label, str(key)),))
