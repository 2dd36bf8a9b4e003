"""Two people edited a post at once: both texts in one, with a choice where they touch, and nothing lost.

The form carries what its sender wrote (`mine`), the version they began with and the one that stands now, so that the
merged text can be made again. Whatever is changed by hand in it counts as well: it is merged with the choices.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Failure, Invalid, TooMany
from base.paging import whole_number
from base.text.clean import clean_text
from base.text.difference import Paragraph, paragraphs
from base.text.merge import Conflict, Merge, three_way
from base.web.render import page
from forum.actions.edit import Current, EditedPost
from forum.queries.post_page import PostSource, post_source
from forum.queries.revisions import Version, version_of
from members.viewer import Viewer

_NOTHING: Final = Version("", "", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePage:
    """What templates/forum/merge.html shows.

    `mine` is what the viewer sent, `body` that with the other's changes, `titles` are two when both changed the title,
    `conflicts` come with what was chosen: mine, theirs or both.
    """

    thread_id: int
    post: PostSource
    other: str
    mine: str
    body: str
    title: str
    titles: tuple[str, ...]
    reason: str
    upto: int | None
    began: int
    revision: int
    theirs: tuple[Paragraph, ...]
    conflicts: tuple[tuple[Conflict, str], ...]
    wait: int = 0


@dataclass(frozen=True, slots=True)
class _Texts:
    """What both began with, what stands there now, and both changes in one text."""

    base: Version
    theirs: Version
    merged: Merge


async def both_texts(
    request: Request, viewer: Viewer, edited: EditedPost, current: Current, *, number: int | None = None
) -> Response:
    """Show the texts of both editors in one, to be looked at and sent again."""
    thread_id = int(request.path_params["id"])
    number = number or int(request.path_params["number"])
    given = {
        "mine": edited.body, "began": str(edited.revision), "revision": str(current.revision), "reason": edited.reason,
        "upto": edited.upto, "title": edited.title or current.title,
    }  # fmt: skip
    texts = await _texts(viewer, thread_id, number, given)
    return await _show(request, viewer, (thread_id, number), given | {"body": texts.merged.text}, texts)


async def merge_again(request: Request, viewer: Viewer, given: Mapping[str, object], wrong: Failure) -> Response:
    """Show the form again, with what is wrong with it."""
    thread_id, number = int(request.path_params["id"]), int(request.path_params["number"])
    texts = await _texts(viewer, thread_id, number, given)
    return await _show(request, viewer, (thread_id, number), given, texts, wrong=wrong)


async def put_together(viewer: Viewer, thread_id: int, number: int, given: Mapping[str, object]) -> dict[str, Any]:
    """Return the text that a merge form stands for: its choices, and what was changed by hand."""
    if "mine" not in given:
        return {}
    merged = (await _texts(viewer, thread_id, number, given)).merged
    chosen, body = merged.chosen(_choices(given, merged)), _text(given.get("body"))
    if body in (_text(chosen), _text(merged.text)):
        return {"body": chosen}
    both = three_way(_text(merged.text), body, _text(chosen))
    if both.conflicts:
        raise Invalid({"body": "You chose words for a place that you also changed by hand. Please look at it again."})
    return {"body": both.text}


async def _show(
    request: Request,
    viewer: Viewer,
    which: tuple[int, int],
    given: Mapping[str, object],
    texts: _Texts,
    *,
    wrong: Failure | None = None,
) -> Response:
    thread_id, number = which
    title, titles = _titles(texts.base.title, str(given.get("title") or texts.theirs.title), texts.theirs.title)
    base, theirs = texts.base.body, texts.theirs.body
    data = MergePage(
        thread_id=thread_id,
        post=await post_source(viewer, thread_id, number),
        other=texts.theirs.editor,
        mine=str(given["mine"]),
        body=str(given.get("body", "")),
        title=title,
        titles=titles,
        reason=str(given.get("reason") or ""),
        upto=whole_number(given.get("upto")),
        began=whole_number(given.get("began")) or 0,
        revision=whole_number(given.get("revision")) or 0,
        theirs=tuple(paragraphs(base, theirs)) if base != theirs else (),
        conflicts=tuple(zip(texts.merged.conflicts, _choices(given, texts.merged), strict=True)),
        wait=wrong.retry_after if isinstance(wrong, TooMany) else 0,
    )
    errors = wrong.errors if isinstance(wrong, Invalid) else {"": wrong.sentence} if wrong else {}
    headers = {"Retry-After": str(data.wait)} if data.wait else {}
    status = wrong.status if wrong else 409
    return page(request, "forum/merge.html", data, status=status, errors=errors, headers=headers)


async def _texts(viewer: Viewer, thread_id: int, number: int, given: Mapping[str, object]) -> _Texts:
    began, revision = whole_number(given.get("began")) or 0, whole_number(given.get("revision")) or 0
    base = await version_of(viewer, thread_id, number, began) or _NOTHING
    theirs = await version_of(viewer, thread_id, number, revision) or _NOTHING
    return _Texts(base, theirs, three_way(base.body, _text(given.get("mine")), theirs.body))


def _choices(given: Mapping[str, object], merged: Merge) -> list[str]:
    return [str(given.get(f"choice{place}", "mine")) for place, _ in enumerate(merged.conflicts, 1)]


def _text(value: object) -> str:
    return clean_text(str(value or ""), multiline=True)


def _titles(base: str, mine: str, theirs: str) -> tuple[str, tuple[str, ...]]:
    """Return the title both agree on, and the two there are when each changed it in their own way."""
    if mine in (base, theirs):
        return theirs, ()
    return mine, () if theirs == base else (mine, theirs)
