"""Fanwire: real-time events and notifications for creator platforms."""

__version__ = "0.1.0"
