"""Say which words mean the same, change it, and take it back."""

import re
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from base import journal
from base.clock import now
from base.db import execute, transaction
from base.errors import Invalid, Missing
from base.inputs import Input, Line
from members.viewer import Viewer
from search_index.models import SearchSynonym
from search_index.queries.synonyms import MOST_GROUPS
from search_index.rules import check_may_keep_synonyms
from search_index.synonyms import LONGEST_TERM, MOST_TERMS, is_common, is_letters, words_of
from search_index.wording import LONGEST_PHRASE
from search_index.words import fold

_BETWEEN: Final = re.compile(r"[=\n,;]")
_LONGEST_TEXT: Final = 2_000


def _terms(value: object) -> object:
    """Split at equals signs, commas, semicolons and lines, also inside a list; each term once."""
    if not isinstance(value, str | list | tuple):
        return value
    parts = [value] if isinstance(value, str) else value
    if not all(isinstance(part, str) for part in parts) or sum(map(len, parts)) > _LONGEST_TEXT:
        return [None]
    terms = (" ".join(term.split()) for part in parts for term in _BETWEEN.split(part))
    once: dict[str, str] = {}
    for term in filter(None, terms):
        once.setdefault(fold(term), term)
    return list(once.values())


class SynonymForm(Input):
    """Words and phrases that mean the same, with equals signs, commas or lines between them."""

    language: Literal["", "en", "nl", "de", "fr", "es", "pt"] = Field("", title="Language")
    one_way: bool = Field(False, title="One way")
    terms: Annotated[list[Line], BeforeValidator(_terms)] = Field(max_length=MOST_TERMS, title="Words")

    @field_validator("terms")
    @classmethod
    def _terms_can_be_searched(cls, terms: list[str], info: ValidationInfo) -> list[str]:
        for term in terms:
            if wrong := _wrong(term, info.data.get("language", "")):
                raise ValueError(wrong)
        if len(terms) < 2:
            raise ValueError("Give at least two different words: one alone means nothing else.")
        return terms


def _wrong(term: str, language: str) -> str:
    """Return what is wrong with a term, nothing when it is fine."""
    if len(term) > LONGEST_TERM:
        return f"“{term[:30]}…” is too long: at most {LONGEST_TERM} letters."
    if not words_of(term):
        return f"“{term}” has no letter or digit, so nobody can search it."
    if len(words_of(term)) > LONGEST_PHRASE:
        return f"“{term}” has too many words: at most {LONGEST_PHRASE}."
    if is_letters(term, language):
        return f"“{term}” is read as single letters, which stand in many texts; leave it out."
    if is_common(term, language):
        return f"“{term}” is so common that search reads over it; it cannot stand for something else."
    return ""


async def keep_synonyms(viewer: Viewer, given: SynonymForm, synonym_id: int | None = None) -> int:
    """Add words that mean the same, or change a group; return its id."""
    check_may_keep_synonyms(viewer)
    columns: dict[str, Any] = {"terms": "\n".join(given.terms), "one_way": given.one_way, "language": given.language}
    async with transaction():
        if synonym_id is None:
            if await SearchSynonym.all().count() >= MOST_GROUPS:
                raise Invalid({"terms": f"There are {MOST_GROUPS} groups already. Remove some first."})
            made = await SearchSynonym.create(**columns, changed_at=now())
            synonym_id = int(made.id)
            await journal.record("synonyms.added", actor_id=viewer.id, subject_id=synonym_id, data=columns)
        else:
            changed = await execute(
                "UPDATE search_synonyms SET terms = ?, one_way = ?, language = ?, edits = edits + 1, changed_at = ? "
                "WHERE id = ?",
                *columns.values(), now(), synonym_id,
            )  # fmt: skip
            if not changed:
                raise Missing("There are no such synonyms.")
            await journal.record("synonyms.changed", actor_id=viewer.id, subject_id=synonym_id, data=columns)
    return synonym_id


async def remove_synonyms(viewer: Viewer, synonym_id: int) -> None:
    """Take a group away; its words mean only themselves again."""
    check_may_keep_synonyms(viewer)
    async with transaction():
        found = await SearchSynonym.get_or_none(id=synonym_id)
        if found is None:
            raise Missing("There are no such synonyms.")
        await found.delete()
        data = {"terms": found.terms}
        await journal.record("synonyms.removed", actor_id=viewer.id, subject_id=synonym_id, data=data)
