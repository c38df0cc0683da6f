"""Event functions called from a program of its own: how many a second, beside what the database inserts by itself."""
