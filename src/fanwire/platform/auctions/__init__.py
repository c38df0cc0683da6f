"""Auctions on posts: one point of serialisation each, the database's clock, and timers that close them."""
