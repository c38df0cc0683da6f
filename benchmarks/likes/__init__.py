"""A load of likes: over HTTP, and what a browser that looks at the posts gets to see of it."""
