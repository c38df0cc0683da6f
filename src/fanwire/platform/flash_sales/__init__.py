"""Flash sales: a discount for a while, for the first few; never one more."""
