"""Which parts of a profile have their own readers, and who these can be."""

from typing import Final, Literal

Readers = Literal["public", "members", "organisation"]
READERS: Final = ("public", "members", "organisation")
"""Everybody; who belongs to the network; who belongs to an organisation of theirs."""
PARTS: Final = ("bio", "languages", "platforms", "topics")
"""Each has a column of members named after it, such as `bio_for`. Name, role and organisation stand beside posts."""
