"""Conversations of two people, and messages of one creator to all subscribers."""
