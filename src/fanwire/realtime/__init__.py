"""The realtime server without its sockets: protocol, channels, sessions, hub and the node that joins them."""
