"""Who wants to hear nothing of whom."""

from fanwire.platform.blocks.block import demand

__all__ = ["demand"]
