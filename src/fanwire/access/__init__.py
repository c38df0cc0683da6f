"""Who may see what: grants and revocations, the directory of posts, the rules, and the feed that nodes tail."""
