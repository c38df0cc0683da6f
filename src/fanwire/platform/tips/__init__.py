"""Tips: money for a creator, told of once per payment."""
