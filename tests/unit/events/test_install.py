"""``pip install fanwire`` alone is enough for endpoint code: the server's packages are not needed to say an event."""

from __future__ import annotations

import subprocess
import sys

SERVER_ONLY = ("structlog", "alembic", "aiosqlite", "uvicorn", "uvloop", "starlette", "websockets", "psycopg", "typer")
CODE = f"""
import sys
for name in {SERVER_ONLY!r}:
    sys.modules[name] = None
import fanwire
from fanwire.events import notifications, posts, creators, access
from fanwire.events.sync import notifications, posts, creators, access
print(notifications.send_notification("boris", {{"type": "NEW_MESSAGE", "title": "t"}}).status)
try:
    fanwire.configure(database_url="postgresql://h/d")
    notifications.send_notification("boris", {{"type": "NEW_MESSAGE", "title": "t"}}, strict=True)
except fanwire.errors.ConfigurationError as error:
    print(error)
"""


def test_the_functions_need_no_server_package_and_say_which_driver_is_missing() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == [
        "unconfigured",
        "the database driver 'psycopg' is not installed: pip install 'fanwire[postgres]'",
    ]
