"""Asks the server why a subscription is denied: whoever holds the API key may know the rule and the setting."""

from __future__ import annotations

import httpx2
import msgspec

from fanwire.cli.target import Target

TIMEOUT = 5.0


class Explained(msgspec.Struct, frozen=True):
    allowed: bool = True
    rule: str = ""
    hint: str = ""


class _Answer(msgspec.Struct, frozen=True):
    result: Explained = Explained()


async def explanation(server: Target, user: str, channel: str) -> str:
    """The rule that decides and what to change; empty when the server cannot be asked or would allow it."""
    if not server.api_key:
        return ""
    try:
        async with httpx2.AsyncClient(timeout=TIMEOUT) as http:
            response = await http.post(
                f"{server.url}/api/explain",
                json={"user": user, "channel": channel},
                headers={"X-API-Key": server.api_key},
            )
        answer = msgspec.json.decode(response.content, type=_Answer).result
    except (httpx2.HTTPError, msgspec.MsgspecError):
        return ""
    if answer.allowed:
        return ""
    return answer.rule + (f" ({answer.hint})" if answer.hint else "")
