"""The forms below the posts of a thread: how they open, and how they come back with what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import getrandbits
from secrets import token_urlsafe

from markupsafe import Markup

from base.errors import Failure, TooMany
from base.paging import whole_number
from base.web.holes import FILLERS, hole
from forum.actions.pace import opened_now
from forum.pages.file_fields import FileBox, file_box
from forum.queries.drafts import draft_text
from forum.queries.masked import MaskOffer, mask_offer
from forum.queries.quoting import numbers_in, quoting
from forum.queries.thread_page import ThreadPage
from members.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What stands in the forms below the posts: an answer, or a comment on the post `comment_on`.

    `draft` and `version` name what is saved of it already, at `saved`; `wait` is in how many seconds it can be sent.
    With a `mask` it is written without its author's name.
    """

    text: str = ""
    parent: int | None = None
    comment_on: int | None = None
    comment_text: str = ""
    preview: Markup | None = None
    once: str = ""
    opened: str = ""
    draft: int | None = None
    version: int | None = None
    saved: object = None
    wait: int = 0
    mask: MaskOffer | None = None
    files: FileBox | None = None


# Once for each of one's own forms is enough: nobody needs to be kept from guessing it.
FILLERS.update({"reply.once": lambda _: f"{getrandbits(96):024x}", "reply.opened": lambda _: opened_now()})


async def shared_form(viewer: Viewer, thread: ThreadPage) -> Form:
    """Return the form as it opens on a page that is drawn for several: with holes for the keys of each."""
    if thread.why_no_reply:
        return Form()
    return Form(once=hole("reply.once"), opened=hole("reply.opened"), files=await file_box(viewer, {}))


async def opened_form(viewer: Viewer, thread: ThreadPage, asked: Mapping[str, str]) -> Form:
    """Return the form as it opens: empty, with the draft that was begun, with quotations."""
    if thread.why_no_reply:
        return Form()
    form = Form(once=token_urlsafe(12), opened=opened_now())
    if thread.head.draft_id:
        draft = await draft_text(viewer, thread.head.draft_id)
        text = str(draft.given.get("body", ""))
        parent = whole_number(draft.given.get("parent"))
        form = replace(form, text=text, parent=parent, draft=draft.id, version=draft.version, saved=draft.at)
        form = replace(form, mask=await _mask(viewer, thread, draft.given))
    if "quote" in asked:
        form = await _with_quotes(viewer, thread, form, asked["quote"])
    return replace(form, files=await file_box(viewer, {"body": form.text}))


async def _mask(viewer: Viewer, thread: ThreadPage, given: Mapping[str, object]) -> MaskOffer | None:
    wanted = given.get("written_as") == "mask" and not thread.head.masked_here
    return await mask_offer(viewer) if wanted else None


async def sent_form(
    viewer: Viewer,
    thread: ThreadPage,
    given: Mapping[str, object],
    *,
    preview: Markup | None = None,
    wrong: Failure | None = None,
) -> Form:
    """Return the form that was sent, with what was typed."""
    about, text = whole_number(given.get("parent")), str(given.get("body", ""))
    form = Form(
        once=str(given.get("once") or token_urlsafe(12)),
        opened=str(given.get("opened") or opened_now()),
        preview=preview,
        draft=whole_number(given.get("draft")),
        version=whole_number(given.get("version")),
        wait=wrong.retry_after if isinstance(wrong, TooMany) else 0,
        mask=await _mask(viewer, thread, given),
        files=await file_box(viewer, given),
    )
    if "quote" in given:
        form = replace(form, text=text, parent=about)
        return await _with_quotes(viewer, thread, form, given["quote"])
    if about and thread.head.kind == "question":
        return replace(form, comment_on=about, comment_text=text)
    return replace(form, text=text, parent=about)


async def _with_quotes(viewer: Viewer, thread: ThreadPage, form: Form, posts: object) -> Form:
    """Put quotations below what stands in the form; outside of questions it then answers the first of them."""
    found = await quoting(viewer, thread.head.id, numbers_in(posts))
    text = f"{form.text.rstrip()}\n\n{found.text}" if form.text.strip() else found.text
    about = form.parent or (None if thread.head.kind == "question" or found.posts[0] == 1 else found.posts[0])
    return replace(form, text=text, parent=about)
