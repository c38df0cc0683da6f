"""The reference creator-platform API: it uses Fanwire only through names that any stranger could import."""
