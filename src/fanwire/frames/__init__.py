"""Frames: what an event says on the wire. Pure: payload in, frames out."""

from fanwire.frames.draft import Draft, numbered
from fanwire.frames.frame import Frame, Target

__all__ = ["Draft", "Frame", "Target", "numbered"]
