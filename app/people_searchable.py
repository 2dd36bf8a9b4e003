"""People and organisations as findable things (members stands below search, so this is the place that knows both)."""

from search_index.document import Source

SOURCES: list[Source] = []
