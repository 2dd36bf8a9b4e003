"""Two editors saved at once: both versions side by side, merged where they do not touch, nothing lost."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from base.text.difference import Change, word_difference
from base.text.merge import Conflict
from base.web.render import page
from forum.evidence import WORDS
from kb.actions.write import Changes, StaleDraft
from kb.addresses import work_url
from kb.content import CHOICES, LINES, Content, Merged, labels_of, merge
from kb.pages.bench_kept import CHOSEN
from kb.queries.facts import Found
from kb.queries.people import name_of
from kb.sections import NAMES, RECOMMENDATIONS, STRENGTHS

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "recommendation": RECOMMENDATIONS,
    "strength": STRENGTHS,
    "evidence": WORDS,
}


# What the form says beside the words; with a stale draft nothing of it was saved, so it is sent again with the merge.
_BESIDE: Final = ("kind", "audience", "platforms", "tags", "owner", "significance", "note", "passages", *CHOSEN)


@dataclass(frozen=True, slots=True)
class MergedField:
    """One field that somebody changed: as it will be saved, and what the other one changed."""

    name: str
    label: str
    value: str
    kind: str
    conflicts: tuple[Conflict, ...]
    theirs: tuple[Change, ...]
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePage:
    """What templates/kb/merge.html shows."""

    id: int
    url: str
    title: str
    other: str
    edits: int
    base: str
    conflicts: int
    fields: tuple[MergedField, ...]
    kept: tuple[tuple[str, str], ...]


async def merge_page(
    request: Request, found: Found, changes: Changes, stale: StaleDraft, given: Mapping[str, object]
) -> Response:
    """Show what both wrote, and a merged version to save."""
    base = changes.opened(stale.theirs)
    mine, theirs = base.changed(changes.words()), stale.theirs
    merged, labels = merge(base, mine, theirs), labels_of(found.kind)
    data = MergePage(
        id=found.id,
        url=work_url(found.id),
        title=theirs.title,
        other=await name_of(stale.editor_id),
        edits=stale.edits,
        base=json.dumps(theirs.columns(), ensure_ascii=False),
        conflicts=len(merged.conflicts),
        fields=tuple(
            _field(name, merged, base, mine, theirs, label=labels[name])
            for name in ("title", "summary", *CHOICES, *NAMES, "evidence_why")
            if not _value(base, name) == _value(mine, name) == _value(theirs, name)
        ),
        kept=tuple(_kept(given)),
    )
    return page(request, "kb/merge.html", data, status=409)


def _kept(given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in given.items():
        if name in _BESIDE or name.startswith(("addressed.", "was_addressed.")):
            yield from ((name, str(one)) for one in (value if isinstance(value, list) else [value]))


def _field(name: str, merged: Merged, base: Content, mine: Content, theirs: Content, *, label: str) -> MergedField:
    return MergedField(
        name=name,
        label=label,
        value=_value(merged.content, name),
        kind="choice" if name in CHOICES else "line" if name in LINES else "text",
        conflicts=merged.conflicts.get(name, ()),
        theirs=tuple(word_difference(_value(base, name), _value(theirs, name))),
        options=_options(name, mine, theirs),
    )


def _options(name: str, mine: Content, theirs: Content) -> tuple[tuple[str, str], ...]:
    """Return what both chose, in words: mine first."""
    values = dict.fromkeys((_value(mine, name), _value(theirs, name)))
    return tuple((value, _WORDS.get(name, {}).get(value, value)) for value in values)


def _value(content: Content, name: str) -> str:
    return content.sections.get(name, "") if name in NAMES else str(getattr(content, name))
