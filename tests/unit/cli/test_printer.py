"""The lines of ``fanwire listen``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fanwire.cli import printer as printer_module
from fanwire.cli.printer import Printer
from fanwire.cli.target import Target, find
from fanwire.cli.words import CLOSES, ERRORS
from fanwire.client.happenings import Closed, Connected, Denied, Happening, Published, Subscribed, Unsubscribed
from fanwire.errors import ClientError, Disconnect


@pytest.fixture
def server(tmp_path: Path) -> Target:
    return find(data_dir=tmp_path, environ={})


@pytest.mark.parametrize(
    ("happening", "line"),
    [
        (Connected("c1"), "connected as client c1"),
        (Subscribed("post:1", 4), "post:1 subscribed at offset 4"),
        (Subscribed("feed:u", by_server=True), "feed:u subscribed by the server at offset -"),
        (Subscribed("n:u", data=b'{"a":1}', by_server=True), 'n:u subscribed by the server at offset - {"a":1}'),
        (Subscribed("post:1", 4, True, True), "post:1 subscribed at offset 4, everything missed follows"),
        (Subscribed("post:1", 4, True), "post:1 subscribed at offset 4, NOT recovered: reload the state"),
        (Published("post:1", b'{"a":1}', 5), 'post:1 offset 5 live {"a":1}'),
        (Published("post:1", b"1", 5, recovered=True), "post:1 offset 5 recovered 1"),
        (Published("n:u", b"1"), "n:u offset - live 1"),
        (
            Unsubscribed("post:1", 2500, "insufficient state"),
            "post:1 unsubscribed by the server: 2500 insufficient state",
        ),
        (
            Denied("post:1", 103, "permission denied"),
            "post:1 denied: 103 permission denied: this user may not subscribe; "
            "the server's log names the rule and the setting",
        ),
        (Denied("", 101, "unauthorized"), "connect denied: 101 unauthorized: no user: give --user or --token"),
        (Denied("x", 1234, "of an app"), "x denied: 1234 of an app"),
        (Closed(3001, "shutdown"), "closed: 3001 shutdown: the server is shutting down; coming back"),
        (Closed(0, "cannot reach ws://x"), "closed: cannot reach ws://x; coming back"),
        (
            Closed(3500, "invalid token", final=True),
            "closed: 3500 invalid token: the token is not one of this server's: "
            "is the secret the same (client.token.hmac_secret_key)?",
        ),
    ],
)
async def test_each_happening_is_one_line(
    server: Target, happening: Happening, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await Printer(server, "u", as_json=False).show(happening)
    out, err = capsys.readouterr()
    expected = f"{line}\n"
    assert (out, err) == ((expected, "") if isinstance(happening, Published) else ("", expected))


async def test_as_json_everything_goes_to_stdout(server: Target, capsys: pytest.CaptureFixture[str]) -> None:
    printer = Printer(server, "u", as_json=True)
    await printer.show(Published("post:1", b'{"text":"\xd0\xb4\xd0\xb0"}', 5, recovered=True))
    await printer.show(Subscribed("post:1"))
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {"event": "published", "channel": "post:1", "data": {"text": "да"}, "offset": 5, "recovered": True}
    assert second["data"] is None


async def test_a_denial_is_explained_by_the_server(
    server: Target, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def why(asked: Target, user: str, channel: str) -> str:
        assert (asked, user, channel) == (server, "boris", "post:1")
        return "post-locked (see grant_access)"

    monkeypatch.setattr(printer_module, "explanation", why)
    await Printer(server, "boris", as_json=False).show(Denied("post:1", 103, "permission denied"))
    assert capsys.readouterr().err.endswith("; post-locked (see grant_access)\n")
    await Printer(server, "boris", as_json=True).show(Denied("post:1", 103, "permission denied"))
    assert json.loads(capsys.readouterr().out)["why"] == "post-locked (see grant_access)"


def test_words_are_for_codes_that_exist() -> None:
    assert set(ERRORS) <= {error.code for error in ClientError.__subclasses__()}
    assert set(CLOSES) - {1006} <= {disconnect.code for disconnect in Disconnect.__subclasses__()}
