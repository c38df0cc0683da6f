"""A site in TypeScript and a real gateway: the guide's calls under its alias, and nothing lost while it is down."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fanwire.auth.tokens import make_connection_token
from fanwire.clock import SystemClock
from fanwire.testing.client import FanwireClient
from fanwire.testing.process import API_KEY, START_LIMIT, FanwireProcess
from tests.processes import TOKEN_SECRET, write_config

from .conftest import PACKAGE, TypeScriptSite, node

pytestmark = pytest.mark.node

SUBSCRIBERS = ("boris", "clara", "dmitri")
TEST_CLIENT = PACKAGE / "dist" / "esm" / "bin" / "test-client.js"


@pytest.fixture(scope="module")
def gateway(site: TypeScriptSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FanwireProcess]:
    folder = tmp_path_factory.mktemp("gateway")
    config = write_config(folder / "fanwire.json", site.database_url, relay={"lease_ttl": "1s"})
    process = FanwireProcess("serve", "--config", str(config), log=folder / "serve.log")
    process.start()
    site.gateway_url = process.url
    with site.connection() as connection:
        connection.execute(
            """INSERT INTO "User" (id, nickname, "isCreator", "passwordHash") VALUES ('anna', 'Анна', true, 'argon2'),
            ('boris', 'Борис', false, 'x'), ('clara', 'Клара', false, 'x'), ('dmitri', 'Дмитрий', false, 'x')"""
        )
    yield process
    process.kill()


def token(user: str) -> str:
    return make_connection_token(user, secret=TOKEN_SECRET, clock=SystemClock())


def drained(site: TypeScriptSite) -> None:
    """Wait until the relay has handled everything: it is another process, so its tables are all we can watch."""
    deadline = time.monotonic() + START_LIMIT
    left = "SELECT (SELECT count(*) FROM fanwire_outbox) + (SELECT count(*) FROM fanwire_frame)"
    with site.connection() as connection:
        while connection.execute(left).fetchone() != (0,):
            assert time.monotonic() < deadline, "the relay has not come to the end"
            time.sleep(0.02)
        assert connection.execute("SELECT * FROM fanwire_dead_letter").fetchall() == []


def inbox(gateway: FanwireProcess, user: str) -> dict[str, Any]:
    """The snapshot that a client of this user begins with."""
    with FanwireClient(gateway.ws, token(user)) as client:
        snapshot: dict[str, Any] = client.snapshots[f"notifications:{user}"]
        return snapshot


def test_the_calls_of_the_guide_run_under_its_alias(site: TypeScriptSite, gateway: FanwireProcess) -> None:
    paid = [
        {"route": "subscriptions/process-payment", "method": "POST", "user": user, "body": {"creatorId": "anna"}}
        for user in SUBSCRIBERS
    ]
    new = {"route": "posts", "method": "POST", "user": "anna", "body": {"title": "Первый", "content": "закрытый текст"}}
    post = site.requests(*paid, new)[-1]
    like = {"route": "posts/like", "method": "POST", "user": "boris", "id": post["id"]}
    comment = {"route": "posts/comments", "method": "POST", "user": "clara", "id": post["id"], "body": {"content": "!"}}
    profile = {"route": "user/settings", "method": "PATCH", "user": "anna", "body": {"nickname": "Анна II"}}
    answers = site.requests(like, comment, profile)
    assert answers[0] == {"liked": True}
    drained(site)

    # The loop over the subscribers says the same as the audience item: one remains.
    for user in SUBSCRIBERS:
        snapshot = inbox(gateway, user)
        assert snapshot["unreadCount"] == 1
        (item,) = snapshot["notifications"]
        assert (item["type"], item["metadata"]["postId"]) == ("NEW_POST_FROM_SUBSCRIPTION", post["id"])
        assert "закрытый текст" not in json.dumps(snapshot, ensure_ascii=False)
    creator = inbox(gateway, "anna")
    assert [item["type"] for item in creator["notifications"]] == ["COMMENT_POST", "LIKE_POST", *["NEW_SUBSCRIBER"] * 3]

    read = creator["notifications"][0]["id"]
    body = {"notificationId": read}
    site.requests({"route": "user/notifications", "method": "PATCH", "user": "anna", "body": body})
    drained(site)
    assert [item["id"] for item in inbox(gateway, "anna")["notifications"]] == [
        item["id"] for item in creator["notifications"][1:]
    ]


def test_what_only_the_site_knows_never_travels(site: TypeScriptSite, gateway: FanwireProcess) -> None:
    """Whole rows were passed: their secrets are neither in the inbox nor in what was said over HTTP."""
    with site.connection() as connection:
        for table in ("fanwire_inbox_item", "fanwire_audience_event"):
            rows = connection.execute(f"SELECT row_to_json(one)::text FROM {table} one").fetchall()
            assert rows
            assert not [row for row in rows if "moderators only" in row[0] or "203.0.113.9" in row[0]]


def test_calls_of_one_tick_are_stored_in_their_order(site: TypeScriptSite, gateway: FanwireProcess) -> None:
    many = [
        {"name": "sendNotification", "args": ["eva", {"type": "NEW_MESSAGE", "title": str(number)}]}
        for number in range(700)
    ]
    receipts = site.calls("together", many)
    assert {receipt["status"] for receipt in receipts} == {"sent"}
    drained(site)
    with site.connection() as connection:
        titles = connection.execute(
            "SELECT title FROM fanwire_inbox_item WHERE user_id = 'eva' ORDER BY gseq"
        ).fetchall()
    assert [int(title) for (title,) in titles] == list(range(700))


def test_the_test_client_prints_what_comes(site: TypeScriptSite, gateway: FanwireProcess) -> None:
    command = [
        "node",
        str(TEST_CLIENT),
        "--url",
        gateway.url,
        "--token",
        token("fedor"),
        "--count",
        "2",
        "creator:anna",
    ]
    note = {"type": "NEW_MESSAGE", "title": "Привет"}
    calls = [
        {"name": "sendNotification", "args": ["fedor", note]},
        {"name": "notifyCreatorUpdate", "args": ["anna", {"bio": "новое"}]},
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        lines = [watching.stdout.readline() for _ in range(4)]
        assert {line.split("  ")[0] for line in lines[1:]} == {"notifications:fedor", "feed:fedor", "creator:anna"}
        site.calls("http", calls)
        output = watching.stdout.read().splitlines()
    assert watching.returncode == 0
    assert sorted(line.split("  ")[:2] for line in output) == [
        ["creator:anna", "creator_updated"],
        ["notifications:fedor", "notification"],
    ]
    assert any("Привет" in line for line in output)


def test_the_test_client_says_why_it_is_refused(site: TypeScriptSite, gateway: FanwireProcess) -> None:
    closed = node(TEST_CLIENT, "--url", gateway.url, "--token", "nonsense")
    assert closed.returncode == 1
    assert "3500" in closed.stdout
    command = [
        "node",
        str(TEST_CLIENT),
        "--url",
        gateway.url,
        "--token",
        token("fedor"),
        "--json",
        "notifications:anna",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        happenings = map(json.loads, iter(watching.stdout.readline, ""))
        end = next(one for one in happenings if one["event"] == "unsubscribed")
        watching.terminate()
    assert (end["channel"], end["reason"].split()[0]) == ("notifications:anna", "103")
    assert watching.returncode == 128 + signal.SIGTERM


@pytest.mark.parametrize(("count", "code"), [((), 0), (("--count", "1"), 1)])
def test_the_test_client_ends_in_time(gateway: FanwireProcess, count: tuple[str, ...], code: int) -> None:
    done = node(TEST_CLIENT, "--url", gateway.url, "--token", token("fedor"), "--seconds", "0.1", *count)
    assert done.returncode == code, done.stderr


def test_with_the_gateway_killed_nothing_is_lost(site: TypeScriptSite, gateway: FanwireProcess) -> None:
    gateway.kill()
    note = {"type": "NEW_MESSAGE", "title": "kept"}
    gone = [{"name": "sendNotification", "args": ["grigori", {**note, "title": "rolled back"}]}]
    for way in ("pg", "prisma"):
        kept = [{"name": "sendNotification", "args": ["grigori", {**note, "message": way}]} for _ in range(10)]
        assert {receipt["status"] for receipt in site.calls(way, kept)} == {"stored"}
        assert site.calls(way, gone, rollback=True) is None
    gateway.start()
    drained(site)
    snapshot = inbox(gateway, "grigori")
    assert snapshot["unreadCount"] == 20
    assert [item["message"] for item in snapshot["notifications"]] == ["prisma"] * 10 + ["pg"] * 10
    assert {item["title"] for item in snapshot["notifications"]} == {"kept"}


def test_without_a_transaction_a_dead_gateway_costs_a_log_line(site: TypeScriptSite, gateway: FanwireProcess) -> None:
    script = """
        import { configure, sendNotification } from 'fanwire';
        const log = { warn: console.log, error: console.log };
        configure({ url: process.argv[1], apiKey: process.argv[2], log });
        const began = Date.now();
        const note = { type: 'X', title: 't' };
        const receipts = await Promise.all([1, 2, 3].map((user) => sendNotification(user, note)));
        console.log(JSON.stringify({ receipts, took: Date.now() - began }));
    """
    done = node("--input-type=module", "-e", script, "http://127.0.0.1:9", API_KEY)
    assert done.returncode == 0, done.stderr
    *complaints, last = done.stdout.splitlines()
    said = json.loads(last)
    assert [receipt["status"] for receipt in said["receipts"]] == ["failed"] * 3
    assert said["took"] < 2000
    assert all("lost" in line and API_KEY not in line for line in complaints)
