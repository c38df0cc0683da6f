"""WebSocket connections, from uvicorn's upgrade to the last byte."""

from fanwire.gateway.websocket.endpoint import WebSocketEndpoint
from fanwire.gateway.websocket.upgrade import WebSocketUpgrade

__all__ = ["WebSocketEndpoint", "WebSocketUpgrade"]
