"""The plans of what runs at every connect and every frame: index look-ups, on full and skewed tables.

What a plan touches is counted, not timed: PostgreSQL's own count of rows per node, under both plan cache modes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.sql import Select

from fanwire.inbox import counts, listing, reads
from fanwire.inbox.counts import END
from fanwire.inbox.rowset import packed
from tests.integration.inbox.conftest import Site

FOLLOWED = 100
EXCEPTIONS = 1_334  # of boris
# Streams 1 to 100 are followed; stream 1 is silent since long ago, stream 0, which nobody follows, has two thirds
# of all events, and stream 2 has a tenth of the rest. That skew misled planners (../shared/INBOX.md section 6).
FILL = (
    """
    INSERT INTO fanwire_audience_event
        (gseq, stream, n, item_id, type, title, message, metadata, created_at, deleted_at)
    SELECT g, stream, row_number() OVER (PARTITION BY stream ORDER BY g), 'i' || g, 'T', 't', 'm', '{}', :now,
           CASE WHEN g % 97 = 0 THEN :now END
    FROM (
        SELECT g, CASE WHEN g <= 10 THEN 'creator:1' WHEN g % 3 > 0 THEN 'creator:0'
                       WHEN g % 30 = 0 THEN 'creator:2' ELSE 'creator:' || (3 + g % 198) END AS stream
        FROM (WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < 60000) SELECT g FROM s) AS s
    ) AS placed
    """,
    """
    INSERT INTO fanwire_membership (user_id, stream, from_gseq)
    SELECT u.name, 'creator:' || s.g, 0
    FROM (SELECT 'boris' AS name UNION SELECT 'clara' UNION SELECT 'dmitri') AS u,
         (WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < 100) SELECT g FROM s) AS s
    """,
    # Others, so that no table is so small that reading all of it is the best plan.
    """
    INSERT INTO fanwire_membership (user_id, stream, from_gseq)
    SELECT 'other' || s.g, 'creator:' || s.g % 200, 0
    FROM (WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < 20000) SELECT g FROM s) AS s
    """,
    "INSERT INTO fanwire_inbox_user (user_id) SELECT user_id FROM fanwire_membership WHERE user_id LIKE 'other%'",
    "INSERT INTO fanwire_inbox_user (user_id, read_gseq) VALUES ('boris', 20000), ('clara', 0), ('dmitri', 59990)",
    """
    INSERT INTO fanwire_inbox_exception (user_id, gseq, stream, state)
    SELECT 'boris', gseq, stream, 'read' FROM fanwire_audience_event WHERE gseq > 20000 AND stream = 'creator:2'
    """,
    "UPDATE fanwire_relay_lease SET gseq = 60000",
)
BRUTE_FORCE = """
    SELECT count(*) FROM fanwire_audience_event e
    JOIN fanwire_membership m ON m.stream = e.stream AND m.user_id = :user AND e.gseq > m.from_gseq
    JOIN fanwire_inbox_user u ON u.user_id = m.user_id AND e.gseq > u.read_gseq
    WHERE e.deleted_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM fanwire_inbox_exception x WHERE x.user_id = m.user_id AND x.gseq = e.gseq)
