"""People who look at a locked post while its frames flow, until their access ends."""
