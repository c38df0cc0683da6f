"""The payment provider: it signs what it says, and may say it again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx2

from fanwire.clock import utc
from fanwire.platform.payments.signature import sign
from tests.integration.platform.api import PlatformApi

WEBHOOK = "/api/webhooks/payments"
SECRET = "whsec_of_the_tests"
_numbers = count(1)


class Provider:
    def __init__(self, api: PlatformApi) -> None:
        self.api = api

    def event(self, kind: str, *, ago: timedelta = timedelta(), id: str | None = None, **data: Any) -> dict[str, Any]:
        """An event as the provider makes it, ``ago`` before now."""
        at: datetime = utc(self.api.clock) - ago
        return {
            "id": id or f"evt_{next(_numbers)}",
            "type": kind,
            "createdAt": at.isoformat(),
            "data": data,
            "livemode": False,
        }

    def subscription(self, kind: str, days: int = 30, *, ago: timedelta = timedelta(), **data: Any) -> dict[str, Any]:
        """An event about boris's subscription to anna, paid for ``days`` from when it is said."""
        until = utc(self.api.clock) - ago + timedelta(days=days)
        named = {"subscriptionId": "sub_1", "userId": "boris", "creatorId": "anna", "tier": "premium"}
        return self.event(f"subscription.{kind}", ago=ago, **{**named, "validUntil": until.isoformat(), **data})

    async def deliver(self, event: Any, **headers: str | None) -> httpx2.Response:
        """POST an event (text and bytes as they are), signed now unless ``signature`` says otherwise."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        signature = headers.get("signature", sign(body, SECRET, int(self.api.clock.wall())))
        sent = {"content-type": "application/json"} | ({"x-payment-signature": signature} if signature else {})
        return await self.api.http.post(WEBHOOK, content=body, headers=sent)

    async def say(self, event: dict[str, Any]) -> str:
        """Deliver, and return the outcome."""
        answer = await self.deliver(event)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["outcome"])
