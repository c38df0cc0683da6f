"""The load client: in C, and in Python for machines without a compiler."""
