"""Fill the database in use with many made-up threads and posts, beside what it has already."""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from base.db import dialect, execute, rows, transaction
from base.db.connection import client
from base.text.markdown import to_html
from base.text.slug import slugify

START: Final = datetime(2016, 1, 4, 8, 0, tzinfo=UTC)
KINDS: Final = ("question", "question", "discussion")
_BATCH: Final = 2_000
# fmt: off
TOPICS: Final = (
    "patients", "captions", "video", "channel", "comments", "answer", "replies", "policy", "approval", "team",
    "campaign", "screening", "parents", "nurse", "ward", "clinic", "account", "followers", "story", "reach", "budget",
    "consent", "photo", "rumour", "vaccine", "appointment", "waiting", "visitor", "donation", "press", "translation",
    "accessibility", "subtitles", "livestream", "moderation", "privacy", "review", "guideline", "training", "weekend",
)
_GLUE: Final = (
    "we", "our", "the", "a", "to", "for", "with", "and", "when", "before", "after", "how", "what", "on", "in", "of",
    "is", "was", "they", "you", "at", "from",
)
# fmt: on


def _sentence(pick: random.Random, size: int) -> str:
    words = [pick.choice(_GLUE if place % 2 else TOPICS) for place in range(size)]
    return " ".join(words).capitalize() + "."


def bodies(pick: random.Random, number: int = 300) -> list[tuple[str, str]]:
    """Return texts of about 90 words, some with a list, a link or a quotation, and how they are drawn."""
    made = []
    for n in range(number):
        parts = [" ".join(_sentence(pick, pick.randint(7, 16)) for _ in range(4)) for _ in range(2)]
        if n % 4 == 0:
            parts.insert(1, "\n".join(f"- {_sentence(pick, 6)}" for _ in range(3)))
        if n % 5 == 0:
            parts.append(f"See https://example.org/{n} for the **form**, or ask `{pick.choice(TOPICS)}`.")
        text = "\n\n".join(parts)
        made.append((text, str(to_html(text, prefix=f"p{n}-"))))
    return made


async def _insert(table: str, columns: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    signs = ", ".join(f"${n + 1}" if dialect() == "postgres" else "?" for n in range(len(columns)))
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({signs})"
    left = iter(values)
    while some := [list(one) for one in islice(left, _BATCH)]:
        async with transaction():
            await client().execute_many(sql, some)


async def _members(number: int) -> list[int]:
    first = await _next_id("members")
    ids = range(first, first + number)
    await _insert(
        "members",
        ("id", "handle", "name", "email", "state", "created_at"),
        ((one, f"robin{one}", f"Robin {one}", f"robin{one}@filler.example", "active", START) for one in ids),
    )
    return list(ids)


async def _next_id(table: str) -> int:
    return int((await rows(f"SELECT COALESCE(MAX(id), 0) + 1 AS n FROM {table}"))[0]["n"])


def _sizes(threads: int, posts: int) -> list[int]:
    """Return how many posts each thread has, its opening counted: most few, some many."""
    pick = random.Random(3)
    sizes = [1] * threads
    weights = [1 / (1 + n % 97) for n in range(threads)]
    for place in pick.choices(range(threads), weights, k=max(0, posts - threads)):
        sizes[place] += 1
    return sizes


async def fill(threads: int, posts: int, longest: int = 0) -> list[tuple[str, int]]:
    """Write so many threads and posts, one of `longest` posts if asked for; return each thread's address and posts."""
    pick = random.Random(11)
    texts = bodies(pick)
    people = await _members(max(200, posts // 40))
    topics = [row["id"] for row in await rows("SELECT id FROM tags ORDER BY id")]
    platforms = [row["id"] for row in await rows("SELECT id FROM platforms ORDER BY id")]
    sizes = _sizes(threads, posts) + ([longest] if longest else [])
    first, first_post = await _next_id("threads"), await _next_id("posts")
    span = timedelta(days=3600) / len(sizes)
    titles = [f"How do you {_sentence(pick, 8)[:-1].lower()}?" for _ in sizes]
    made: list[tuple[str, int]] = []

    def heads() -> Iterator[Sequence[Any]]:
        for n, size in enumerate(sizes):
            kind, at, answers = KINDS[n % 3], START + n * span, size - 1
            question = kind == "question"
            state = ("answered" if answers else "unanswered") if question else ""
            made.append((f"/t/{first + n}-{slugify(titles[n])}", size))
            yield (
                first + n, kind, titles[n], slugify(titles[n]), texts[n % len(texts)][0][:200], people[n % len(people)],
                "public", "published", state, at, at + timedelta(minutes=answers), size, answers, answers,
                answers if question else 0, 0, 1,
            )  # fmt: skip

    await _insert(
        "threads",
        ("id", "kind", "title", "slug", "excerpt", "author_id", "audience", "state", "resolution", "created_at",
         "active_at", "last_number", "last_position", "replies", "answers", "views", "version"),
        heads(),
    )  # fmt: skip
    await _posts(sizes, (first, first_post), people, texts, span)
    named = range(first, first + len(sizes))
    if topics:
        await _insert("thread_tags", ("thread_id", "tag_id"), ((one, topics[one % len(topics)]) for one in named))
    if platforms:
        await _insert(
            "thread_platforms", ("thread_id", "platform_id"), ((one, platforms[one % len(platforms)]) for one in named)
        )
    await _settle()
    return made


async def _posts(
    sizes: Sequence[int],
    first: tuple[int, int],
    people: Sequence[int],
    texts: Sequence[tuple[str, str]],
    span: timedelta,
) -> None:
    def all_posts() -> Iterator[Sequence[Any]]:
        post = first[1]
        for n, size in enumerate(sizes):
            opening, at = KINDS[n % 3], START + n * span
            for number in range(1, size + 1):
                kind = "opening" if number == 1 else "answer" if opening == "question" else "reply"
                body, html = texts[post % len(texts)]
                author = people[(n if number == 1 else post) % len(people)]
                yield (post, first[0] + n, number, number - 1, kind, author, body, html,
                       at + timedelta(minutes=number - 1))  # fmt: skip
                post += 1

    await _insert(
        "posts",
        ("id", "thread_id", "number", "position", "kind", "author_id", "body", "html", "created_at"),
        all_posts(),
    )
    await _insert(
        "post_revisions",
        ("post_id", "number", "body", "editor_id", "created_at"),
        ((one[0], 1, one[6], one[5], one[8]) for one in all_posts()),
    )


async def _settle() -> None:
    """Let the database go on counting from here, and know how its tables are."""
    if dialect() == "postgres":
        for table in ("members", "threads", "posts"):
            await rows(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")
    await execute("ANALYZE")
