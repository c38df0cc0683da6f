"""Following a creator: their new posts are seen live. It is no subscription and opens nothing."""
