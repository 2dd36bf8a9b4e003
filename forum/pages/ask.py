"""Asking and sharing: the picker, a form for each kind, its steps without JavaScript."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from secrets import token_urlsafe
from typing import Any, Final, cast

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from base.errors import Conflict, Failure, Invalid, Missing, TooMany, refusal
from base.paging import whole_number
from base.text.languages import LANGUAGES, language_of
from base.text.numbers import read_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.announce import Announcement, announce
from forum.actions.ask import Question, ask
from forum.actions.case_input import Case
from forum.actions.deflect import Found, deflect
from forum.actions.discuss import Discussion, discuss
from forum.actions.opening import Opening, read_opening
from forum.actions.pace import opened_now
from forum.actions.save_draft import DraftKey, save_draft
from forum.actions.share_case import share_case
from forum.actions.start_thread import Started
from forum.case_sections import Progress, metric_rows, progress, rows_sent, without_row
from forum.pages.file_fields import FileBox, Taken, file_box, take_files, unsaid, with_errors
from forum.queries.ask_form import Choices, choices
from forum.queries.case_preview import CasePreview, case_preview
from forum.queries.drafts import DraftText, draft_text
from forum.queries.rendered import rendered_opening
from forum.queries.similar import Similar, similar_to
from forum.rules import check_may_announce, check_may_start
from members.current import need_member, viewer_of
from members.rules import is_guest
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of thread: its input, its act and its page."""

    kind: str
    path: str
    input: type[Opening]
    act: Callable[[Viewer, Any], Awaitable[Started]]
    template: str
    thanks: str

    @property
    def place(self) -> str:
        """Return where its drafts belong."""
        return f"ask.{self.kind}"


