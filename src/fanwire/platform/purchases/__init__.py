"""Buying one locked post, for good."""
