"""Whether this process may be sent traffic: every check with its reason."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from sqlalchemy.exc import SQLAlchemyError

from fanwire.errors import BrokerUnavailable, FanwireError

# Seconds that one check may take: a load balancer asks every few seconds, and gives up sooner than TCP does.
CHECK_TIMEOUT = 2.0
OK = "ok"

log = structlog.get_logger()


class NotReady(FanwireError):
    """Why not, in words that strangers may read."""


# Raises NotReady, or the error of what it has asked.
Check = Callable[[], Awaitable[None]]


class Readiness:
    """Runs ``checks`` when asked. While ``draining`` the answer is no, whatever they say."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = dict(checks)
        self.draining = False

    async def report(self) -> dict[str, str]:
        """Name of each check -> "ok" or the reason why not."""
        names = list(self._checks)
        found = dict(zip(names, await asyncio.gather(*(self._run(name) for name in names)), strict=True))
        if self.draining:
            found["server"] = "draining: it is about to stop"
        return found

    async def _run(self, name: str) -> str:
        try:
            async with asyncio.timeout(CHECK_TIMEOUT):
                await self._checks[name]()
        except NotReady as reason:
            return str(reason)
        except TimeoutError:
            return f"no answer within {CHECK_TIMEOUT:g} s"
        except (SQLAlchemyError, BrokerUnavailable, OSError) as error:
            # Their words may name hosts and users: they are for the log.
            log.warning("not_ready", check=name, error=str(error))
            return "it does not answer; the log says why"
        return OK


def ready(report: Mapping[str, str]) -> bool:
    """Whether every check passed."""
    return all(reason == OK for reason in report.values())
