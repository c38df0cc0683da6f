"""One client's conversation without I/O: commands in, effects out, results of effects back in."""
