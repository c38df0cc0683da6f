"""Subscriptions to a creator: paid, renewed, ended, refunded, moved to another tier."""
