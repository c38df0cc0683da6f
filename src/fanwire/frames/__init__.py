"""Frames: what an event says on the wire. Pure: payload in, frames out."""

from fanwire.frames.frame import Frame, Target

__all__ = ["Frame", "Target"]
