"""Brokers: how publications travel between nodes."""
