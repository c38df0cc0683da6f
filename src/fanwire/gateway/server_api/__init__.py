"""Centrifugo's server HTTP API, so that PyPI ``cent`` and other publishers work unmodified (PROTOCOL.md section 3)."""

from fanwire.gateway.server_api.dispatch import ServerApi

__all__ = ["ServerApi"]
