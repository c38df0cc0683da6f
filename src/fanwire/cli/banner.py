"""What ``fanwire dev`` prints when it is ready: three links, one curl line, one Python line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fanwire import __version__

_TEXT = """\
Fanwire {version} is running; Ctrl+C stops it.

  Demo page  {url}/
  API docs   {url}/docs
  Health     {url}/readyz

As {liker}, like a post, and see it move in the demo page:

{curl}

In Python, send {reader} a notification ({python}):

{code}
"""


@dataclass(frozen=True)
class Invitation:
    """One act that a newcomer can try at once."""

    liker: str
    post: str
    token: str


def banner(url: str, invitation: Invitation, api_key_file: Path, python: str, reader: str = "boris") -> str:
    """The text. It holds a token, because somebody is to paste it: it goes to the terminal, never to a log."""
    return _TEXT.format(
        version=__version__,
        url=url,
        liker=invitation.liker,
        curl=curl_line(url, invitation),
        reader=reader,
        python=python,
        code=python_line(url, api_key_file, reader),
    )


def curl_line(url: str, invitation: Invitation) -> str:
    """Likes the post."""
    return f"curl -X POST {url}/api/posts/{invitation.post}/like -H 'Authorization: Bearer {invitation.token}'"


def python_line(url: str, api_key_file: Path, reader: str) -> str:
    """Sends a notification. No double quotes inside, so that it fits ``python -c "..."`` as well as a REPL."""
    return (
        "import fanwire, pathlib; from fanwire.events.sync.notifications import send_notification; "
        f"fanwire.configure(url='{url}', api_key=pathlib.Path('{api_key_file}').read_text()); "
        f"print(send_notification('{reader}', {{'type': 'NEW_MESSAGE', 'title': 'Hello from Python'}}))"
    )
