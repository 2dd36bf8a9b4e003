"""What of kb/ can be found."""

from search_index.document import Source

SOURCES: list[Source] = []
