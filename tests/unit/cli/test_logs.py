"""What the server commands write: one line an event, and no secret in any of them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from fanwire.auth.tokens import make_connection_token
from fanwire.cli import logs
from fanwire.clock import SystemClock
from fanwire.configuration import load

SECRET = 'hush"hush\\secret'


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("uvicorn", "alembic")}
    yield
    root.handlers[:], root.level = handlers, level
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_outside_a_terminal_each_line_is_json() -> None:
    out = io.StringIO()
    logs.set_up("info", stream=out)
    structlog.get_logger().info("event", user="анна", number=1)
    logging.getLogger("somebody.else").warning("plain %s", "text", extra={"more": 2})
    structlog.get_logger().debug("too fine")
    first, second = lines(out)
    assert (first["event"], first["user"], first["number"], first["level"]) == ("event", "анна", 1, "info")
    assert (second["event"], second["level"], second["more"]) == ("plain text", "warning", 2)
    assert "timestamp" in first


def test_in_a_terminal_it_is_for_people() -> None:
    out = Terminal()
    logs.set_up("debug", [SECRET], out)
    structlog.get_logger().debug("event", key=SECRET)
    assert "event" in out.getvalue()
    assert not out.getvalue().startswith("{")
    assert SECRET not in out.getvalue()


def test_an_exception_is_one_json_line_too() -> None:
    out = io.StringIO()
    logs.set_up("info", stream=out)
    try:
        raise ValueError("inside")
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = lines(out)
    assert "ValueError: inside" in str(line["exception"])


@pytest.mark.parametrize("where", ["event", "value", "nested", "exception", "stdlib"])
def test_tokens_and_secrets_are_masked_wherever_they_stand(where: str) -> None:
    token = make_connection_token("canary", secret="a secret of these tests", clock=SystemClock())
    out = io.StringIO()
    logs.set_up("info", [SECRET], out)
    log = structlog.get_logger()
    text = f"before {SECRET} and {token} after"
    if where == "event":
        log.info(text)
    elif where == "value":
        log.info("event", value=text)
    elif where == "nested":
        log.info("event", value={"a": [text]})
    elif where == "stdlib":
        logging.getLogger("uvicorn.error").error("said %s", text)
    else:
        try:
            raise ValueError(text)
        except ValueError:
            log.exception("failed")
    assert token not in out.getvalue()
    assert json.dumps(SECRET)[1:-1] not in out.getvalue()
    assert "before *** and *** after" in out.getvalue()


def test_every_secret_of_the_settings_is_known_to_the_mask() -> None:
    environ = {
        "FANWIRE_TOKEN_SECRET": "first-secret",
        "FANWIRE_CLIENT__TOKEN__HMAC_PREVIOUS_SECRET_KEY": "second-secret",
        "FANWIRE_API_KEY": "third-secret",
        "FANWIRE_PLATFORM__TOKEN_SECRET_KEY": "fourth-secret",
        "FANWIRE_DATABASE_URL": "postgresql://u:fifth%2Dsecret@h/d",
        "FANWIRE_BROKER_URL": "redis://:sixth-secret@h/0",
    }
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", out)
        logs.set_up_for(load(None, environ))
    structlog.get_logger().info("first-secret second-secret third-secret fourth-secret fifth-secret sixth-secret")
    assert lines(out)[0]["event"] == " ".join(["***"] * 6)


def test_uvicorn_speaks_from_warning_on_and_not_of_a_failed_start() -> None:
    out = io.StringIO()
    logs.set_up("info", stream=out)
    uvicorn = logging.getLogger("uvicorn.error")
    uvicorn.info("Waiting for application startup.")
    uvicorn.error("Application startup failed. Exiting.")
    uvicorn.warning("Invalid HTTP request received.")
    assert [line["event"] for line in lines(out)] == ["Invalid HTTP request received."]
