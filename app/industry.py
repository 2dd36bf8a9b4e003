"""What search says of vendors beside what it found: the index may be old, and knows nothing of who sells something."""

from collections.abc import Sequence
from typing import Final

from base.condition import Condition, one_of
from base.db import rows
from members.queries.vendors import VENDOR_OF
from search_index.found import Hit

_NOW: Final = VENDOR_OF.format(member="m.id")
_POSTS: Final = f"COALESCE(NULLIF(p.industry, ''), {_NOW}) AS vendor FROM posts p JOIN members m ON m.id = p.author_id"
_KINDS: Final = {
    "post": ("p.id", _POSTS, "1 = 1"),
    "thread": ("p.thread_id", _POSTS, "p.number = 1"),
    "member": ("m.id", f"{_NOW} AS vendor FROM members m", "1 = 1"),
    "organisation": ("o.id", "o.name AS vendor FROM organisations o", "o.kind = 'industry'"),
}
"""Of each kind of document: its id, where the vendor is read from, and which rows count."""


async def vendors_among(hits: Sequence[Hit]) -> dict[str, str]:
    """Return the vendors behind hits, by their keys, in one statement."""
    asked = [(kind, ids) for kind in _KINDS if (ids := sorted({hit.id for hit in hits if hit.kind == kind}))]
    if not asked:
        return {}
    parts = [_part(kind, ids) for kind, ids in asked]
    values = [value for part in parts for value in part.values]
    found = await rows(" UNION ALL ".join(part.sql for part in parts), *values)
    return {f"{row['kind']}:{row['id']}": row["vendor"] for row in found if row["vendor"]}


def _part(kind: str, ids: Sequence[int]) -> Condition:
    column, source, which = _KINDS[kind]
    wanted = one_of(column, ids)
    return Condition(f"SELECT '{kind}' AS kind, {column} AS id, {source} WHERE {which} AND {wanted.sql}", wanted.values)
