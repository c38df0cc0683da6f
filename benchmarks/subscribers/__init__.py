"""Creators with many subscribers: made in bulk, and what one post of theirs writes."""
