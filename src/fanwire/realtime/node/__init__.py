"""The node: hub, broker and sessions joined. Here, and in the gateway, is where things are awaited."""

from fanwire.realtime.node.node import Node
from fanwire.realtime.node.stats import NodeStats

__all__ = ["Node", "NodeStats"]
