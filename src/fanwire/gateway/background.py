"""Tasks that live as long as the process: started together with what they need, ended with it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any

import structlog

log = structlog.get_logger()


def keep_running(stack: AsyncExitStack, coroutine: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Run ``coroutine`` until ``stack`` unwinds, which cancels it. If it ends by a failure, the log says so."""
    task = asyncio.get_running_loop().create_task(coroutine, name=name)
    task.add_done_callback(_tell)

    async def end() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task

    stack.push_async_callback(end)
    return task


def _tell(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background_task_failed", task=task.get_name(), exc_info=error)