FORMS: Final = {
    form.path: form
    for form in (
        Form(
            "question", "question", Question, ask, "forum/ask_question.html",
            "Your question is published. You will be told when somebody answers.",
        ),
        Form(
            "case_study", "case-study", Case, share_case, "forum/ask_case.html",
            "Thank you for sharing. Your case study is published.",
        ),
        Form(
            "discussion", "discussion", Discussion, discuss, "forum/ask_discussion.html",
            "Your discussion is published. You will be told when somebody replies.",
        ),
        Form(
            "announcement", "announcement", Announcement, announce, "forum/ask_discussion.html",
            "Your announcement is published.",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPage:
    """What a form for a new thread shows; `whole` when it is past its first step."""

    form: Form
    choices: Choices
    languages: Mapping[str, str]
    language: str
    once: str
    opened: str
    wait: int
    draft: DraftText | None
    whole: bool
    preview: Markup | CasePreview | None
    ticked: list[str]
    other_platforms: str
    rows: list[dict[str, Any]]
    empty_rows: int
    progress: Progress
    files: FileBox
    sample: Decimal | None


@dataclass(frozen=True, slots=True)
class SimilarPage:
    """Step two without JavaScript: what may answer the question already."""

    form: Form
    title: str
    similar: tuple[Similar, ...]
    kept: tuple[tuple[str, str], ...]


async def picker(request: Request) -> Response:
    """Show what one can ask or share."""
    title = request.query_params.get("title", "")[:255]
    viewer = viewer_of(request)
    data = _Picker(title, not refusal(check_may_announce, viewer), is_guest(viewer))
    return page(request, "forum/ask.html", data)


@dataclass(frozen=True, slots=True)
class _Picker:
    title: str
    may_announce: bool
    is_guest: bool


async def open_form(request: Request) -> Response:
    """Show an empty form, or a draft to be continued."""
    viewer, form = _who_and_what(request)
    asked = request.query_params
    if "draft" not in asked:
        return await _show(request, viewer, form, {"title": asked["title"][:255]} if "title" in asked else {})
    draft = await draft_text(viewer, whole_number(asked["draft"]) or 0)
    if draft.place != form.place:
        raise Missing
    return await _show(request, viewer, form, draft.given, draft=draft, whole=True)


async def send_form(request: Request) -> Response:
    """Take a step of a form, or publish it."""
    viewer, form = _who_and_what(request)
    taken = await take_files(request, viewer, into="tools" if form.kind == "case_study" else "body")
    given = taken.given
    step = str(given.get("step", ""))
    if taken.again and (step != "draft" or "file" in taken.errors):
        return await _show(request, viewer, form, given, whole=True, wrong=with_errors(None, taken.errors))
    if "add_row" in given:
        return await _show(request, viewer, form, given, whole=True, empty_rows=rows_sent(given) + 1)
    if "remove_row" in given:
        return await _show(request, viewer, form, without_row(given, given["remove_row"]), whole=True)
    if step == "draft":
        return await _save(viewer, form, given)
    if step == "similar":
        return await _similar(request, viewer, form, given)
    if step == "template":
        return await _with_template(request, viewer, form, given)
    if step == "form":
        return await _show(request, viewer, form, given, whole=True)
    return await _publish(request, viewer, form, taken)


async def _publish(request: Request, viewer: Viewer, form: Form, taken: Taken) -> Response:
    """Publish a form, or show how it will look; everything that is wrong is told at once."""
    given, preview = taken.given, taken.given.get("step") == "preview"
    try:
        opening = await read_opening(form.input, viewer, given | {"locale": viewer.locale})
        if preview:
            text = cast(Any, opening).text
            if isinstance(opening, Case):
                shown: Markup | CasePreview = await case_preview(viewer, text, opening.metrics)
            else:
                shown = await rendered_opening(text, viewer)
            return await _show(request, viewer, form, given, whole=True, preview=shown)
        if taken.errors:
            raise Invalid({})
        started = await form.act(viewer, opening)
    except (Invalid, TooMany, Conflict) as wrong:
        more = {} if preview else taken.errors | await unsaid(viewer, given)
        return await _show(request, viewer, form, given, whole=True, wrong=with_errors(wrong, more))
    return redirect(started.url, form.thanks)


async def similar(request: Request) -> Response:
    """Answer what is similar to the title that is being typed: a part of the form."""
    title = request.query_params.get("title", "")
    found = await similar_to(need_member(request), title)
    return page(request, "forum/similar.html", SimilarPage(FORMS["question"], title, found, ()))


async def answered(request: Request) -> Response:
    """Count that something there already answered the question, and go there."""
    viewer = need_member(request)
    kind, number = await deflect(viewer, Found.read(await read_input(request)))
    return redirect(f"/t/{number}" if kind == "thread" else f"/kb/{number}", "Good that it was there already.")


def _who_and_what(request: Request) -> tuple[Viewer, Form]:
    viewer = need_member(request)
    form = FORMS.get(request.path_params["form"])
    if form is None:
        raise Missing
    check_may_start(viewer, form.kind)
    return viewer, form


async def _similar(request: Request, viewer: Viewer, form: Form, given: Mapping[str, object]) -> Response:
    """Show step two if something is similar; else go on to step three."""
    title = str(given.get("title", "")).strip()
    found = await similar_to(viewer, title)
    if not found:
        return await _show(request, viewer, form, given, whole=True)
    kept = tuple((name, text) for name, value in given.items() if name != "step" for text in _texts(value))
    return page(request, "forum/ask_similar.html", SimilarPage(form, title, found, kept))


async def _with_template(request: Request, viewer: Viewer, form: Form, given: Mapping[str, object]) -> Response:
    """Begin an empty text with the template of the category; what was typed stays as it is."""
    chosen = (await choices(viewer)).category(given.get("category"))
    if chosen and not str(given.get("body", "")).strip():
        given = {**given, "body": chosen.template}
    return await _show(request, viewer, form, given, whole=True)


def _texts(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else [str(value)]


async def _save(viewer: Viewer, form: Form, given: Mapping[str, object]) -> Response:
    saved = await save_draft(viewer, DraftKey.read({**given, "place": form.place}), given)
    words = "Saved. You find it under Drafts."
    if saved.apart:
        words = "This draft was changed in another window, so yours was saved as a second one."
    return redirect(f"/ask/{form.path}?draft={saved.id}", words)


async def _show(
    request: Request,
    viewer: Viewer,
    form: Form,
    given: Mapping[str, object],
    *,
    whole: bool = False,
    draft: DraftText | None = None,
    preview: Markup | CasePreview | None = None,
    wrong: Failure | None = None,
    empty_rows: int = 1,
) -> Response:
    """Show the form with what was typed."""
    rows = metric_rows(given)
    offered = await choices(viewer)
    ticked, others = divide_platforms(given, offered)
    data = AskPage(
        form=form,
        choices=offered,
        languages=LANGUAGES,
        language=language_of(viewer.locale),
        once=str(given.get("once") or token_urlsafe(18)),
        opened=str(given.get("opened") or opened_now()),
        wait=wrong.retry_after if isinstance(wrong, TooMany) else 0,
        draft=draft,
        whole=whole,
        preview=preview,
        ticked=ticked,
        other_platforms=others,
        rows=rows,
        empty_rows=empty_rows,
        progress=progress(given),
        files=await file_box(viewer, given, case=form.kind == "case_study"),
        sample=read_number("14,210", viewer.locale),
    )
    errors = wrong.errors if isinstance(wrong, Invalid) else {"": wrong.sentence} if wrong else {}
    headers = {"Retry-After": str(data.wait)} if data.wait else {}
    status = wrong.status if wrong else 200
    return page(request, form.template, data, status=status, errors=errors, given=given, headers=headers)


def divide_platforms(given: Mapping[str, object], offered: Choices) -> tuple[list[str], str]:
    """Divide the platforms that were given into boxes that are ticked and words of the line for others."""
    boxes = {name.lower(): one.slug for one in offered.platforms for name in (one.slug, one.name)}
    words = [word.strip() for text in _texts(given.get("platforms") or []) for word in text.split(",") if word.strip()]
    return [boxes[word.lower()] for word in words if word.lower() in boxes], ", ".join(
        word for word in words if word.lower() not in boxes
    )
