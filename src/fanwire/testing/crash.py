"""The points where a test may kill a Fanwire process: start it with ``FANWIRE_CRASH="{point}:{nth}"``."""

from fanwire.outbox.crash import VARIABLE, CrashPoint

__all__ = ["VARIABLE", "CrashPoint"]
