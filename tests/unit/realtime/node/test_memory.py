"""What an idle connection costs in these rooms: DESIGN.md section 8 allows about 3 KB beside transport and parser."""

from __future__ import annotations

import gc
import tracemalloc

from tests.unit.realtime.peer import Site

CONNECTIONS = 400
LIMIT = 3_000


async def test_an_idle_connection_fits_into_its_share(site: Site) -> None:
    peers = [site.peer() for _ in range(CONNECTIONS)]
    gc.collect()
    tracemalloc.start()
    try:
        for number, peer in enumerate(peers):
            peer.write(b'{"id":1,"connect":{"token":"user-%d"}}' % number)
        await peers[0].idle()
        for peer in peers:
            peer.buffer.frames.clear()
        gc.collect()
        taken = tracemalloc.take_snapshot()
    finally:
        tracemalloc.stop()
    assert site.node.stats().subscriptions == 2 * CONNECTIONS
    rooms = taken.filter_traces([tracemalloc.Filter(True, "*/fanwire/realtime/*")])
    each = sum(statistic.size for statistic in rooms.statistics("filename")) / CONNECTIONS
    assert each < LIMIT, f"{each:.0f} bytes"


async def test_what_a_connection_took_is_given_back_when_it_ends(site: Site) -> None:
    for _ in range(3):
        peer = await site.connected()
        await peer.subscribe("creator:x")
        peer.hang_up()
    core = site.node._core
    assert (len(core.hub.channels), len(core.registry), len(core.feeds), len(core.fresh)) == (0, 0, 0, 0)
