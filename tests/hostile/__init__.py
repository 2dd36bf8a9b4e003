"""The site as its enemies use it."""
