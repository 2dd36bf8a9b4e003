"""The way in and out: requests, pages, JSON, headers, failures."""
