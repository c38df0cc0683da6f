"""The `fanwire` command beside a running `fanwire dev`, as a newcomer uses it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fanwire.testing.process import COMMAND, FanwireProcess, free_port
from tests.processes import TOKEN_SECRET

# Each command is a process of its own, and a busy machine starts it slowly.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dev") / "data"


@pytest.fixture(scope="module")
def dev(data: Path) -> Iterator[FanwireProcess]:
    process = FanwireProcess("dev", "--data-dir", str(data), log=data.parent / "dev.log")
    process.start()
    yield process
    assert process.stop() == 0, process.output()


def fanwire(*args: str, code: int = 0, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [COMMAND, *args], capture_output=True, text=True, timeout=120, env={**os.environ, **(env or {})}
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_the_printed_lines_work_as_they_stand(dev: FanwireProcess) -> None:
    lines = dev.output().splitlines()
    assert sum(bool(re.match(r"\s*(Demo page|API docs|Health)\s+http://127\.0\.0\.1:", line)) for line in lines) == 3
    curl = next(line for line in lines if line.startswith("curl "))
    done = subprocess.run(shlex.split(curl), capture_output=True, text=True, timeout=20)
    assert json.loads(done.stdout) == {"liked": True}
    python = next(line for line in lines if line.startswith("import fanwire"))
    done = subprocess.run([sys.executable, "-c", python], capture_output=True, text=True, timeout=20)
    assert "sent" in done.stdout, done.stderr


def test_doctor_proves_the_way_to_the_socket(dev: FanwireProcess, data: Path) -> None:
    told = fanwire("doctor", "--data-dir", str(data)).stdout
    for what in ("secret", "origin", "upgrade", "database", "round trip"):
        assert re.search(rf"^ok .*{what}", told, re.MULTILINE), told


def test_doctor_says_what_is_wrong_and_what_to_change(dev: FanwireProcess, data: Path) -> None:
    told = fanwire("doctor", "--url", dev.url, "--api-key", "wrong", "--data-dir", str(data), code=1).stdout
    assert re.search(r"^FAILED +API key: .*", told, re.MULTILINE), told
    gone = fanwire("doctor", "--url", f"http://127.0.0.1:{free_port()}", "--data-dir", str(data), code=1).stdout
    assert "FAILED" in gone


def test_webhook_speaks_as_the_payment_provider(dev: FanwireProcess, data: Path) -> None:
    tip = {"paymentId": "pay_cli", "userId": "boris", "creatorId": "anna", "amount": 50_000, "currency": "RUB"}
    said = ("webhook", "tip.paid", json.dumps(tip), "--id", "evt_cli", "--data-dir", str(data))
    assert fanwire(*said).stdout == "tip.paid evt_cli: applied\n"
    assert fanwire(*said).stdout == "tip.paid evt_cli: repeated\n"
    refused = fanwire("webhook", "tip.paid", json.dumps({**tip, "userId": "anna"}), "--data-dir", str(data), code=1)
    assert "error: HTTP 422" in refused.stderr
    assert "somebody else" in refused.stderr


async def test_listen_prints_what_publish_sends(dev: FanwireProcess, data: Path) -> None:
    where = ("--data-dir", str(data))
    listener = await asyncio.create_subprocess_exec(
        COMMAND,
        "listen",
        "creator:anna",
        "post:nope",
        "--user",
        "clara",
        *where,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert listener.stdout is not None
    seen = ""
    async with asyncio.timeout(60):
        while "creator:anna subscribed" not in seen or "post:nope denied" not in seen:
            seen += (await listener.stdout.readline()).decode()
        await asyncio.to_thread(fanwire, "publish", "creator:anna", '{"type":"hello"}', *where)
        while '{"type":"hello"}' not in seen:
            seen += (await listener.stdout.readline()).decode()
    listener.terminate()
    await listener.wait()
    assert re.search(r'creator:anna offset \d+ live \{"type":"hello"\}', seen), seen
    assert re.search(r"post:nope denied: 103 .*post-unknown", seen), seen
    assert "notifications:clara subscribed by the server" in seen


def test_bad_input_is_one_clear_line(dev: FanwireProcess, data: Path, tmp_path: Path) -> None:
    assert "malformed" in fanwire("publish", "creator:anna", "{bad", "--data-dir", str(data), code=2).stderr
    assert "unknown channel" in fanwire("publish", "nowhere:1", "{}", "--data-dir", str(data), code=1).stderr
    busy = fanwire("dev", "--data-dir", str(tmp_path / "other"), "--port", str(dev.port), code=1).stderr
    assert f"port {dev.port}" in busy
    second = fanwire("dev", "--data-dir", str(data), "--port", str(free_port()), code=1).stderr
    assert "in use by process" in second
    assert "memory://" in fanwire("relay", code=2, env={"FANWIRE_DATABASE_URL": "sqlite:///x.db"}).stderr
    assert "nope.json" in fanwire("serve", "--config", "nope.json", code=2).stderr
    misspelt = tmp_path / "config.json"
    misspelt.write_text('{"client": {"alowed_origins": []}}')
    told = fanwire("config", "check", str(misspelt), code=2).stderr
    assert "client.alowed_origins" in told
    assert "allowed_origins" in told


def test_a_second_process_on_the_sqlite_file_is_refused(dev: FanwireProcess, data: Path) -> None:
    env = {
        "FANWIRE_DATABASE_URL": f"sqlite:///{data}/fanwire.db",
        "FANWIRE_TOKEN_SECRET": TOKEN_SECRET,
        "FANWIRE_API_KEY": "another-key-of-this-test",
    }
    assert "SQLite file serves one" in fanwire("serve", "--port", str(free_port()), code=1, env=env).stderr


def test_production_without_secrets_does_not_start(tmp_path: Path) -> None:
    told = fanwire("serve", code=2, env={"FANWIRE_DATABASE_URL": f"sqlite:///{tmp_path}/x.db", "FANWIRE_API_KEY": ""})
    assert "hmac_secret_key" in told.stderr


def test_secrets_are_for_their_owner_alone_and_never_logged(dev: FanwireProcess, data: Path) -> None:
    token = fanwire("token", "--user", "canary", "--data-dir", str(data)).stdout.strip()
    secret = (data / "token_secret").read_text().strip()
    assert stat.S_IMODE((data / "token_secret").stat().st_mode) == 0o600
    for header in (["-H", f"Authorization: Bearer {token}x"], ["-H", f"X-API-Key: {token}"]):
        for path in (
            "/api/user/settings",
            f"/api/info?api_key={token}",
            f"/events/none?token={token}",
            "/connection/websocket",
        ):
            subprocess.run(["curl", "-s", "-o", "/dev/null", *header, dev.url + path], check=True, timeout=20)
    logged = "\n".join(line for line in dev.output().splitlines() if not line.startswith("curl "))
    assert token not in logged
    assert secret not in logged
