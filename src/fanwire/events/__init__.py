"""Event functions: what endpoint code imports. One module per subject; sync twins in ``fanwire.events.sync``."""
