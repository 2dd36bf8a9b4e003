"""The site as people use it: the real server with its demonstration network, in a real browser."""
