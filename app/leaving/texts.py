"""Look through every text of every table for somebody who is gone."""

import json
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, Final

from tortoise import fields
from tortoise.models import Model

from app.leaving.words import Words, words_of
from base.db import MODEL_MODULES, dialect, execute, marks, rows
from base.journal.models import Entry
from forum.actions.redraw import redraw_posts
from forum.models import ThreadChange
from members.leaving import Leaver

_BATCH: Final = 200
# What we wrote ourselves about acts of people: their whole name is theirs there. In what people write, it is a word.
NAMED: Final = frozenset({
    "journal_entries", "journal_deliveries", "notices", "outgoing_mail", "thread_changes", "unmaskings", "origins",
    "departures",
})  # fmt: skip
# Drawn from words that are looked at themselves; hashes; what is sealed; and addresses, which go as a whole elsewhere:
# a part of one is none. How the site is set up says nothing of people, and half a setting would stop it.
NEVER: Final = frozenset({
    ("posts", "html"), ("departures", "was"), ("members", "handle"), ("members", "email"),
    ("outgoing_mail", "key"), ("outgoing_mail", "to"), ("invitations", "email"),
    ("organisations", "privacy_contact"), ("site_settings", "value"),
    ("contributors", "attribution"), ("legal_texts", "text"),
})  # fmt: skip


def columns_with_words() -> Iterator[tuple[type[Model], list[str], list[str]]]:
    """Yield every table with its columns of text and of JSON."""
    for module in MODEL_MODULES:
        for model in import_module(module).__models__:
            table, known = str(model._meta.db_table), model._meta.fields_map
            texts = [
                name for name, field in known.items()
                if isinstance(field, fields.CharField | fields.TextField) and not field.pk
                and not isinstance(field, fields.JSONField) and (table, name) not in NEVER
            ]  # fmt: skip
            documents = [name for name, field in known.items() if isinstance(field, fields.JSONField)]
            if "id" in known and (texts or documents):
                yield model, texts, documents


# What people type when they do something, by its name in the journal.
_TYPED: Final = frozenset({"title", "reason", "note", "why", "text", "name", "welcome", "comment", "words"})
# What others typed about them, or they about their own things. Why somebody was erased is kept, without their name.
_ABOUT_THEM: Final = (
    "subject_id = ? AND (kind LIKE 'passkey.%' OR kind IN ('member.suspended', 'trust.held', 'two_factor.reset'))"
)
# Acts on somebody's place in an organisation, whose subject it is; what the place was called stands there as well.
_IN_PLACES: Final = ("console.titled", "console.declined", "console.paused")
_TITLES: Final = frozenset({"before", "after"})


async def rewrite_texts(leaver: Leaver) -> None:
    """Rewrite every text that names them, and draw anew what is drawn from it; may be done again."""
    words = await words_of(leaver)
    for model, texts, documents in columns_with_words():
        changed = await _rewrite(model, texts, documents, words)
        if model._meta.db_table == "posts":
            for start in range(0, len(changed), _BATCH):
                await redraw_posts(changed[start : start + _BATCH])


def _needles(words: Words, *, named: bool) -> list[str]:
    """Return what a text holds that has to be looked at more closely."""
    leaver = words.leaver
    found = [*leaver.addresses, f"@{leaver.handle}", f"/people/{leaver.handle}", "/files/"]
    found += ["#post-"] if words.posts or words.masked else []
    found += ["/t/"] if words.slugs else []
    if named:
        # In JSON letters beyond ASCII may be written as they are or as numbers.
        found += [leaver.handle, leaver.name, json.dumps(leaver.name)[1:-1]]
    return list(dict.fromkeys(one for one in found if one))


async def _rewrite(model: type[Model], texts: Sequence[str], documents: Sequence[str], words: Words) -> list[int]:
    """Rewrite one table, batch by batch; return the ids of rows that changed."""
    table, changed, last = str(model._meta.db_table), list[int](), 0
    named = table in NAMED
    needles = [f"%{_like(one)}%" for one in _needles(words, named=named)]
    like = "ILIKE" if dialect() == "postgres" else "LIKE"  # SQLite's own looks at no case, of ASCII
    one = " OR ".join(f"{{c}} {like} ? ESCAPE '!'" for _ in needles)
    which = " OR ".join(one.format(c=f'CAST("{name}" AS TEXT)') for name in (*texts, *documents))
    values = needles * (len(texts) + len(documents))
    sql = f"SELECT id FROM {table} WHERE id > ? AND ({which}) ORDER BY id LIMIT {_BATCH}"  # noqa: S608
    while found := await rows(sql, last, *values):
        last = found[-1]["id"]
        for row in await model.filter(id__in=[one["id"] for one in found]).order_by("id"):
            if await _rewrite_row(model, row, (*texts, *documents), words, named=named):
                changed.append(row.pk)
    return changed


async def _rewrite_row(model: type[Model], row: Model, names: Sequence[str], words: Words, *, named: bool) -> bool:
    before = {name: getattr(row, name) for name in names}
    after = {name: words.value(value, named=named) for name, value in before.items()}
    new = {name: _fitting(model, name, value) for name, value in after.items() if value != before[name]}
    if not new:
        return False
    # Who changed the row meanwhile wrote it without them: they could not be named any more.
    await model.filter(id=row.pk).update(**new)
    return True


def _fitting(model: type[Model], name: str, value: Any) -> Any:
    field = model._meta.fields_map[name]
    return value[: field.max_length] if isinstance(field, fields.CharField) and isinstance(value, str) else value


def _like(words: str) -> str:
    return words.replace("!", "!!").replace("%", "!%").replace("_", "!_")


async def forget_reasons(leaver: Leaver) -> None:
    """Leave in the journal of what they did only that it was done: what they typed goes, and what threads said."""
    slugs = (await words_of(leaver)).slugs
    await _strip(f"actor_id IN ({marks(leaver.ids)})", leaver.ids)
    await _strip(_ABOUT_THEM, (leaver.member_id,))
    await _strip(f"kind IN ({marks(_IN_PLACES)})", _IN_PLACES, about=leaver.member_id)
    for thread_id in slugs:
        await _strip("subject_id = ? AND kind LIKE 'thread.%'", (thread_id,))
        for change in await ThreadChange.filter(thread_id=thread_id):
            if "title" in change.before:
                await ThreadChange.filter(id=change.id).update(before={**change.before, "title": ["", ""]})
    await execute("DELETE FROM origins WHERE kind = 'email_md5' AND subject_id = ?", leaver.member_id)
    for table in ("search_log", "search_gaps_dismissed"):
        for word in {one.lower() for one in (leaver.name, leaver.handle, *leaver.addresses)} - {""}:
            await execute(f"DELETE FROM {table} WHERE query LIKE ? ESCAPE '!'", f"%{_like(word)}%")  # noqa: S608


async def _strip(which: str, values: Sequence[object], about: int = 0) -> None:
    """Take out of entries what was typed; `about` looks only at those that name this member, and at titles, too."""
    typed = _TYPED | _TITLES if about else _TYPED
    last = 0
    sql = f"SELECT id FROM journal_entries WHERE id > ? AND {which} ORDER BY id LIMIT {_BATCH}"  # noqa: S608
    while found := await rows(sql, last, *values):
        last = found[-1]["id"]
        for entry in await Entry.filter(id__in=[row["id"] for row in found]):
            if about and entry.data.get("member_id") != about:
                continue
            left = {name: value for name, value in entry.data.items() if name not in typed}
            if left != entry.data:
                await Entry.filter(id=entry.id).update(data=left)
