"""The outbox: events as rows in the caller's own transaction, and the relay that takes them from there."""
