"""Sockets and HTTP: everything that the outside talks to, assembled into one ASGI app."""