"""
USERS = ("boris", "clara", "dmitri")


async def fill(site: Site) -> None:
    async with site.database.write.begin() as connection:
        for statement in FILL:
            now = {"now": site.clock.wall()} if ":now" in statement else {}
            shown = (
                statement.replace(":now", "to_timestamp(:now)") if site.database.dialect == "postgresql" else statement
            )
            await connection.execute(text(shown), now)
        await connection.execute(text("ANALYZE"))


def asked(user: str, read_gseq: int = 0) -> dict[str, Any]:
    return {"user": user, "read_gseq": read_gseq, "clear_gseq": 0, "up_to": END, "limit": 21}


async def touched(site: Site, statement: Select[Any], parameters: dict[str, Any], mode: str) -> dict[str, int]:
    """Rows that PostgreSQL read per table or index, those that a filter threw away included."""
    compiled = statement.compile(dialect=asyncpg.dialect())  # type: ignore[no-untyped-call]  # numbered parameters
    values = compiled.construct_params(parameters)
    literals = ", ".join(_literal(values[name]) for name in compiled.positiontup or ())
    async with site.database.write.connect() as connection:
        driver = await connection.get_raw_connection()
        cursor = driver.driver_connection
        assert cursor is not None
        await cursor.execute(f"SET plan_cache_mode = {mode}")
        await cursor.execute(f"PREPARE measured AS {compiled.string}")
        explained = await cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE measured({literals})")
        (plan,) = await explained.fetchone()
        await cursor.execute("DEALLOCATE measured")
    found: dict[str, int] = {}
    for node in _nodes(plan[0]["Plan"]):
        if "Relation Name" in node or "Index Name" in node:
            name = f"{node['Node Type']} {node.get('Index Name', node.get('Relation Name'))}"
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            found[name] = found.get(name, 0) + round(rows * node["Actual Loops"])
    return found


def _literal(value: Any) -> str:
    return str(value) if isinstance(value, int) else f"'{value}'"


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def on_events(found: dict[str, int]) -> int:
    return sum(rows for name, rows in found.items() if "audience_event" in name)


async def test_counting_is_exact_and_costs_look_ups_per_stream(pg_site: Site) -> None:
    await fill(pg_site)
    holes = 60_000 // 97
    for user in USERS:
        async with pg_site.database.read.connect() as connection:
            brute = (await connection.execute(text(BRUTE_FORCE), {"user": user})).scalar_one()
        assert await pg_site.inbox.unread_count(user) == brute > 0
        for mode in ("force_custom_plan", "force_generic_plan"):
            found = await touched(pg_site, counts._one(), {"user": user}, mode)
            assert not any(name.startswith("Seq Scan fanwire_audience_event") for name in found), found
            # Two ends per stream, the holes, and whether each exception is one: nothing that grows with the events.
            assert on_events(found) <= 2 * FOLLOWED + 2 * holes + EXCEPTIONS, (mode, found)


@pytest.mark.parametrize("unread", [False, True])
async def test_a_page_reads_a_page_of_each_stream(pg_site: Site, unread: bool) -> None:
    await fill(pg_site)
    for user, read_gseq in (("boris", 20_000), ("clara", 0), ("dmitri", 59_990)):
        for mode in ("force_custom_plan", "force_generic_plan"):
            found = await touched(pg_site, listing._audience("postgresql", unread), asked(user, read_gseq), mode)
            exceptions = sum(rows for name, rows in found.items() if "exception" in name)
            # 21 items of each stream, and of their rows those that the page shows; read ones are passed by.
            assert on_events(found) <= 2 * 21 * FOLLOWED + exceptions + 2_000, (user, mode, found)


async def test_a_crowd_costs_what_each_of_it_costs(pg_site: Site) -> None:
    """Those who connect in one tick are read in one statement: no more is touched than by one after the other."""
    await fill(pg_site)
    many = packed({"user_id": user, "read_gseq": 50_000, "clear_gseq": 0} for user in USERS)
    together = {"readers": many, "up_to": END, "limit": 20}
    for mode in ("force_custom_plan", "force_generic_plan"):
        alone = 0
        for user in USERS:
            one_by_one = {**asked(user, 50_000), "limit": 20}
            alone += on_events(await touched(pg_site, listing._audience("postgresql", True), one_by_one, mode))
        found = await touched(pg_site, listing._audience_of_many(), together, mode)
        assert on_events(found) <= 2 * alone, (mode, found)


async def test_the_newest_item_of_a_conversation_is_one_look_up(site: Site) -> None:
    """Among 3,000 of the same conversation that were read, a third of them all at once, and as many other items."""
    fill = """
        INSERT INTO fanwire_inbox_item
            (user_id, item_id, gseq, type, title, message, metadata, created_at, collapse_key, is_read)
        SELECT CASE WHEN g <= 6000 THEN 'boris' ELSE 'other' || g % 1000 END,
               'i' || g, g, 'T', 't', 'm', '{}', '2027-01-15 08:00:00',
               CASE WHEN g % 2 = 0 THEN 'conversation:' || (g / 6000) END, g > 2000 AND g % 2 = 0
        FROM (WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < 20000) SELECT g FROM s) AS s
    """
    users = """
        INSERT INTO fanwire_inbox_user (user_id, read_gseq)
        SELECT DISTINCT user_id, CASE WHEN user_id = 'boris' THEN 2000 ELSE 0 END FROM fanwire_inbox_item
    """
    async with site.database.write.begin() as connection:
        for statement in (fill, users, "ANALYZE"):
            await connection.execute(text(statement))
        finding = reads.newest_under(site.database.dialect)
        names = {"asked": packed([{"user_id": "boris", "name": "conversation:0"}])}
        assert [row.gseq for row in await connection.execute(finding, names)] == [5998]
    if site.database.dialect == "postgresql":
        for mode in ("force_custom_plan", "force_generic_plan"):
            found = await touched(site, finding, names, mode)
            assert found == {"Index Scan fanwire_inbox_item_collapse": 1}
        return
    async with site.database.read.connect() as connection:
        compiled = finding.compile(dialect=connection.dialect)
        values = compiled.construct_params(names)
        given = tuple(values[name] for name in compiled.positiontup or ())
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled.string}", given)
        looked = [row.detail for row in plan if "fanwire_inbox_item" in row.detail or " one " in row.detail]
        assert all("INDEX fanwire_inbox_item_collapse (user_id=? AND collapse_key=?" in one for one in looked), looked
        assert len(looked) == 2


async def test_sqlite_looks_up_too(sqlite_site: Site) -> None:
    await fill(sqlite_site)
    statements: list[tuple[Select[Any], dict[str, Any]]] = [
        (counts._one(), {"user": "boris"}),
        (listing._audience("sqlite", False), asked("boris")),
        (listing._audience("sqlite", True), asked("boris")),
        (listing._personal(False), asked("boris")),
        (listing._personal(True), asked("boris")),
    ]
    harmless = {"SCAN CONSTANT ROW", "SCAN who"}
    async with sqlite_site.database.read.connect() as connection:
        for statement, parameters in statements:
            compiled = statement.compile(dialect=connection.dialect)
            values = compiled.construct_params(parameters)
            given = tuple(values[name] for name in compiled.positiontup or ())
            plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled.string}", given)).all()
            scans = [row.detail for row in plan if row.detail.startswith("SCAN") and row.detail not in harmless]
            assert scans == [], [row.detail for row in plan]
            details = [row.detail for row in plan]
            assert any("fanwire_inbox_item_unread" in one for one in details) == (statement is listing._personal(True))
        for user in USERS:
            brute = (await connection.execute(text(BRUTE_FORCE), {"user": user})).scalar_one()
            assert await sqlite_site.inbox.unread_count(user) == brute
