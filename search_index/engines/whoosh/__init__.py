"""The embedded engine: Whoosh writes and keeps the postings, numpy evaluates them."""

from search_index.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
