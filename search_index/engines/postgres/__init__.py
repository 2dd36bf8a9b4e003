"""The engine past one machine: PostgreSQL keeps the postings and filters by audience, numpy ranks what matches."""

from search_index.engines.postgres.engine import PostgresEngine

__all__ = ["PostgresEngine"]
