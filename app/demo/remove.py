"""Take the demonstration away."""

from app.demo.ledger import SYSTEM
from base.db import execute, marks, rows, transaction
from base.journal import record

# Collections hold articles, these rest on threads, threads and requests on people, people on organisations: the other
# way round.
_TABLES = (
    ("collections", "collections", "collection.removed"),
    ("articles", "articles", "article.removed"),
    ("threads", "threads", "thread.removed"),
    ("requests", "organisation_requests", ""),
    ("people", "members", "member.removed"),
    ("organisations", "organisations", "organisation.removed"),
    ("regions", "regions", ""),
    ("synonyms", "search_synonyms", ""),
    ("searches", "search_log", ""),
)
# What real people may have begun to use stays: platforms, categories and tags that something still points to.
_UNUSED = (
    ("tags", "tags", ("thread_tags.tag_id", "article_tags.tag_id")),
    (
        "platforms",
        "platforms",
        (
            "thread_platforms.platform_id",
            "article_platforms.platform_id",
            "member_platforms.platform_id",
            "platform_uses.platform_id",
        ),
    ),
    ("categories", "categories", ("threads.category_id",)),
)


async def remove_demo() -> dict[str, int]:
    """Remove everything the demonstration made, and what was written inside its threads; return how much."""
    removed: dict[str, int] = {}
    async with transaction():
        for kind, table, entry in _TABLES:
            ids = await _ids(kind)
            if kind == "threads":
                await _tell_posts(ids)
            if kind == "people":
                ids = await _retire_authors(ids)
            removed[kind] = await _delete(table, ids, entry)
        for kind, table, users in _UNUSED:
            ids = [id_ for id_ in await _ids(kind) if not await _used(id_, users)]
            removed[kind] = await _delete(table, ids, "")
        await execute("DELETE FROM origins WHERE system = ?", SYSTEM)
    return removed


async def _ids(kind: str) -> list[int]:
    found = await rows("SELECT subject_id FROM origins WHERE system = ? AND kind = ?", SYSTEM, kind)
    return [row["subject_id"] for row in found]


async def _delete(table: str, ids: list[int], entry: str) -> int:
    if not ids:
        return 0
    if entry:
        for id_ in ids:
            await record(entry, actor_id=None, subject_id=id_, quiet=True)
    return await execute(f"DELETE FROM {table} WHERE id IN ({marks(ids)})", *ids)  # noqa: S608 - our own table names


async def _tell_posts(thread_ids: list[int]) -> None:
    if thread_ids:
        posts = await rows(f"SELECT id FROM posts WHERE thread_id IN ({marks(thread_ids)})", *thread_ids)  # noqa: S608
        for row in posts:
            await record("post.removed", actor_id=None, subject_id=row["id"], quiet=True)


async def _retire_authors(ids: list[int]) -> list[int]:
    """Keep as nameless former members those who wrote in threads or articles that stay; return the others."""
    if not ids:
        return []
    found = await rows(
        f"SELECT author_id AS id FROM threads WHERE author_id IN ({marks(ids)}) "  # noqa: S608
        f"UNION SELECT author_id FROM posts WHERE author_id IN ({marks(ids)}) "
        f"UNION SELECT editor_id FROM post_revisions WHERE editor_id IN ({marks(ids)}) "
        f"UNION SELECT author_id FROM article_revisions WHERE author_id IN ({marks(ids)})",
        *ids, *ids, *ids, *ids,
    )  # fmt: skip
    staying = {row["id"] for row in found}
    for id_ in staying:
        await execute(
            "UPDATE members SET state = 'gone', name = 'Former member', handle = ?, email = NULL, password_hash = '',"
            " title = '', bio = '' WHERE id = ?",
            f"former-{id_}",
            id_,
        )
        await execute("DELETE FROM sessions WHERE member_id = ?", id_)
        await execute("DELETE FROM role_grants WHERE member_id = ?", id_)
        await execute("DELETE FROM tokens WHERE member_id = ?", id_)
        for table in ("two_factors", "recovery_codes", "second_steps", "passkeys", "known_devices", "identity_links"):
            await execute(f"DELETE FROM {table} WHERE member_id = ?", id_)  # noqa: S608
    return [id_ for id_ in ids if id_ not in staying]


async def _used(id_: int, users: tuple[str, ...]) -> bool:
    for user in users:
        table, _, column = user.partition(".")
        if await rows(f"SELECT 1 AS one FROM {table} WHERE {column} = ? LIMIT 1", id_):  # noqa: S608 - our own names
            return True
    return False
