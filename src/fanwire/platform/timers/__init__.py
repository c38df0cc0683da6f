"""Durable timers: set in the transaction that makes them needed, fired once whatever becomes of the processes."""

from fanwire.platform.timers.runner import Runner
from fanwire.platform.timers.timer import Firing, Handler, Handlers, cancel, set_timer

__all__ = ["Firing", "Handler", "Handlers", "Runner", "cancel", "set_timer"]
