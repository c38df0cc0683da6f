"""The pages that come with Fanwire: plain ES modules, served as they are."""

from fanwire.web.app import create_web

__all__ = ["create_web"]
