"""Who subscribes to a creator, who follows them, and what everybody may know of a creator."""
