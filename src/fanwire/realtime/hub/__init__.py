"""Who is subscribed to what on this node, and how a publication reaches them. Nothing here waits."""
