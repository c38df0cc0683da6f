"""Channels as data: their names, their options, and who may do what on them. Nothing here does I/O."""
